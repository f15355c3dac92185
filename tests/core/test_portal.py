import datetime as dt
import unicodedata

import pytest
import time_machine
from django.template import engines
from django.utils import translation

from newsportal.core.templatetags import portal

MOMENT = dt.datetime(2018, 9, 18, 3, 14, tzinfo=dt.UTC)


def render(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (MOMENT + dt.timedelta(hours=1), "09:14"),
        (dt.datetime(2018, 9, 18, 18, 0, tzinfo=dt.UTC), "18 Sep"),
        (dt.datetime(2018, 12, 31, 17, 59, tzinfo=dt.UTC), "18 Sep"),
        (dt.datetime(2018, 12, 31, 18, 0, tzinfo=dt.UTC), "18 Sep 2018"),
    ],
)
def test_stamp_is_as_short_as_the_day_in_dhaka_allows(now, shown):
    assert portal.stamp(MOMENT, now) == shown


def test_times_are_written_in_the_language_of_the_page():
    source = "{{ at|day }}, {{ at|clock }}, {{ at|weekday }}, {{ at|stamp:now }}, {{ 7|digits }}"
    with translation.override("bn"):
        shown = render(source, at=MOMENT, now=MOMENT)
    assert shown == "১৮ সেপ্টেম্বর ২০১৮, ০৯:১৪, মঙ্গলবার, ১৮ সেপ্টেম্বর ২০১৮, ০৯:১৪, ৭"


@pytest.mark.parametrize(
    ("address", "absolute"),
    [
        ("/world/", "https://news.example/world/"),
        ("https://cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("", "https://news.example/"),
    ],
)
def test_absolute_adds_the_site_where_there_is_no_host(settings, address, absolute):
    settings.SITE_URL = "https://news.example"
    assert portal.absolute(address) == absolute


def test_today_is_the_day_in_dhaka():
    with time_machine.travel(dt.datetime(2026, 11, 22, 18, 30, tzinfo=dt.UTC), tick=False):
        assert render("{% today as date %}{{ date|weekday }}") == "Monday, 23 November 2026"


def test_sanitised_prints_stored_markup_as_it_is():
    assert render("{{ body|sanitised }}{{ body }}", body="<p>") == "<p>&lt;p&gt;"


def test_edition_switch_leaves_out_the_edition_one_is_in():
    assert portal.edition_switch({"LANGUAGE_CODE": "bn"})["editions"] == [{"code": "en", "name": "English", "url": "/"}]


@pytest.mark.parametrize("pattern", ["l", "D", "F"])
def test_names_of_bangla_days_and_months_are_composed(pattern):
    with translation.override("bn"):
        names = [portal.named(dt.date(2026, month, month), pattern) for month in range(1, 13)]
    assert names == [unicodedata.normalize("NFC", name) for name in names]


def test_bangla_dates_are_composed():
    days = [dt.date(2026, 11, day) for day in range(1, 8)]
    texts = [portal.text.format_weekday(day, "bn") for day in days]
    assert texts == [unicodedata.normalize("NFC", text) for text in texts]
