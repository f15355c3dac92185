"""Byline codes: `Bd24live/Hk` is an outlet and the initials of one or several contributors.

A code is parsed from one text field, resolved to records, and never guessed: what is unknown is named, and created only
when somebody asks for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from articles.exceptions import BadByline
from articles.models import GUEST_LENGTH, Article, Byline, Contributor, Outlet
from newsportal.core.text import clean_line

# Outlet: letters, digits, inner dots and hyphens; initials: letters of any script with their marks, inner dots.
_OUTLET = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}.&-]{0,39}")
_INITIALS = regex.compile(r"\p{L}[\p{L}\p{M}\p{N}.]{0,11}")
MOST_INITIALS = 8


@dataclass(frozen=True)
class ParsedByline:
    """A code taken apart: the outlet's code and at least one contributor's initials, in order, as typed."""

    outlet: str
    initials: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join((self.outlet, *self.initials))


@dataclass(frozen=True)
class ResolvedByline:
    """The records a code stands for; `missing` holds the initials that nobody at the outlet has yet."""

    parsed: ParsedByline
    outlet: Outlet | None
    contributors: tuple[Contributor, ...]
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return self.outlet is not None and not self.missing

    @property
    def unknown(self) -> str:
        """What is unknown, as text for a person: "Bd24live, Bd24live/Hk"."""
        names = [f"{self.parsed.outlet}/{initials}" for initials in self.missing]
        return ", ".join(([] if self.outlet else [self.parsed.outlet]) + names)


def parse(code: str) -> ParsedByline:
    """Takes `code` apart. Spaces around the strokes and one full stop at the end are forgiven.

    Raises BadByline when it is not outlet/initials.
    """
    parts = [part.strip() for part in clean_line(code).rstrip(".।").split("/")]
    outlet, initials = parts[0], tuple(parts[1:])
    if not initials or not _OUTLET.fullmatch(outlet) or not all(_INITIALS.fullmatch(part) for part in initials):
        raise BadByline(
            _("“%(code)s” is not a byline code: write outlet/initials, such as Bd24live/Hk.") % {"code": code}
        )
    if len(initials) > MOST_INITIALS:
        raise BadByline(_("A byline code names at most %(number)s contributors.") % {"number": MOST_INITIALS})
    if len({part.casefold() for part in initials}) < len(initials):
        raise BadByline(_("“%(code)s” names the same contributor twice.") % {"code": code})
    return ParsedByline(outlet, initials)


def resolve(parsed: ParsedByline) -> ResolvedByline:
    """Finds the records of a parsed code, in two queries; case does not matter."""
    outlet = Outlet.objects.filter(code__iexact=parsed.outlet).first()
    known: dict[str, Contributor] = {}
    if outlet:
        wanted = Q()
        for initials in parsed.initials:
            wanted |= Q(initials__iexact=initials)
        found = Contributor.objects.filter(wanted, outlet=outlet).select_related("outlet")
        known = {contributor.initials.casefold(): contributor for contributor in found}
    return ResolvedByline(
        parsed=parsed,
        outlet=outlet,
        contributors=tuple(known[part.casefold()] for part in parsed.initials if part.casefold() in known),
        missing=tuple(part for part in parsed.initials if part.casefold() not in known),
    )


@transaction.atomic
def create_missing(resolved: ResolvedByline, *, names: Sequence[str] = ()) -> ResolvedByline:
    """Makes the outlet and contributors that a code names and nobody knows, with just what the code says.

    `names` gives full names for all initials of the code, in order; without them the name is the initials.
    """
    parsed = resolved.parsed
    outlet = resolved.outlet or Outlet.objects.create(code=parsed.outlet)
    full_names = dict(zip(parsed.initials, names, strict=True)) if len(names) == len(parsed.initials) else {}
    for initials in resolved.missing:
        Contributor.objects.create(outlet=outlet, initials=initials, name=full_names.get(initials, initials))
    return resolve(parsed)


@transaction.atomic
def sign(article: Article, lines: Sequence[Byline], *, outlet: Outlet | None, code: str) -> None:
    """Writes the byline of a saved story: its outlet, its code as printed, its names in order (unsaved rows).

    A name that has a role already does not get it again; names of guests are cut to their column.
    """
    article.outlet, article.byline_code = outlet, code
    article.save(update_fields=["outlet", "byline_code", "slug", "words", "modified"])
    wanted: dict[tuple, Byline] = {}
    for line in lines:
        line.article, line.name = article, clean_line(line.name)[:GUEST_LENGTH].strip()
        if line.contributor_id or line.name:
            wanted.setdefault((line.contributor_id, line.name, line.role), line)
    if list(article.bylines.values_list("contributor_id", "name", "role")) == list(wanted):
        return
    article.bylines.all().delete()
    for position, line in enumerate(wanted.values()):
        line.position = position
    Byline.objects.bulk_create(wanted.values())


def words_by(contributors: Iterable[Contributor]) -> list[Byline]:
    """The byline of a story that these people have written, for `sign`."""
    return [Byline(contributor=person) for person in contributors]
