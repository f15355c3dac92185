"""What pages show, as tags of the page cache: noted where it is read, purged where it changes.

A list's tag stands for which stories are in it and in which order; what a card says is the story's own tag.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from newsportal.core.page_cache.tags import GONE, note


def story(pk: int) -> str:
    """What a story says, wherever it says it."""
    return f"story:{pk}"


def gone(pk: int) -> str:
    """A story's own page, which is not shown any more once the story is taken down."""
    return f"{GONE}{pk}"


def related(pk: int) -> str:
    """Which stories a story's own page leads to: related ones, translations."""
    return f"related:{pk}"


def section(pk: int) -> str:
    """The stories of a section and of those in it."""
    return f"section:{pk}"


def tag(pk: int) -> str:
    """The stories with a tag."""
    return f"tag:{pk}"


def author(pk: int) -> str:
    """The stories of a contributor."""
    return f"author:{pk}"


def live(pk: int) -> str:
    """The updates of a live story."""
    return f"live:{pk}"


def series(pk: int) -> str:
    """The stories of a series, and what it says of itself."""
    return f"series:{pk}"


def all_series(language: str) -> str:
    """Which series an edition has."""
    return f"all-series:{language}"


def tag_name(pk: int) -> str:
    """How a tag is called."""
    return f"tag-name:{pk}"


def person(pk: int) -> str:
    """How a contributor is called, and who that is."""
    return f"person:{pk}"


def outlet(pk: int) -> str:
    """What is said of an outlet."""
    return f"outlet:{pk}"


# How any tag and any contributor is called: of pages that say it of many, as feeds do.
NAMES = "names"


# Which old addresses lead on, and where editors let them lead.
REDIRECTS = "redirects"


def sections(language: str) -> str:
    """How the sections of an edition are called, nested and ordered: every page has some of their names."""
    return f"sections:{language}"


def front(language: str) -> str:
    """The front page of an edition."""
    return f"front:{language}"


def newest(language: str) -> str:
    """The newest stories of an edition."""
    return f"newest:{language}"


def stories(language: str) -> str:
    """All stories of an edition, in a list or by their words."""
    return f"stories:{language}"


def month(language: str, moment: dt.datetime) -> str:
    """The stories of an edition that appeared in the month of the site's time zone."""
    return f"month:{language}-{timezone.localtime(moment):%Y-%m}"


def words(language: str) -> str:
    """What the stories of an edition say: what is found in them."""
    return f"words:{language}"


def corrections(language: str) -> str:
    """The corrections of an edition."""
    return f"corrections:{language}"


def note_story(article: Any) -> None:
    """Says that the page which is being made is the story's own."""
    note(story(article.pk), gone(article.pk), related(article.pk), sections(article.language))
    note(*(tag_name(row.pk) for row in article.tags.all()), *(person(row.pk) for row in article.signed_by))
    if article.outlet_id:
        note(outlet(article.outlet_id))


def note_stories(shown: Iterable) -> None:
    """Says that the page which is being made shows these stories."""
    note(*(story(article.pk) for article in shown))
