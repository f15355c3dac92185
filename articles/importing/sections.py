"""The sections that imported stories name: found in their edition, made where they are missing."""

from django.db.models import Q

from articles.importing.caches import Remembered
from articles.models import Section
from articles.models.sections import RESERVED
from newsportal.core.text import SLUG_LENGTH, slugify

# Where stories go that name no section, by edition.
DEFAULT_NAMES = {"en": "News", "bn": "সংবাদ"}


class SectionDirectory:
    """Finds the id of a section by its names from the top down, in any case, and remembers it."""

    def __init__(self) -> None:
        self._known: Remembered[tuple[str, ...], int] = Remembered()

    def find(self, language: str, names: tuple[str, ...]) -> int:
        """The id of the section `names` (a path of at least one name) of the edition; made when there is none."""
        key = (language, *(name.casefold() for name in names))
        return self._known.get(key, lambda: _found(language, names) or _made(language, names).pk)

    def forget(self) -> None:
        """Forgets everything, as after a rollback."""
        self._known.forget()


def default_names(language: str) -> tuple[str, ...]:
    """The section of an edition for stories that name none."""
    return (DEFAULT_NAMES.get(language, DEFAULT_NAMES["en"]),)


def _found(language: str, names: tuple[str, ...]) -> int | None:
    """A single name also finds a section that stands in another, as long as only one has it."""
    if len(names) > 1 or _child(language, None, names[0]):
        return None
    namesakes = list(Section.objects.filter(language=language, name__iexact=names[0]).values_list("pk", flat=True)[:2])
    return namesakes[0] if len(namesakes) == 1 else None


def _made(language: str, names: tuple[str, ...]) -> Section:
    section: Section | None = None
    for name in names:
        section = _child(language, section, name) or Section.objects.create(
            language=language, parent=section, name=name, slug=_slug(name, section)
        )
    if section is None:
        raise ValueError("a section needs a name")
    return section


def _child(language: str, parent: Section | None, name: str) -> Section | None:
    """The section of that name, else of that address, right under `parent`."""
    slug = _slug(name, parent)
    children = list(
        Section.objects.filter(Q(name__iexact=name) | Q(slug=slug), language=language, parent=parent).order_by("pk")
    )
    named = [child for child in children if child.name.casefold() == name.casefold()]
    return next(iter(named or children), None)


def _slug(name: str, parent: Section | None) -> str:
    slug = slugify(name, length=SLUG_LENGTH - 10)
    if slug.isdigit() or (parent is None and slug in RESERVED):
        return f"{slug}-section" if not slug.isdigit() else f"section-{slug}"
    return slug
