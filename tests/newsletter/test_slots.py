import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.models import NewsletterList
from newsletter.slots import latest_slot, zone_of
from newsletter.states import Frequency, ListKind

ZONES = ["", "Europe/London", "America/New_York", "Asia/Dhaka", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]


def newsletter(time=dt.time(7, 0), weekday=5):
    return NewsletterList(kind=ListKind.DIGEST, send_time=time, weekday=weekday)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "time", "now", "slot"),
    [
        ("Asia/Dhaka", dt.time(7), "2026-11-23T01:00", "2026-11-23T01:00"),
        ("Asia/Dhaka", dt.time(7), "2026-11-23T00:59", "2026-11-22T01:00"),
        ("Europe/London", dt.time(7), "2026-03-28T12:00", "2026-03-28T07:00"),
        ("Europe/London", dt.time(7), "2026-03-29T12:00", "2026-03-29T06:00"),
        # 1:30 does not exist on 29 March in London: it is 2:30, summer time.
        ("Europe/London", dt.time(1, 30), "2026-03-29T12:00", "2026-03-29T01:30"),
        # 1:30 comes twice on 25 October: the first of them.
        ("Europe/London", dt.time(1, 30), "2026-10-25T12:00", "2026-10-25T00:30"),
        ("America/New_York", dt.time(7), "2026-11-01T13:00", "2026-11-01T12:00"),
        ("No/Where", dt.time(7), "2026-11-23T02:00", "2026-11-23T01:00"),
    ],
)
def test_the_morning_on_the_reader_s_clock(zone, time, now, slot):
    assert latest_slot(newsletter(time), Frequency.EACH, zone, at(now)) == at(slot)


@given(
    st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 12, 31)),
    st.sampled_from(ZONES),
    st.times(),
    st.sampled_from([Frequency.EACH, Frequency.WEEKLY]),
    st.integers(0, 6),
)
def test_always_the_last_one_never_ahead_and_the_same_again(moment, zone, time, frequency, weekday):
    moment = moment.replace(tzinfo=dt.UTC)
    row = newsletter(time.replace(tzinfo=None), weekday)
    slot = latest_slot(row, frequency, zone, moment)
    assert slot <= moment
    assert latest_slot(row, frequency, zone, slot) == slot
    assert moment - slot < dt.timedelta(days=9 if frequency == Frequency.WEEKLY else 3)
    if frequency == Frequency.WEEKLY and zone != "Pacific/Apia":
        assert slot.astimezone(zone_of(zone)).weekday() in (weekday, (weekday + 1) % 7)
