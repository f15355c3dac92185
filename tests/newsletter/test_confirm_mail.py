"""The confirmation mail as it arrives."""

import re

import pytest

from newsletter import links
from newsletter.models import Subscription
from newsportal.core.models import SiteIdentity, SiteText
from tests.newsletter.factories import make_list, make_pending, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def site_name(settings):
    settings.SITE_URL = "https://news.example.org"
    settings.DEFAULT_FROM_EMAIL = "news@example.org"
    identity = SiteIdentity.objects.create()
    SiteText.objects.create(identity=identity, language="en", name="The Delta & Courier")


def mail_for(mailoutbox, **fields):
    pending = make_pending(**fields)
    send()
    return pending, mailoutbox[-1]


def test_text_first_then_html_each_with_the_link(site_name, mailoutbox):
    pending, message = mail_for(mailoutbox)
    (html, kind), *others = message.alternatives
    assert (kind, others) == ("text/html", [])
    for part in (message.body, html):
        (link,) = set(re.findall(r"https://news\.example\.org/newsletter/confirm/[^/\s\"]+/", part))
        token = link.rstrip("/").rpartition("/")[2]
        assert links.read_confirm(token)[0] == [pending]


def test_the_link_is_the_only_one_beside_the_site(site_name, mailoutbox):
    _pending, message = mail_for(mailoutbox)
    addresses = set(re.findall(r'https?://[^\s"<]+', message.alternatives[0][0]))
    assert {address for address in addresses if "/confirm/" not in address} == {"https://news.example.org/"}
    assert "<img" not in message.alternatives[0][0]


def test_text_is_not_escaped_and_html_is(site_name, mailoutbox):
    _pending, message = mail_for(mailoutbox)
    assert "The Delta & Courier" in message.body
    assert "The Delta & Courier" in message.subject
    assert "The Delta &amp; Courier" in message.alternatives[0][0]


def test_nothing_that_a_stranger_typed_is_in_it(site_name, mailoutbox):
    _pending, message = mail_for(mailoutbox, address="buy.pills.now@example.com", source="/buy-pills/")
    for part in (message.subject, message.body, message.alternatives[0][0]):
        assert "pills" not in part
        assert "example.com" not in part


def test_headers(site_name, mailoutbox):
    pending, message = mail_for(mailoutbox)
    sent = message.message()
    stamp = int(pending.asked_at.timestamp())
    assert sent["Message-ID"] == f"<confirm.{pending.pk}.{stamp}@news.example.org>"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["From"] == "The Delta & Courier <news@example.org>"
    assert "List-Unsubscribe" not in sent


def test_bangla_newsletter_has_bangla_links_and_language(site_name, mailoutbox):
    _pending, message = mail_for(mailoutbox, newsletter=make_list(language="bn", slug="সকাল", name="সকালের খবর"))
    assert "/bn/newsletter/confirm/" in message.body
    assert "সকালের খবর" in message.body
    assert '<html lang="bn">' in message.alternatives[0][0]
    assert "৭" in message.body


def test_lines_are_short_enough_for_smtp(site_name, mailoutbox):
    _pending, message = mail_for(mailoutbox, newsletter=make_list(language="bn", slug="সকাল", name="স" * 80))
    assert max(map(len, message.message().as_bytes().split(b"\n"))) <= 998


def test_a_name_with_a_line_break_stays_in_its_line(site_name, mailoutbox):
    newsletter = make_list()
    type(newsletter).objects.update(name="Morning\r\nBcc: eve@example.org")
    make_pending(newsletter=type(newsletter).objects.get())
    send()
    assert mailoutbox[0].message()["Bcc"] is None
    assert mailoutbox[0].recipients() == [Subscription.objects.get().subscriber.address]
