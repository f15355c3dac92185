"""A story's text as one value: taken from a row, put back on it, or laid over it for looking at.

The value is a dictionary of plain types that JSON can hold. References keep a name beside the id, so that a revision
whose contributor or picture is gone can still be shown and restored, and say what is missing.
"""

from typing import Any

from django.db import models, transaction
from django.db.models import Q, prefetch_related_objects
from taggit.utils import parse_tags

from articles import bylines
from articles.exceptions import BadByline
from articles.models import Article, Byline, Contributor, Image, Outlet, Section, Tag
from newsportal.core.text import clean_line

# Columns that are part of the text. Times and states are not: they belong to the story, whatever it says.
PLAIN = (
    *("language", "story_type", "weight", "kicker", "headline", "slug", "standfirst", "dateline", "body"),
    *("lead_alt", "lead_caption", "byline_code", "agency"),
)
REFERENCES: dict[str, type[models.Model]] = {"section": Section, "lead_image": Image, "outlet": Outlet}
FIELDS = (*PLAIN, *REFERENCES, "contributors", "tags")

Content = dict[str, Any]


def take(article: Article) -> Content:
    """The text of a saved story as it stands in its row."""
    content: Content = {name: getattr(article, name) for name in PLAIN}
    for name in REFERENCES:
        content[name] = _reference(getattr(article, name))
    content["contributors"] = [_reference(line.contributor) for line in article.bylines.select_related("contributor")]
    content["tags"] = sorted(tag.name for tag in article.tags.all())
    return content


def taken_from_form(cleaned: dict[str, Any], resolved: bylines.ResolvedByline | None) -> Content:
    """The text that a valid form holds; `resolved` is its byline."""
    content: Content = {name: cleaned.get(name) for name in PLAIN}
    content["body"] = content["body"] or ""
    content["section"] = _reference(cleaned.get("section"))
    content["lead_image"] = _reference(cleaned.get("lead_image"))
    content["outlet"] = _reference(resolved.outlet if resolved else None)
    content["contributors"] = [_reference(person) for person in (resolved.contributors if resolved else ())]
    content["tags"] = sorted(cleaned.get("tags") or [])
    return content


def changed(before: Content, after: Content) -> list[str]:
    """The names of the fields in which two texts differ, in the order of FIELDS."""
    return [name for name in FIELDS if _key(before.get(name)) != _key(after.get(name))]


def overlay(article: Article, content: Content) -> Article:
    """`article` as it would be with `content`: for showing, not for saving.

    A fresh object; its tags and bylines are those of `content`, already fetched, as after `for_page`.
    """
    copy = Article.objects.get(pk=article.pk) if article.pk else Article()
    for name in PLAIN:
        if content.get(name) is not None:
            setattr(copy, name, content[name])
    for name, model in REFERENCES.items():
        setattr(copy, name, _found(model, content.get(name)) or (copy.section if name == "section" else None))
    _as_saved(copy)
    people = _people(content)
    prefetch_related_objects(people, "texts", "outlet")
    lines = [Byline(article=copy, contributor=person, position=place) for place, person in enumerate(people)]
    copy._prefetched_objects_cache = {"bylines": _fetched(Byline, lines)}
    copy._prefetched_objects_cache["tags"] = _fetched(Tag, _tags(content.get("tags") or []))
    return copy


@transaction.atomic
def put(article: Article, content: Content) -> None:
    """Writes `content` onto the story's row, its tags and its byline. What is missing is left out (see `missing`)."""
    for name in PLAIN:
        setattr(article, name, content[name])
    for name, model in REFERENCES.items():
        found = _found(model, content.get(name))
        if found is not None or name != "section":
            setattr(article, name, found)
    article.save()
    article.tags.set(content["tags"])
    article._prefetched_objects_cache = {}
    bylines.sign(article, _people(content), outlet=article.outlet, code=content["byline_code"])


def missing(content: Content) -> list[str]:
    """The names of what `content` refers to and the database no longer has."""
    gone = [
        reference["name"]
        for name, model in REFERENCES.items()
        if (reference := content.get(name)) and _found(model, reference) is None
    ]
    people = content.get("contributors") or []
    known = set(Contributor.objects.filter(pk__in=[p["id"] for p in people]).values_list("pk", flat=True))
    return gone + [person["name"] for person in people if person["id"] not in known]


def parse_tag_names(line: str) -> list[str]:
    """The names in a line of tags as the form takes it."""
    return sorted(parse_tags(line))


def parse_byline(code: str) -> bylines.ResolvedByline | None:
    """The byline a code stands for; None for what is no code (an unfinished one, while it is being typed)."""
    try:
        return bylines.resolve(bylines.parse(code)) if code else None
    except BadByline:
        return None


def _reference(row: models.Model | None) -> dict[str, Any] | None:
    return {"id": row.pk, "name": str(row)} if row is not None else None


def _key(value: Any) -> Any:
    """What counts in a comparison: ids, not the names they had then; order of people, not of tags."""
    if isinstance(value, dict):
        return value.get("id")
    if isinstance(value, list):
        return [_key(part) for part in value]
    return value or ""


def _found(model: type[models.Model], reference: dict[str, Any] | None) -> Any:
    return model._default_manager.filter(pk=reference["id"]).first() if reference else None


def _as_saved(copy: Article) -> None:
    """Puts the columns of a text into the form in which saving stores them."""
    copy.prepare()
    for field in Article._meta.concrete_fields:
        if field.name in PLAIN:
            field.pre_save(copy, add=False)


def _tags(names: list[str]) -> list[Tag]:
    """The tags as the story would have them: case does not matter; those that nobody has used yet are made up."""
    wanted = Q()
    for name in names:
        wanted |= Q(name__iexact=name)
    found = list(Tag.objects.filter(wanted)) if names else []
    known = {tag.name.casefold() for tag in found}
    new = [Tag(name=clean_line(name)) for name in names if name.casefold() not in known]
    for tag in new:
        tag.slug = tag.slugify(tag.name)
    # In the database's own order, unless it has not seen all of them.
    return sorted(found + new, key=lambda tag: tag.name) if new else found


def _people(content: Content) -> list[Contributor]:
    ids = [person["id"] for person in content.get("contributors") or []]
    known = Contributor.objects.in_bulk(ids)
    return [known[pk] for pk in ids if pk in known]


def _fetched(model: type[models.Model], rows: list[Any]) -> models.QuerySet[Any]:
    """A queryset that has its rows already, as prefetching leaves them."""
    queryset = model._default_manager.none()
    queryset._result_cache = rows
    queryset._prefetch_done = True
    return queryset
