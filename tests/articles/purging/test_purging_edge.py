"""A cache in front that holds every page: each change throws away what it touches, once, and misses nothing."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from articles import contents, correcting, revising, workflow
from articles.models import Article
from articles.related import catch_up
from newsportal.core.models import Purge
from newsportal.core.page_cache import edge
from tests.articles.purging.acts import STAMP, rewrite
from tests.pages import commit

pytestmark = pytest.mark.django_db


class FakeCdn:
    """Holds pages by their address, and counts how often each is thrown away."""

    def __init__(self, addresses):
        self.addresses, self.requests = addresses, []
        self.held = {address: self._fetch(address) for address in addresses}

    def take(self, front, method, headers, body):
        self.requests.append(re.compile(headers["X-Purge-Tags"]))

    def purged(self, address):
        """How many of the requests throw the page away."""
        return sum(bool(pattern.search(self.held[address][0])) for pattern in self.requests)

    def is_outdated(self, address):
        return self._fetch(address)[1:] != self.held[address][1:]

    def _fetch(self, address):
        answer = Client().get(address)
        return answer["Cache-Tag"], answer.status_code, STAMP.sub("", answer.content.decode())


@pytest.fixture
def cdn(pages, world, settings, monkeypatch):
    settings.PURGE_URL = ["varnish://cdn"]
    # Machines' files, feeds of lists and an address of before, beside the pages that readers know.
    more = ["/sitemap.xml", "/news-sitemap.xml", "/archive/", f"/old/{world['story'].pk}/slug/"]
    more += [f"{world['place'].get_absolute_url()}?page=1"]
    commit()
    Purge.objects.update(told_at=timezone.now())
    fake = FakeCdn([*pages.values(), *more])
    monkeypatch.setattr(edge, "_request", fake.take)
    return fake


def publish(world):
    draft = revising.create(contents.take(world["story"]) | {"headline": "More ferries", "slug": ""}, by=None)
    workflow.publish(draft, by=None)


def withdraw(name):
    return lambda world: workflow.withdraw(Article.objects.get(pk=world[name].pk), by=None, reason="It was wrong.")


def move(world):
    sport = {"id": world["elsewhere"].pk, "name": "Sport"}
    rewrite(world["story"], section=sport, tags=["Cricket"], contributors=[], slug="elsewhere")


def correct(world):
    correcting.correct(Article.objects.get(pk=world["story"].pk), wrong="Two.", right="Three.", by=None)


CHANGES = {
    "publish": publish,
    "new headline": lambda world: rewrite(world["story"], headline="Ferries sail again"),
    "new slug": lambda world: rewrite(world["story"], slug="other-words"),
    "new place": move,
    "withdraw": withdraw("story"),
    "withdraw an old one": withdraw("old"),
    "correct": correct,
    "related lists": lambda world: catch_up(now=timezone.now()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_purges_what_it_touches_once_and_misses_nothing(cdn, world, change):
    CHANGES[change](world)
    commit()
    edge.tell(now=timezone.now())
    outdated = {address for address in cdn.addresses if cdn.is_outdated(address)}
    assert outdated
    assert {address: cdn.purged(address) for address in outdated} == dict.fromkeys(outdated, 1)
    assert max(cdn.purged(address) for address in cdn.addresses) == 1
    assert not any(cdn.purged(address) for address in ("/bn/", "/bn/latest/", "/newsletter/"))


def test_writing_purges_nothing(cdn, world):
    revising.save(world["story"], contents.take(world["story"]) | {"headline": "Not yet"}, by=None)
    commit()
    edge.tell(now=timezone.now())
    assert not cdn.requests
