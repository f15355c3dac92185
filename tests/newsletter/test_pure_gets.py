"""No GET of the public newsletter pages changes a byte of the database, whatever a scanner does with the addresses."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from newsletter import links
from newsletter.noticing import ask_to_move, tell_of_move
from newsletter.subscribing import unsubscribe
from newsletter.urls import machine_urlpatterns, urlpatterns
from tests.factories import make_article
from tests.newsletter.factories import make_confirmed, make_list, make_pending
from tests.newsletter.test_issues import make_sent

pytestmark = pytest.mark.django_db

SCANNERS = [
    {"method": "get"},
    {"method": "head"},
    {"method": "get", "headers": {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"}},
    {"method": "get", "headers": {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks)", "Accept": "*/*"}},
    {"method": "options"},
]
# The pages whose addresses are made here, by the names of their patterns; a new page has to be added.
KNOWN = {
    "newsletter", "newsletter_subscribe", "newsletter_check_inbox", "newsletter_confirm", "newsletter_find_preferences",
    "newsletter_archive", "newsletter_feed", "newsletter_issue", "newsletter_move", "newsletter_move_back",
    "newsletter_preferences",
    "newsletter_unsubscribe", None,
}  # fmt: skip
# Tested where they are built: clicks are counted, never followed.
# A webhook is no page: it takes signed POSTs alone.
ELSEWHERE = {"newsletter_go", "newsletter_webhook"}


def addresses():
    """Every page in every state that it shows, and broken forms of each."""
    pending, confirmed = make_pending(sent=True), make_confirmed(address="ana@example.org")
    left = unsubscribe(make_confirmed(), now=timezone.now())
    make_list(language="bn", slug="sokal")
    issue = make_sent(make_article())
    tokens = [links.confirm_url(row) for row in (pending, confirmed, left)]
    tokens += [links.unsubscribe_url(row) for row in (pending, confirmed, left)]
    tokens += [links.preferences_url(row.subscriber) for row in (pending, confirmed, left)]
    tokens.append(links.move_url(ask_to_move(confirmed.subscriber, "new@example.org", now=timezone.now())))
    told = tell_of_move(confirmed.subscriber, "old@example.org", now=timezone.now())
    tokens.append(links.move_back_url(told))
    paths = [url.partition("/newsletter/")[2] for url in tokens]
    paths += [path.rstrip("/") for path in paths] + [path[:-2] + "/" for path in paths]
    pages = [
        "",
        "subscribe/",
        "check-your-inbox/",
        "preferences/",
        "morning/",
        "morning/feed.xml",
        f"morning/{issue.pk}/",
        "no/",
    ]
    return [f"/newsletter/{path}" for path in [*paths, *pages]] + [
        "/bn/newsletter/",
        "/bn/newsletter/sokal/",
        "/bn/newsletter/preferences/",
    ]


def test_every_page_is_among_those_that_are_tested():
    names = {pattern.name for pattern in [*urlpatterns, *machine_urlpatterns]}
    assert names - ELSEWHERE <= KNOWN, f"add to this test: {names - ELSEWHERE - KNOWN}"


@pytest.mark.parametrize("later", [0, 90])
def test_no_get_changes_anything(all_rows, later):
    paths = addresses()
    before = all_rows()
    client = Client()
    with time_machine.travel(timezone.now() + dt.timedelta(days=later), tick=False):
        for path in paths:
            for habit in SCANNERS * 2:
                method = getattr(client, habit["method"])
                response = method(path + "?do=forget&sure=on", headers=habit.get("headers"), follow=True)
                assert response.status_code in (200, 404, 405, 410), path
                assert not response.cookies
    assert all_rows() == before


def test_the_dump_sees_a_change(all_rows):
    before = all_rows()
    make_list()
    assert all_rows() != before
