"""The breaking banner: on every page of its edition, right at its end, one log row for each change."""

import datetime as dt

import pytest
import time_machine

from articles import breaking
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import LogEntry
from articles.states import EDITOR, REPORTER
from newsportal.core.identity import site
from newsportal.core.models import SiteBanner
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 26, 6, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
TEXT = "Ferries on the Padma stop"


def put_up(*, text=TEXT, link="/world/", until=NOW + HOUR, base=0, by=None, language="en", now=NOW):
    return breaking.raise_banner(language, text=text, link=link, until=until, base=base, by=by, now=now)


@pytest.mark.parametrize("address", ["/", "/latest/", "/search/", "/newsletter/", "/corrections/", "story"])
def test_it_stands_on_every_page_of_its_edition(client, address):
    with time_machine.travel(NOW, tick=False):
        story = make_article(hours_ago=1)
        put_up()
        page = client.get(story.get_absolute_url() if address == "story" else address).content.decode()
    assert f'<a href="/world/">{TEXT}</a>' in page


def test_the_other_edition_has_its_own(client):
    with time_machine.travel(NOW, tick=False):
        put_up()
        assert TEXT not in client.get("/bn/").content.decode()
        put_up(language="bn", text="ফেরি বন্ধ", link="")
        assert "<span>ফেরি বন্ধ</span>" in client.get("/bn/").content.decode()


@pytest.mark.parametrize(("seconds", "stands"), [(-1, True), (0, False)])
def test_it_is_gone_at_its_minute(client, seconds, stands):
    with time_machine.travel(NOW, tick=False):
        put_up()
        site("en")
    with time_machine.travel(NOW + HOUR + dt.timedelta(seconds=seconds), tick=False):
        assert (TEXT in client.get("/").content.decode()) is stands


def test_no_cache_keeps_a_page_longer_than_the_banner(client):
    with time_machine.travel(NOW, tick=False):
        put_up(until=NOW + dt.timedelta(seconds=30))
        assert "s-maxage=30," in client.get("/latest/")["Cache-Control"]


def test_it_costs_no_query(client, django_assert_num_queries):
    with time_machine.travel(NOW, tick=False):
        client.get("/latest/")
        put_up()
        site("en")
        with django_assert_num_queries(3):
            client.get("/latest/")


def test_its_words_are_text_and_no_markup(client):
    with time_machine.travel(NOW, tick=False):
        put_up(text="<b>Fog</b> & ferries", link='/"><script>')
        page = client.get("/").content.decode()
    assert "&lt;b&gt;Fog&lt;/b&gt; &amp; ferries" in page
    assert '/"><script>' not in page


def test_taking_it_down_ends_it_at_once(client):
    with time_machine.travel(NOW, tick=False):
        banner = put_up()
        breaking.take_down("en", base=banner.version, by=None, now=NOW)
        assert TEXT not in client.get("/").content.decode()
    assert [entry.action for entry in LogEntry.objects.order_by("pk")] == ["raise_banner", "end_banner"]


def test_putting_up_the_same_again_changes_nothing():
    put_up()
    assert put_up(base=1).version == 1
    assert LogEntry.objects.count() == 1


def test_a_second_takes_the_place_of_the_first():
    put_up()
    put_up(text="They sail again", base=1)
    entry = LogEntry.objects.first()
    assert (entry.old["text"], entry.new["text"]) == (TEXT, "They sail again")
    assert SiteBanner.objects.count() == 1


def test_a_stale_change_is_refused():
    put_up()
    with pytest.raises(breaking.StaleBanner):
        put_up(text="Another", base=0)
    with pytest.raises(breaking.StaleBanner):
        breaking.take_down("en", base=0, by=None, now=NOW)


@pytest.mark.parametrize("until", [NOW, NOW - HOUR, NOW + dt.timedelta(days=4)])
def test_an_end_that_makes_no_sense_is_refused(until):
    with pytest.raises(NewsroomError, match="banner"):
        put_up(until=until)


def test_it_has_words():
    with pytest.raises(NewsroomError, match="Say what"):
        put_up(text="  ")


def test_editors_may_and_reporters_may_not():
    assert put_up(by=make_user(role=EDITOR)).version == 1
    with pytest.raises(NotAllowed):
        put_up(by=make_user(role=REPORTER), base=1)
