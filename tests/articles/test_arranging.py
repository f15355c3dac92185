"""The front page as editors arrange it: pins, versions, who may, and what readers get at a minute."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from articles import arranging, workflow
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, FrontArrangement, FrontSlot, LogEntry, SectionBeat
from articles.states import EDITOR, REPORTER, Area
from newsportal.core.models import Purge
from tests.factories import make_article, make_articles, make_section, make_slot, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 26, 6, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def arrange(*slots, base=0, by=None, now=None):
    return arranging.arrange("en", slots, base=base, by=by, now=now)


def lead_of(client):
    page = client.get("/").content.decode()
    return page.split('class="story lead')[1].split('class="headline">')[1].split("</a>")[0]


def test_a_pinned_story_leads_whatever_its_age(client):
    old = make_article(headline="Ferries sail again", hours_ago=900)
    make_articles(number=30)
    arrange(make_slot(article=old))
    assert "Ferries sail again" in lead_of(client)


def test_a_pinned_story_stands_in_its_place_of_the_row_and_nowhere_else(client):
    section = make_section(name="World")
    make_articles(number=30, section=section)
    old = make_article(headline="Ferries sail again", section=section, hours_ago=900)
    arrange(make_slot(article=old, section=section, position=3))
    row = client.get("/").context["front"].rows[0]
    assert row.stories[2] == old
    assert client.get("/").content.decode().count(f"/world/{old.pk}/") == 1


def test_a_row_shows_what_is_pinned_as_its_fifth(client):
    make_articles(number=5, section=make_section(name="Culture"))
    section = make_section(name="World")
    stories = make_articles(number=30, section=section)
    arrange(make_slot(article=stories[25], section=section, position=5))
    assert f"/world/{stories[25].pk}/" in client.get("/").content.decode()


def test_other_words_stand_on_the_front_page_alone(client):
    story = make_article(headline="Ferries sail again")
    arrange(make_slot(article=story, headline="Fog lifts, ferries sail", kicker="Padma"))
    assert "Fog lifts, ferries sail" in lead_of(client)
    assert "Fog lifts" not in client.get("/latest/").content.decode()
    assert client.get(story.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(("seconds", "leads"), [(-1, "Old"), (0, "New")])
def test_an_expired_pin_is_gone_at_its_minute(client, seconds, leads):
    with time_machine.travel(NOW - HOUR, tick=False):
        old, _new = make_article(headline="Old", hours_ago=48), make_article(headline="New")
        arrange(make_slot(article=old, until=NOW))
    with time_machine.travel(NOW + dt.timedelta(seconds=seconds), tick=False):
        assert leads in lead_of(client)


def test_no_cache_keeps_the_page_longer_than_a_pin(client):
    with time_machine.travel(NOW, tick=False):
        arrange(make_slot(article=make_article(), until=NOW + dt.timedelta(seconds=20)))
        assert "s-maxage=20," in client.get("/")["Cache-Control"]


def test_a_scheduled_story_takes_its_place_at_its_minute(client):
    with time_machine.travel(NOW, tick=False):
        make_article(headline="New")
        arrange(make_slot(article=make_article(headline="Tonight", publish_at=NOW + HOUR)))
        assert "New" in lead_of(client)
    with time_machine.travel(NOW + HOUR, tick=False):
        assert "Tonight" in lead_of(client)


def test_a_withdrawn_story_leaves_its_place(client):
    story, _other = make_article(headline="Old", hours_ago=9), make_article(headline="New")
    arrange(make_slot(article=story))
    workflow.withdraw(story, by=None, reason="It was wrong.")
    assert "New" in lead_of(client)


@pytest.mark.parametrize("number", [12, 60])
def test_costs_at_most_twelve_queries_with_any_number_of_pins(client, django_assert_max_num_queries, number):
    sections = [make_section(name=f"Section {index}") for index in range(number // 5)]
    stories = [make_articles(number=8, section=section) for section in sections]
    slots = [
        make_slot(article=rows[place + 2], section=section, position=place + 1)
        for section, rows in zip(sections, stories, strict=True)
        for place in range(5)
    ]
    arrange(*slots, *[make_slot(article=stories[0][0])])
    with django_assert_max_num_queries(12):
        answer = client.get("/")
    shown = answer.context["front"]
    on_page = [shown.lead, *shown.seconds, *shown.commentary, *(story for row in shown.rows for story in row.stories)]
    assert len({story.pk for story in on_page}) == len(on_page) >= number


def test_the_other_edition_is_not_touched(client):
    arrange(make_slot(article=make_article(headline="Old", hours_ago=9)))
    make_article(headline="ফেরি", language="bn")
    assert "ফেরি" in client.get("/bn/").content.decode()
    assert FrontSlot.objects.current("bn").count() == 0


def test_publishing_makes_one_version_and_one_log_row():
    user, story = make_user(role=EDITOR), make_article(headline="Ferries sail again")
    version = arrange(make_slot(article=story), by=user)
    entry = LogEntry.objects.get(action="arrange_front")
    assert (version.number, entry.by, entry.article) == (1, user, None)
    assert entry.new == {"edition": "en", "arrangement": 1, "lead": "Ferries sail again"}


def test_publishing_purges_the_front_page_of_its_edition_alone():
    slot = make_slot(article=make_article())
    Purge.objects.all().delete()
    arrange(slot)
    assert [row.tags for row in Purge.objects.all()] == ["front:en"]


def test_publishing_the_same_again_changes_nothing():
    story = make_article()
    arrange(make_slot(article=story))
    assert arrange(make_slot(article=story), base=1).number == 1
    assert LogEntry.objects.filter(action="arrange_front").count() == 1


def test_a_stale_arrangement_is_refused():
    arrange(make_slot(article=make_article()))
    with pytest.raises(arranging.StaleFront) as refused:
        arrange(make_slot(article=make_article()), base=0)
    assert refused.value.newest.number == 1
    assert FrontArrangement.objects.count() == 1


def test_undoing_brings_the_version_before_back(client):
    first, second = make_article(headline="First", hours_ago=9), make_article(headline="Second", hours_ago=8)
    make_article(headline="New")
    one = arrange(make_slot(article=first))
    arrange(make_slot(article=second), base=1)
    again = arranging.restore(one, base=2, by=None)
    assert (again.number, again.restores) == (3, 1)
    assert "First" in lead_of(client)
    assert LogEntry.objects.get(action="restore_front").new["lead"] == "First"


def test_what_was_withdrawn_since_does_not_come_back():
    story = make_article()
    one = arrange(make_slot(article=story))
    arrange(base=1)
    workflow.withdraw(story, by=None, reason="It was wrong.")
    assert arranging.restore(one, base=2, by=None).number == 2


def test_a_version_comes_back_without_what_went_to_another_edition_or_lost_its_row(client):
    world, sport = make_section(name="World"), make_section(name="Sport")
    gone, rowed, kept = (make_article(headline=name, hours_ago=9) for name in ("Gone", "Rowed", "Kept"))
    second = make_slot(article=gone, area=Area.SECOND)
    one = arrange(make_slot(article=kept), second, make_slot(article=rowed, section=sport))
    arrange(base=1)
    Article.objects.filter(pk=gone.pk).update(language="bn", section=make_section(language="bn"))
    sport.parent = world
    sport.save()
    again = arranging.restore(one, base=2, by=None)
    assert [slot.article for slot in again.slots.all()] == [kept]


def test_a_pin_that_is_gone_locks_nobody_out():
    sport, user = make_section(name="Sport"), make_user(role=EDITOR)
    SectionBeat.objects.create(user=user, section=sport)
    lead, story = make_article(), make_article(section=sport)
    arrange(make_slot(article=lead))
    workflow.withdraw(lead, by=None, reason="It was wrong.")
    version = arrange(make_slot(article=story, section=sport), base=1, by=user)
    assert [slot.article for slot in version.slots.all()] == [story]


@pytest.mark.parametrize("fields", [{"published": False}, {"language": "bn"}])
def test_a_story_that_cannot_stand_there_is_refused(fields):
    with pytest.raises(NewsroomError, match="."):
        arrange(make_slot(article=make_article(**fields)))


def test_a_story_stands_only_once():
    story = make_article()
    with pytest.raises(NewsroomError, match="only once"):
        arrange(make_slot(article=story), make_slot(article=story, area=Area.SECOND))


@pytest.mark.parametrize("position", [2, 99])
def test_a_place_that_is_not_there_is_refused(position):
    with pytest.raises(NewsroomError, match="no such place"):
        arrange(make_slot(article=make_article(), position=position))


def test_reporters_may_not():
    with pytest.raises(NotAllowed):
        arrange(make_slot(article=make_article()), by=make_user(role=REPORTER))


def test_who_has_a_beat_arranges_the_rows_of_its_sections_alone():
    sport, user = make_section(name="Sport"), make_user(role=EDITOR)
    SectionBeat.objects.create(user=user, section=sport)
    arrange(make_slot(article=make_article(section=sport), section=sport), by=user)
    with pytest.raises(NotAllowed, match="your sections"):
        arrange(make_slot(article=make_article(section=sport)), base=1, by=user)


def test_the_database_keeps_one_story_a_place():
    version = arrange(make_slot(article=make_article()))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_slot(article=make_article(), arrangement=version).save()


def test_a_slot_of_a_row_has_a_section():
    version = arrange(make_slot(article=make_article()))
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        make_slot(article=make_article(), arrangement=version, area=Area.ROW).save()
