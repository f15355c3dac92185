"""Filters as terms of the index, and how many of the matches each further filter would leave."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Byline, Contributor, Section
from articles.search.results import Facet, Filters
from articles.states import StoryType
from newsportal.core.text import localise_digits

# Values shown of each facet.
SHOWN = 8


@dataclass(frozen=True)
class Match:
    """A story that may be shown, with what is counted."""

    pk: int
    publish_at: dt.datetime | None
    section: int
    story_type: str
    language: str
    score: float = 0.0


def required_facets(filters: Filters, language: str | None) -> tuple[tuple[str, ...], ...]:
    """The filters as terms of the index, one of each group to be had; articles.search.indexing writes them."""
    groups: list[tuple[str, ...]] = []
    if chosen := language or filters.language:
        groups.append((f"l{chosen}",))
    if filters.section:
        top = Section.objects.filter(pk=filters.section).first()
        groups.append(
            tuple(f"s{pk}" for pk in Section.objects.under(top).values_list("pk", flat=True)) if top else ("s0",)
        )
    if filters.author:
        groups.append((f"a{filters.author}",))
    if filters.month:
        groups.append((f"m{filters.month.replace('-', '')}",))
    if filters.story_type:
        groups.append((f"t{filters.story_type}",))
    return tuple(groups)


def count_facets(matches: list[Match], filters: Filters, *, editions: bool) -> dict[str, list[Facet]]:
    """For each facet the values that most matches have, months newest first; those without a choice are left out.

    Two queries for the names of sections and authors. `editions` counts languages too.
    """
    found = {
        "section": _sections(Counter(match.section for match in matches), filters),
        "author": _authors([match.pk for match in matches], filters),
        "month": _months(matches, filters),
        "type": _types(Counter(match.story_type for match in matches), filters),
    }
    if editions:
        numbers = Counter(match.language for match in matches)
        names = dict(settings.LANGUAGES)
        found["language"] = [Facet(code, str(names.get(code, code)), number) for code, number in numbers.most_common()]
    return {name: facets for name, facets in found.items() if len(facets) > 1 or any(facet.chosen for facet in facets)}


def _sections(numbers: Counter[int], filters: Filters) -> list[Facet]:
    wanted = {pk for pk, _number in numbers.most_common(SHOWN)} | ({filters.section} if filters.section else set())
    rows = Section.objects.in_bulk(wanted)
    facets = [Facet(row.path, row.name, numbers[pk], pk == filters.section) for pk, row in rows.items()]
    return _most_first(facets)


def _authors(stories: list[int], filters: Filters) -> list[Facet]:
    counted = Byline.objects.filter(article__in=stories).values("contributor").annotate(number=Count("pk"))
    numbers = dict(counted.order_by("-number", "contributor").values_list("contributor", "number")[:SHOWN])
    people = Contributor.objects.with_texts().in_bulk(numbers)
    return _most_first(
        Facet(people[pk].slug, people[pk].local_name, number, pk == filters.author) for pk, number in numbers.items()
    )


def _months(matches: list[Match], filters: Filters) -> list[Facet]:
    days = [timezone.localtime(match.publish_at).date() for match in matches if match.publish_at]
    numbers = Counter(day.replace(day=1) for day in days)
    shown = sorted(dict(numbers.most_common(SHOWN * 2)), reverse=True)[: SHOWN * 2]
    return [
        Facet(
            f"{month:%Y-%m}",
            localise_digits(date_format(month, "F Y")),
            numbers[month],
            f"{month:%Y-%m}" == filters.month,
        )
        for month in shown
    ]


def _types(numbers: Counter[str], filters: Filters) -> list[Facet]:
    return [
        Facet(kind, str(StoryType(kind).label), number, kind == filters.story_type)
        for kind, number in numbers.most_common()
        if kind in StoryType.values
    ]


def _most_first(facets: Iterable[Facet]) -> list[Facet]:
    return sorted(facets, key=lambda facet: (-facet.number, facet.label))
