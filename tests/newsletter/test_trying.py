"""Test mails: what readers get, to anybody."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from articles.states import EDITOR, NEWSLETTER_EDITOR
from newsletter import links
from newsletter.composing.trying import addresses_in, send_test
from newsletter.models import Block, Issue
from newsletter.states import NewsletterError
from tests.factories import make_article, make_user
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_user(role=NEWSLETTER_EDITOR, email="tania@example.org")


@pytest.fixture
def issue():
    issue = make_issue(subject="Fog")
    Block.objects.create(issue=issue, article=make_article(headline="Ferries", hours_ago=24 * 30))
    return issue


def test_it_has_the_headers_that_readers_mails_have(issue, editor):
    send_test(issue, ["a@example.org", "b@example.org"], by=editor, now=NOW)
    assert [sent.to for sent in mail.outbox] == [["a@example.org"], ["b@example.org"]]
    headers = mail.outbox[0].message()
    assert mail.outbox[0].subject == "[Test] Fog"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http")
    assert headers["List-Id"].endswith(">")
    assert "placeholder.invalid" not in mail.outbox[0].body + mail.outbox[0].alternatives[0][0]
    assert "Ferries" in mail.outbox[0].body
    assert issue.log.get(action="test").note == "a@example.org, b@example.org"


def test_each_test_has_a_message_id_of_its_own(issue, editor):
    for _time in range(2):
        send_test(issue, ["a@example.org"], by=editor, now=NOW if _time else NOW.replace(hour=7))
    assert len({sent.message()["Message-ID"] for sent in mail.outbox}) == 2


def test_its_link_to_leave_is_nobodys_or_that_of_the_reader(client, issue, editor):
    reader = make_confirmed(newsletter=issue.newsletter, address="reader@example.org")
    send_test(issue, ["a@example.org", "reader@example.org"], by=editor, now=NOW)
    nobodys, own = (sent.message()["List-Unsubscribe"].strip("<>") for sent in mail.outbox)
    assert own == links.unsubscribe_url(reader)
    answer = client.post(nobodys.replace("http://127.0.0.1:8000", ""), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    reader.refresh_from_db()
    assert reader.state == "confirmed"


def test_with_two_subjects_both_are_sent(issue, editor):
    issue.subject_b = "Sun"
    send_test(issue, ["a@example.org"], by=editor, now=NOW)
    assert [sent.subject for sent in mail.outbox] == ["[Test] Fog", "[Test] Sun"]


def test_a_mail_server_that_is_away_is_told_to_the_editor(issue, editor, network_off):
    with pytest.raises(NewsletterError, match="Connection refused"):
        send_test(issue, ["a@example.org"], by=editor, now=NOW)
    assert not issue.log.exists()


def test_nobody_sends_a_flood_of_them(issue, editor):
    for _number in range(12):
        send_test(issue, ["a@example.org"], by=editor, now=NOW)
    with pytest.raises(NewsletterError, match="wait a little"):
        send_test(issue, ["a@example.org"], by=editor, now=NOW)
    assert len(mail.outbox) == 12


def test_who_may_not_write_issues_sends_none(issue):
    with pytest.raises(PermissionDenied):
        send_test(issue, ["a@example.org"], by=make_user(role=EDITOR), now=NOW)


@pytest.mark.parametrize(
    "typed", ["", "a", "a@example.org, b", "a@example.org\nBcc: x", "x@e.org " * 6, "কথা@example.org"]
)
def test_addresses_that_are_none_are_refused(typed):
    with pytest.raises(ValidationError):
        addresses_in(typed)


def test_the_page_offers_ones_own_address_and_says_what_was_sent(client, issue, editor):
    client.force_login(editor)
    address = reverse("admin:newsletter_issue_trial", args=[issue.pk])
    assert "tania@example.org" in client.get(address).content.decode()
    page = client.post(address, {"addresses": "tania@example.org"}, follow=True).content.decode()
    assert "Sent to tania@example.org." in page
    assert client.post(address, {"addresses": "a@example.org\r\nBcc: b"}).status_code == 422
    assert len(mail.outbox) == 1
    assert Issue.objects.get().state == "draft"
