"""Filters as terms of the index, and how many of the matches each further filter would leave."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from articles.models import Byline, Contributor, Section
from articles.search.results import PERIODS, Facet, Filters
from articles.states import StoryType
from newsportal.core.text import localise_digits

# Values shown of each facet.
SHOWN = 8
PERIOD_NAMES = {
    "day": _("Last 24 hours"),
    "week": _("Last 7 days"),
    "month": _("Last 30 days"),
    "year": _("Last 12 months"),
}


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
    if filters.state:
        groups.append((f"w{filters.state}",))
    return tuple(groups)


def count_facets(matches: list[Match], filters: Filters, *, now: dt.datetime, editions: bool) -> dict[str, list[Facet]]:
    """For each facet the values that most matches have, months newest first; those without a choice are left out.

    Two queries for the names of sections and authors. `editions` counts languages too.
    """
    found = {
        "section": _sections(Counter(match.section for match in matches), filters),
        "author": _authors([match.pk for match in matches], filters),
        "period": _periods(matches, filters, now),
        "month": _months(matches, filters),
        "type": _types(Counter(match.story_type for match in matches), filters),
    }
    if editions:
        numbers = Counter(match.language for match in matches)
        names = dict(settings.LANGUAGES)
        codes = [code for code, _number in numbers.most_common()] or [filters.language]
        found["language"] = [
            Facet(code, str(names.get(code, code)), numbers[code], code == filters.language) for code in codes if code
        ]
    return {name: facets for name, facets in found.items() if _is_a_choice(name, facets)}


def _is_a_choice(name: str, facets: list[Facet]) -> bool:
    """A single value that all matches have is none; a single span of time leaves the older ones out."""
    return len(facets) > (name != "period") or any(facet.chosen for facet in facets)


def _sections(numbers: Counter[int], filters: Filters) -> list[Facet]:
    wanted = {pk for pk, _number in numbers.most_common(SHOWN)} | ({filters.section} if filters.section else set())
    rows = Section.objects.in_bulk(wanted)
    facets = [Facet(row.path, row.name, numbers[pk], pk == filters.section) for pk, row in rows.items()]
    return _most_first(facets)


def _authors(stories: list[int], filters: Filters) -> list[Facet]:
    signed = Byline.objects.filter(article__among=set(stories), contributor__isnull=False).values("contributor")
    counted = signed.annotate(number=Count("article", distinct=True))
    numbers = dict(counted.order_by("-number", "contributor").values_list("contributor", "number")[:SHOWN])
    people = Contributor.objects.with_texts().in_bulk(numbers)
    return _most_first(
        Facet(people[pk].slug, people[pk].local_name, number, pk == filters.author) for pk, number in numbers.items()
    )


def _months(matches: list[Match], filters: Filters) -> list[Facet]:
    zone = timezone.get_current_timezone()
    times = (match.publish_at.astimezone(zone) for match in matches if match.publish_at)
    numbers = Counter(dt.date(time.year, time.month, 1) for time in times)
    shown = sorted(dict(numbers.most_common(SHOWN * 2)), reverse=True)[: SHOWN * 2]
    return [
        Facet(
            f"{month:%Y-%m}",
            month_name(month),
            numbers[month],
            f"{month:%Y-%m}" == filters.month,
        )
        for month in shown
    ]


def month_name(month: dt.date) -> str:
    """A month as the active language writes it: "November 2026"."""
    return localise_digits(date_format(month, "F Y"))


def _periods(matches: list[Match], filters: Filters, now: dt.datetime) -> list[Facet]:
    """Spans of time that end now; one that leaves as many as the one before it says nothing."""
    facets, before = [], 0
    for name, label in PERIOD_NAMES.items():
        number = sum(1 for match in matches if match.publish_at and match.publish_at > now - PERIODS[name])
        if before < number < len(matches) or name == filters.period:
            facets.append(Facet(name, str(label), number, name == filters.period))
            before = number
    return facets


def _types(numbers: Counter[str], filters: Filters) -> list[Facet]:
    return [
        Facet(kind, str(StoryType(kind).label), number, kind == filters.story_type)
        for kind, number in numbers.most_common()
        if kind in StoryType.values
    ]


def _most_first(facets: Iterable[Facet]) -> list[Facet]:
    return sorted(facets, key=lambda facet: (-facet.number, facet.label))
