"""Mails in the admin: by state, by address; the reports; the suppressed addresses."""

import pytest

from newsletter.bouncing.recording import note_mail, note_reply
from newsletter.finding import PAGE
from newsletter.models import Suppression
from newsletter.states import DeliveryState, SuppressionReason
from newsletter.suppressing import suppress
from tests.factories import make_user
from tests.newsletter import returned
from tests.newsletter.factories import make_confirmed, make_delivery, make_issue, make_list

pytestmark = pytest.mark.django_db
MAILS, EVENTS, SUPPRESSED = (f"/admin/newsletter/{name}/" for name in ("delivery", "mailevent", "suppression"))


@pytest.fixture
def editor(client):
    client.force_login(make_user(role="Newsletter editor"))
    return client


@pytest.fixture
def chief(client):
    client.force_login(make_user(role="Chief editor"))
    return client


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def test_mails_of_an_issue_are_filtered_by_state(editor, now):
    issue = make_issue()
    make_delivery(issue=issue, address="ok@example.org", state=DeliveryState.SENT, sent_at=now)
    make_delivery(issue=issue, address="lost@example.org", state=DeliveryState.UNCERTAIN, reply="connection lost")
    page = text_of(editor.get(MAILS, {"issue": issue.pk, "state": "uncertain"}))
    assert "lost@example.org" in page
    assert "connection lost" in page
    assert "ok@example.org" not in page


def test_all_that_one_address_was_sent_is_found_in_one_step(editor, now):
    reader = make_confirmed(address="reader@example.net")
    first = make_delivery(issue=make_issue(subject="First"), subscription=reader, state=DeliveryState.SENT, sent_at=now)
    make_delivery(issue=make_issue(subject="Second"), subscription=reader, state=DeliveryState.FAILED)
    make_delivery(address="other@example.org")
    note_reply(first, 550, "5.1.1 gone", now=now)
    page = text_of(editor.get(MAILS, {"address": " Reader@Example.net "}))
    assert all(word in page for word in ("First", "Second", "5.1.1", "The morning: Confirmed"))
    assert "other@example.org" not in page


def test_an_address_that_was_forgotten_is_known_as_suppressed(editor, now):
    suppress("gone@example.org", reason=SuppressionReason.FORGOTTEN, by=None, now=now)
    page = text_of(editor.get(MAILS, {"address": "gone@example.org"}))
    assert "Must not be mailed" in page
    assert "We do not know this address" in page


@pytest.mark.parametrize(
    "query", ["issue=x", "issue=99999999999999999999", "state=x", "before=-1", "address=%00x", "after=٣"]
)
def test_odd_addresses_of_the_page_are_answered(editor, query):
    assert editor.get(f"{MAILS}?{query}").status_code in (200, 400)


def test_pages_lead_to_all_mails_and_back(editor):
    issue = make_issue()
    made = [make_delivery(issue=issue).pk for _ in range(PAGE + 5)]
    first = editor.get(MAILS, {"issue": issue.pk}).context["page"]
    second = editor.get(MAILS, {"issue": issue.pk, "before": first.older}).context["page"]
    assert [row.pk for row in [*first.rows, *second.rows]] == made[::-1]
    assert (first.newer, second.older) == (None, None)
    back = editor.get(MAILS, {"issue": issue.pk, "after": second.newer}).context["page"]
    assert ([row.pk for row in back.rows], back.newer) == ([row.pk for row in first.rows], None)


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_asks_the_same_of_many_as_of_few(editor, number, django_assert_max_num_queries, now):
    issue = make_issue()
    for _ in range(number):
        note_reply(make_delivery(issue=issue, state=DeliveryState.FAILED), 550, "5.1.1 no", now=now)
    with django_assert_max_num_queries(12):
        editor.get(MAILS, {"issue": issue.pk, "state": "failed"})


@pytest.mark.parametrize("url", [MAILS, EVENTS, SUPPRESSED])
def test_others_do_not_see_them(client, url):
    client.force_login(make_user(role="Reporter"))
    assert client.get(url).status_code == 403


def test_what_nobody_understood_is_shown_as_it_came(editor, now):
    event = note_mail(returned.letter(), now=now)
    assert "Your story about the ferries" in text_of(editor.get(EVENTS, {"kind__exact": "unknown"}))
    assert "ferries, really" in text_of(editor.get(f"{EVENTS}{event.pk}/change/"))


# --- Addresses that must not be mailed --------------------------------------------------------------------------------


def test_an_address_is_entered_and_not_kept(editor):
    response = editor.post(
        f"{SUPPRESSED}add/", {"address": "Reader@Example.org", "newsletter": "", "note": "by letter"}
    )
    assert response.status_code == 302
    row = Suppression.objects.get()
    assert (row.reason, row.note) == (SuppressionReason.MANUAL, "by letter")
    assert "reader@" not in text_of(editor.get(SUPPRESSED)).lower()


def test_what_is_no_address_is_refused(editor):
    assert "errorlist" in text_of(editor.post(f"{SUPPRESSED}add/", {"address": "nobody", "newsletter": "", "note": ""}))
    assert not Suppression.objects.exists()


def test_it_is_found_by_its_address_only(editor, now):
    suppress("reader@example.org", reason=SuppressionReason.HARD_BOUNCE, by=None, now=now, note="told by the relay")
    assert "told by the relay" in text_of(editor.get(SUPPRESSED, {"q": "READER@example.org"}))
    for other in ("reader", "other@example.org"):
        assert "told by the relay" not in text_of(editor.get(SUPPRESSED, {"q": other}))


def test_it_is_lifted_by_those_who_may(editor, now):
    row = suppress("reader@example.org", reason=SuppressionReason.HARD_BOUNCE, by=None, now=now)
    assert editor.post(f"{SUPPRESSED}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Suppression.objects.exists()


def test_a_complaint_is_lifted_by_the_chief_alone(client, now):
    row = suppress("reader@example.org", reason=SuppressionReason.COMPLAINT, by=None, now=now)
    client.force_login(make_user(role="Newsletter editor"))
    assert client.post(f"{SUPPRESSED}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    client.force_login(make_user(role="Chief editor"))
    assert client.post(f"{SUPPRESSED}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Suppression.objects.exists()


def test_one_of_one_newsletter_says_so(editor, now):
    newsletter = make_list(name="Sport", slug="sport")
    suppress("reader@example.org", reason=SuppressionReason.MANUAL, by=None, now=now, newsletter=newsletter)
    assert "Sport" in text_of(editor.get(SUPPRESSED))
