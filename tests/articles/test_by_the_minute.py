"""With every worker stopped and a frozen clock: what readers see one second before a minute and one second after it.

Whoever builds another page or file that lists stories names it in SURFACES.
"""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import Resolver404, resolve

from articles import contents, revising, workflow
from articles.models import Article, LogEntry
from tests.factories import make_article, make_contributor, make_image, make_section, make_tag

pytestmark = pytest.mark.django_db
MINUTE = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
BEFORE, AFTER = MINUTE - SECOND, MINUTE + SECOND

# Where readers find a story, by the address of the place. `{…}` are parts of the story's text.
SURFACES = {
    "its own page": "{page}",
    "front page": "/",
    "section": "{section}",
    "tag": "{tag}",
    "author": "{author}",
    "latest": "/latest/",
    "feed": "/feeds/rss.xml",
    "feed as Atom": "/feeds/atom.xml",
    "feed as JSON": "/feeds/feed.json",
    "feed of the section": "/feeds/sections{section}rss.xml",
    "feed of the tag": "/feeds{tag}rss.xml",
    "feed of the author": "/feeds{author}rss.xml",
    "search": "/search/?q=lands",
    "beside another story": "{other}",
    "beside a page that is not there": "/tags/nobody-uses-this/",
    "sitemap": "/sitemap-en-2026-11.xml",
    "news sitemap": "/news-sitemap.xml",
    "archive of the month": "/archive/2026/11/",
}
LISTS = {name: address for name, address in SURFACES.items() if name != "its own page"}


def address_of(surface, **parts):
    """The address of a surface; the test is left out while the portal has no such page."""
    address = SURFACES[surface].format(**parts)
    try:
        found = resolve(address.partition("?")[0])
    except Resolver404:
        pytest.skip("there is no such page yet")
    if found.url_name in ("section", "story") and surface not in ("section", "its own page", "beside another story"):
        pytest.skip("there is no such page yet")
    return address


def at(moment):
    return time_machine.travel(moment, tick=False)


def read(client, address, moment):
    """What an address says at a moment, in small letters, without the address itself, which the form names.

    Of a story that is gone nothing, as its page names it.
    """
    with at(moment):
        response = client.get(address, follow=True)
    text = re.sub(r'name="source" value="[^"]*"', "", response.content.decode())
    return "" if response.status_code == 410 else text.lower()


@pytest.fixture
def world():
    """A section, a tag, an author and another story that is out: what the places of a story are made of."""
    with at(MINUTE - 3 * HOUR):
        section, tag, person = make_section(name="World"), make_tag(name="Fog"), make_contributor(name="Hasan Kabir")
        other = make_article(headline="Harbour opens", tags=[tag], signed_by=[person])
    parts = {"section": section, "tag": tag, "author": person, "other": other}
    return {name: row.get_absolute_url() for name, row in parts.items()} | {"rows": (section, tag, person)}


def planned(world, **times):
    """A story about a zeppelin that somebody published with these times, hours before."""
    section, tag, person = world["rows"]
    with at(MINUTE - 2 * HOUR):
        article = make_article(
            headline="Zeppelin lands", section=section, tags=[tag], signed_by=[person], published=False, **times
        )
        return workflow.publish(article, by=None)


PLANS = {
    "publication": ({"publish_at": MINUTE}, (False, True)),
    "end of the embargo": ({"publish_at": MINUTE - HOUR, "embargo_until": MINUTE}, (False, True)),
    "publication after the embargo": ({"publish_at": MINUTE, "embargo_until": MINUTE - HOUR}, (False, True)),
    "take-down": ({"publish_at": MINUTE - HOUR, "unpublish_at": MINUTE}, (True, False)),
}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("plan", PLANS)
def test_a_story_comes_and_goes_by_itself(client, world, plan, surface):
    times, seen = PLANS[plan]
    article = planned(world, **times)
    address = address_of(surface, page=article.get_absolute_url(), **world)
    assert tuple("zeppelin" in read(client, address, moment) for moment in (BEFORE, AFTER)) == seen
    assert not LogEntry.objects.filter(at__gte=BEFORE).exists()


@pytest.mark.parametrize("surface", SURFACES)
def test_a_withdrawn_story_is_gone_in_the_same_second(client, world, surface):
    article = planned(world, publish_at=MINUTE - HOUR)
    address = address_of(surface, page=article.get_absolute_url(), **world)
    assert "zeppelin" in read(client, address, BEFORE)
    with at(MINUTE):
        workflow.withdraw(article, by=None, reason="It was a balloon.")
    assert "zeppelin" not in read(client, address, MINUTE)


@pytest.fixture
def changed(world):
    """An airship that becomes a zeppelin at the minute, in another section, under another tag, signed by another."""
    section, tag, person = world["rows"]
    with at(MINUTE - 2 * HOUR):
        article = make_article(
            headline="Airship docks", section=section, tags=[tag], signed_by=[person], publish_at=MINUTE - 2 * HOUR
        )
        sport, other = make_section(name="Sport"), make_contributor(name="Anika Sen")
        text = contents.take(article) | {
            "headline": "Zeppelin lands",
            "slug": "zeppelin-lands",
            "section": {"id": sport.pk, "name": "Sport"},
            "tags": ["Sky"],
            "contributors": [{"id": other.pk, "name": "Anika Sen"}],
            "lead_image": {"id": make_image().pk, "name": "Sky"},
        }
        make_tag(name="Sky")
        revising.save(article, text, by=None)
        workflow.update(article, by=None, at=MINUTE)
    old = {name: world[name] for name in ("section", "tag", "author", "other")}
    new = old | {"section": "/sport/", "tag": "/tags/sky/", "author": other.get_absolute_url()}
    return article.get_absolute_url(), old, new


@pytest.mark.parametrize("surface", SURFACES)
def test_a_scheduled_change_stands_everywhere_from_its_second_on(client, changed, surface):
    page, old, new = changed
    places = [address_of(surface, page=page, **parts) for parts in (old, new)]
    assert "zeppelin" not in "".join(read(client, address, BEFORE) for address in places)
    assert "zeppelin" in read(client, places[1], AFTER)
    assert "airship" not in "".join(read(client, address, AFTER) for address in places)
    assert Article.objects.filter(headline="Airship docks").exists(), "somebody wrote it: this shows nothing"


@pytest.mark.parametrize("surface", SURFACES)
def test_the_worker_changes_nothing_that_readers_see(client, changed, surface):
    page, old, new = changed
    for parts in (old, new):
        address = address_of(surface, page=page, **parts)
        before = read(client, address, AFTER)
        workflow.write_due_change(Article.objects.get(headline__in=["Airship docks", "Zeppelin lands"]), now=AFTER)
        after = read(client, address, AFTER)
        if surface != "search":  # which ranks and marks what its index has
            assert after == before


@pytest.mark.parametrize("number", [1, 6])
@pytest.mark.parametrize("surface", LISTS)
def test_changes_that_are_due_cost_the_same_however_many(client, world, surface, number, django_assert_max_num_queries):
    rows = world["rows"]
    for place in range(number):
        with at(MINUTE - 2 * HOUR):
            article = make_article(headline=f"Airship {place}", section=rows[0], tags=[rows[1]], signed_by=[rows[2]])
            text = contents.take(article) | {"headline": f"Zeppelin {place} lands", "slug": f"zeppelin-{place}"}
            text |= {"story_type": "opinion"}
            revising.save(article, text, by=None)
            workflow.update(article, by=None, at=MINUTE)
    address = address_of(surface, **world)
    with at(AFTER), django_assert_max_num_queries(30):
        # The sitemap of the stories says their addresses and no headline.
        wanted = "/zeppelin-" if surface == "sitemap" else "Zeppelin"
        assert wanted in client.get(address).content.decode()
