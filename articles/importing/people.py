"""The outlets and contributors behind imported stories: matched by code or name, made with just what the line says."""

from dataclasses import dataclass

from django.db.models import Q

from articles import bylines
from articles.bylines import ParsedByline
from articles.importing.caches import Remembered
from articles.models import Contributor
from newsportal.core.text import slugify


@dataclass(frozen=True)
class Signature:
    """Who signs a story: ids, in the order of the byline."""

    outlet: int | None
    contributors: tuple[int, ...]


class PeopleDirectory:
    """Finds who signs a story, and remembers it."""

    def __init__(self) -> None:
        self._codes: Remembered[str, Signature] = Remembered()
        self._names: Remembered[str, int] = Remembered()

    def find(self, byline: ParsedByline | None, authors: tuple[str, ...]) -> Signature:
        """By the byline code where there is one, else by the authors' names.

        With a code, names are used for contributors who have to be made, and only when there is one for all initials.
        """
        if byline:
            return self._codes.get(str(byline).casefold(), lambda: _by_code(byline, authors))
        people = (self._names.get(name.casefold(), lambda name=name: _by_name(name)) for name in authors)
        return Signature(None, tuple(dict.fromkeys(people)))

    def forget(self) -> None:
        """Forgets everything, as after a rollback."""
        self._codes.forget()
        self._names.forget()


def _by_code(byline: ParsedByline, authors: tuple[str, ...]) -> Signature:
    resolved = bylines.resolve(byline)
    if not resolved.is_complete:
        names = authors if len(authors) == len(byline.initials) else ()
        resolved = bylines.create_missing(resolved, names=names)
    outlet = resolved.outlet.pk if resolved.outlet else None
    return Signature(outlet, tuple(contributor.pk for contributor in resolved.contributors))


def _by_name(name: str) -> int:
    """Of several contributors of one name, whoever was there first."""
    candidates = Contributor.objects.filter(Q(name__iexact=name) | Q(slug=slugify(name))).order_by("pk")
    for pk, known in candidates.values_list("pk", "name"):
        if known.casefold() == name.casefold():
            return pk
    return Contributor.objects.create(name=name).pk
