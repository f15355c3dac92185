"""What readers asked for in vain: counted without them, within bounds."""

import datetime as dt

import pytest
import time_machine
from django.db import DataError
from structlog.testing import capture_logs

from articles import missing
from articles.models import MissingPage
from newsportal.core import tallies
from tests.factories import make_section

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def report():
    missing.file_due(now=LATER)
    return {row.path: (row.hits, row.referrer) for row in MissingPage.objects.worst_first()}


def test_addresses_are_counted_with_the_site_that_linked_there(client):
    for _ in range(3):
        client.get("/old/page.html/", headers={"Referer": "https://blog.example/entry?reader=7"})
    client.get("/খবর/", follow=True)
    assert report() == {"/old/page.html": (3, "blog.example"), "/খবর": (1, "")}


def test_filing_again_adds_to_the_rows(client):
    client.get("/old/")
    report()
    with time_machine.travel(LATER, tick=False):
        client.get("/old/")
    missing.file_due(now=LATER + dt.timedelta(minutes=2))
    row = MissingPage.objects.get()
    assert (row.hits, row.first_seen, row.last_seen) == (2, NOW, LATER)


def test_one_reader_who_is_led_to_the_stroke_counts_once(client):
    client.get("/old", follow=True)
    assert report() == {"/old": (1, "")}


@pytest.mark.parametrize(
    "address",
    [
        "/preview/a-token/", "/newsletter/confirm/a-token/", "/newsletter/preferences/a-token/", "/bn/newsletter/confirm/x/",
        "/media/images/gone.png", "/static/gone.css", "/accounts/nobody/", "/reader@mail.example/", "/" + "a" * 600 + "/",
    ],
)  # fmt: skip
def test_what_is_personal_or_no_page_is_not_counted(client, address):
    client.get(address)
    assert report() == {}


def test_a_page_that_is_there_is_not_counted(client):
    make_section(name="World")
    client.get("/world/")
    client.get("/World", follow=True)
    client.post("/nobody/")
    assert report() == {}


def test_nothing_of_a_query_is_kept(client):
    client.get("/old/?email=reader@mail.example")
    assert report() == {"/old": (1, "")}


def test_however_many_addresses_somebody_makes_up_a_slot_takes_a_bounded_number(client, monkeypatch):
    monkeypatch.setattr(missing, "MOST_A_SLOT", 5)
    for number in range(20):
        missing.note(f"/made-up/{number}x/", "", now=NOW)
    missing.note("/made-up/0x/", "", now=NOW)
    (slot,) = tallies.closed(missing.TALLY, now=LATER)
    assert (slot.size, sum(slot.counts.values())) == (5, 6)
    assert len(report()) == 5


def test_of_too_many_rows_those_asked_for_most_stay(monkeypatch):
    monkeypatch.setattr(missing, "MOST_ROWS", 3)
    for number in range(1, 6):
        for _ in range(number):
            missing.note(f"/old/{number}x/", "", now=NOW)
    assert list(report()) == ["/old/5x", "/old/4x", "/old/3x"]


def test_what_nobody_asks_for_any_more_is_forgotten():
    missing.note("/old/", "", now=NOW)
    report()
    later = NOW + missing.KEPT + dt.timedelta(days=1)
    missing.note("/new/", "", now=later)
    missing.file_due(now=later + dt.timedelta(minutes=2))
    assert list(MissingPage.objects.values_list("path", flat=True)) == ["/new"]


@pytest.mark.parametrize("referrer", ["", "http://[", "not an address", "https://" + "a" * 400 + ".example/"])
def test_an_odd_referrer_breaks_nothing(referrer):
    assert missing.note("/old/", referrer, now=NOW)
    assert report()["/old"][0] == 1


def test_a_line_break_in_an_address_gives_no_site_that_linked_there(client):
    client.get(f"/x%0A{'a' * 300}/", headers={"Referer": "https://blog.example/"})
    assert report() == {f"/x\n{'a' * 300}": (1, "blog.example")}


def test_an_address_is_unquoted_once(client):
    client.get("/x%250Ay/")
    assert report() == {"/x%0Ay": (1, "")}


def test_a_slot_that_the_database_cannot_hold_keeps_none_back(client, monkeypatch):
    client.get("/odd/")
    with time_machine.travel(NOW + tallies.SLOT, tick=False):
        client.get("/old/")
    file = missing._file

    def fail_on_odd(slot):
        if "/odd\n" in slot.counts:
            raise DataError("value too long")
        file(slot)

    monkeypatch.setattr(missing, "_file", fail_on_odd)
    with capture_logs() as told:
        assert report() == {"/old": (1, "")}
    assert [(line["event"], line["addresses"]) for line in told] == [("missing_pages_not_filed", 1)]
    assert missing.file_due(now=LATER) == 0
