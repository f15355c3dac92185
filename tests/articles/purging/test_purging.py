"""After each thing that a newsroom does: every page is as Django would make it now, and no other was thrown away."""

import datetime as dt
import re

import pytest
from django.db import transaction
from django.test import Client

from articles import contents, correcting, revising, scheduling, workflow
from articles.importing.records import parse
from articles.importing.store import Settings, Store
from articles.models import Article
from articles.related import catch_up, steering
from newsportal.core.models import Purge, SiteIdentity, SiteText
from tests.articles.purging.acts import STAMP, rewrite
from tests.factories import make_image
from tests.pages import Site, commit

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def reader(pages):
    """Readers of every page; `reader.changed(act)` does something and says which pages were made anew for it."""
    return Readers(pages)


class Readers:
    def __init__(self, pages):
        self.pages, self.site = pages, Site()
        commit()
        for address in pages.values():
            self.site.get(address)
        assert {self.site.get(address).mark for address in pages.values()} == {"hit"}

    def changed(self, act):
        act()
        answers = {name: self.site.get(address) for name, address in self.pages.items()}
        for name, answer in answers.items():
            fresh = Client().get(self.pages[name])
            assert answer.status == fresh.status_code, name
            assert STAMP.sub("", answer.text) == STAMP.sub("", fresh.content.decode()), f"{name} is out of date"
        return {name for name, answer in answers.items() if answer.mark != "hit"}


LISTS = {"front", "latest", "latest 2", "top", "place", "tag", "person", "feed", "search"}
# Beside other things, a block of the newest stories.
WITH_NEWEST = {"story", "old", "top", "place", "elsewhere", "sport 2", "tag", "other_tag", "person", "other_person"}
OTHER_EDITION = {"bangla", "bn", "bn latest"}


def test_writing_purges_nothing(reader, world):
    def write():
        draft = revising.create(contents.take(world["story"]) | {"headline": "New"}, by=None)
        workflow.submit(draft, by=None)
        revising.save(world["story"], contents.take(world["story"]) | {"headline": "Not yet"}, by=None)

    before = Purge.objects.count()
    assert reader.changed(write) == set()
    assert Purge.objects.count() == before


def test_new_story_is_everywhere_at_once(reader, world):
    def publish():
        draft = revising.create(contents.take(world["story"]) | {"headline": "More ferries", "slug": ""}, by=None)
        workflow.publish(draft, by=None)

    changed = reader.changed(publish)
    assert changed >= LISTS | WITH_NEWEST
    assert not changed & (OTHER_EDITION | {"newsletter"})


def test_new_headline_is_everywhere_at_once(reader, world):
    changed = reader.changed(lambda: rewrite(world["story"], headline="Ferries sail again"))
    assert changed >= {"story", "front", "latest", "top", "place", "tag", "person", "feed", "search"}
    assert not changed & (OTHER_EDITION | {"newsletter"})


def test_new_slug_moves_the_old_address(reader, world):
    old = world["story"].get_absolute_url()
    reader.changed(lambda: rewrite(world["story"], slug="other-words"))
    moved = reader.site.get(old)
    assert (moved.status, moved.headers["Location"]) == (
        301,
        Article.objects.get(pk=world["story"].pk).get_absolute_url(),
    )


def test_story_that_moves_leaves_the_lists_it_was_in(reader, world):
    sport = {"id": world["elsewhere"].pk, "name": "Sport"}
    changed = reader.changed(lambda: rewrite(world["story"], section=sport, tags=["Cricket"], contributors=[]))
    assert changed >= {"story", "place", "top", "elsewhere", "tag", "other_tag", "person", "feed", "front"}
    assert not changed & OTHER_EDITION


def test_withdrawn_story_is_nowhere_at_once(reader, world):
    changed = reader.changed(lambda: workflow.withdraw(world["story"], by=None, reason="It was wrong."))
    assert changed >= LISTS | WITH_NEWEST
    assert not changed & OTHER_EDITION
    assert reader.site.get(reader.pages["story"]).status == 410


def test_old_story_leaves_the_newest_alone(reader, world):
    changed = reader.changed(lambda: workflow.withdraw(world["old"], by=None, reason="It was wrong."))
    assert changed >= {"old", "elsewhere", "sport 2", "other_tag", "other_person", "latest 2", "search"}
    assert not changed & (OTHER_EDITION | {"story", "top", "place", "tag", "person"})


def test_schedule_shortens_the_life_of_the_lists(reader, world, now):
    def schedule():
        draft = revising.create(contents.take(world["story"]) | {"headline": "Later", "slug": ""}, by=None)
        workflow.publish(draft, by=None, at=now + dt.timedelta(seconds=50))

    assert reader.changed(schedule) >= LISTS
    assert seconds(reader.site.get("/asia/")) is None
    assert seconds(reader.site.get(reader.pages["place"])) <= 50


def seconds(answer):
    found = re.search(r"s-maxage=(\d+)", answer.headers.get("Cache-Control", ""))
    return int(found[1]) if found and answer.mark else None


def test_planned_end_shortens_the_life_of_the_lists(reader, world, now):
    story = Article.objects.get(pk=world["story"].pk)
    reader.changed(lambda: scheduling.plan(story, {"unpublish_at": now + dt.timedelta(seconds=50)}, by=None))
    for name in ("story", "place", "front", "tag", "feed"):
        assert seconds(reader.site.get(reader.pages[name])) <= 50, name


def test_planned_change_shortens_the_life_of_the_lists_it_goes_to(reader, world, now):
    def schedule():
        sport = {"id": world["elsewhere"].pk, "name": "Sport"}
        revising.save(world["story"], contents.take(world["story"]) | {"section": sport}, by=None)
        workflow.update(Article.objects.get(pk=world["story"].pk), by=None, at=now + dt.timedelta(seconds=50))

    reader.changed(schedule)
    for name in ("story", "place", "elsewhere", "sport 2", "front"):
        assert seconds(reader.site.get(reader.pages[name])) <= 50, name


def test_correction_is_public_at_once(reader, world):
    def correct():
        correcting.correct(Article.objects.get(pk=world["story"].pk), wrong="Two.", right="Three.", by=None)

    changed = reader.changed(correct)
    assert changed >= {"story", "corrections", "feed"}
    assert not changed & OTHER_EDITION


def test_pinned_story_stands_beside_the_other_at_once(reader, world):
    changed = reader.changed(lambda: steering.pin(world["old"], [world["story"]], by=None))
    assert changed == {"old"}


def test_list_that_the_worker_makes_is_seen_at_once(reader, world, now):
    assert reader.changed(lambda: catch_up(now=now)) >= {"story", "old"}


@pytest.mark.parametrize(
    ("rename", "seen", "unseen"),
    [
        ("tag", {"tag", "story"}, {"other_tag", "old", "front"}),
        ("person", {"person", "story"}, {"other_person", "old", "tag"}),
        ("place", {"place", "story", "front", "old", "latest"}, OTHER_EDITION),
    ],
)
def test_new_name_is_seen_at_once(reader, world, rename, seen, unseen):
    def change():
        row = type(world[rename]).objects.get(pk=world[rename].pk)
        row.name = "Another name"
        row.save()

    changed = reader.changed(change)
    assert changed >= seen
    assert not changed & unseen


def test_new_words_on_a_picture_are_seen_at_once(world, pages):
    picture = make_image(alt_text="A ferry")
    Article.objects.filter(pk=world["story"].pk).update(lead_image=picture)
    reader = Readers(pages)

    def change():
        picture.alt_text = "A ferry in fog"
        picture.save()

    changed = reader.changed(change)
    assert changed >= {"story", "front", "place"}
    assert not changed & OTHER_EDITION


def test_new_name_of_the_site_is_on_every_page(reader, pages):
    def change():
        SiteText.objects.create(identity=SiteIdentity.objects.create(), language="en", name="The Fog")

    assert reader.changed(change) >= set(pages) - {"search"}


def test_deleted_story_is_nowhere(world, pages):
    reader = Readers({name: address for name, address in pages.items() if name != "old"})
    changed = reader.changed(lambda: Article.objects.get(pk=world["old"].pk).delete())
    assert changed >= {"elsewhere", "other_tag", "other_person"}
    assert not changed & OTHER_EDITION


def test_import_is_one_change(reader, world, now):
    def bring():
        store = Store(by=None, now=now, settings=Settings(), latest={})
        store.write([record(str(number), now) for number in range(4)], {})

    before = set(Purge.objects.values_list("pk", flat=True))
    changed = reader.changed(bring)
    assert changed >= {"front", "latest", "feed", "top"}
    assert not changed & OTHER_EDITION
    assert Purge.objects.exclude(pk__in=before).count() == 1


def test_imported_story_that_moves_leaves_the_lists_it_was_in(reader, world, now):
    def bring(section, tags):
        store = Store(by=None, now=now, settings=Settings(), latest={})
        store.write([record("7", now, section=section, tags=tags)], {})

    reader.changed(lambda: bring("World", ["Fog"]))
    changed = reader.changed(lambda: bring("Sport", ["Cricket"]))
    assert changed >= {"top", "elsewhere", "tag", "other_tag"}


def record(number, now, *, section="World", tags=()):
    line = {
        "id": number,
        "headline": f"Imported {number}",
        "body": "<p>Fog.</p>",
        "section": section,
        "tags": list(tags),
    }
    return parse(line | {"published_at": (now - HOUR).isoformat()}, now=now)


def test_change_that_is_rolled_back_purges_nothing(reader, world):
    def fail():
        with transaction.atomic():
            workflow.withdraw(Article.objects.get(pk=world["story"].pk), by=None, reason="No.")
            transaction.set_rollback(True)

    assert reader.changed(fail) == set()
