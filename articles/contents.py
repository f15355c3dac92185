"""A story's text as one value: taken from a row, put back on it, or laid over it for looking at.

The value is a dictionary of plain types that JSON can hold. References keep a name beside the id, so that a revision
whose contributor or picture is gone can still be shown and restored, and say what is missing.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.db import models, transaction
from django.db.models import Q, prefetch_related_objects
from taggit.utils import parse_tags

from articles import bylines
from articles.exceptions import BadByline
from articles.models import (
    Article,
    Byline,
    Contributor,
    Image,
    Outlet,
    RelatedStory,
    Section,
    StoryTerms,
    Tag,
    Translation,
)
from articles.places import remember
from articles.states import Role
from newsportal.core.prepared import fetched
from newsportal.core.text import clean_line

# Columns that are part of the text. Times and states are not: they belong to the story, whatever it says.
PLAIN = (
    *("language", "story_type", "weight", "kicker", "headline", "slug", "standfirst", "dateline", "body"),
    *("lead_alt", "lead_caption", "byline_code", "agency"),
)
REFERENCES: dict[str, type[models.Model]] = {"section": Section, "lead_image": Image, "outlet": Outlet}
# What editors say about the list of related stories: those at its top, in order, and those that are kept out.
CHOICES = ("pinned", "excluded")
FIELDS = (*PLAIN, *REFERENCES, "contributors", "tags", *CHOICES)

Content = dict[str, Any]


def take(article: Article) -> Content:
    """The text of a saved story as it stands in its row."""
    content: Content = {name: getattr(article, name) for name in PLAIN}
    for name in REFERENCES:
        content[name] = _reference(getattr(article, name))
    content["contributors"] = credits_of(article)
    content["tags"] = sorted(tag.name for tag in article.tags.all())
    return content | choices_of(article)


def credits_of(article: Article) -> list[dict[str, Any]]:
    """The byline that stands in a saved story's rows. One query."""
    return [
        credit(line.own_name, pk=line.contributor_id, role=line.role)
        for line in article.bylines.select_related("contributor")
    ]


def choices_of(article: Article) -> Content:
    """The related stories that editors pinned to a story, in order, and those that they excluded. One query."""
    rows = article.related_stories.chosen().select_related("other") if article.pk else ()
    choices: Content = {name: [] for name in CHOICES}
    for row in rows:
        choices[row.kind].append({"id": row.other_id, "name": row.other.headline})
    choices["excluded"].sort(key=lambda other: other["id"])
    return choices


def whole(content: Content, known: Content) -> Content:
    """`content` with the choices that it leaves open (a form without them, an old revision) as `known` has them."""
    return {name: known[name] for name in CHOICES if name in known} | content


def taken_from_form(cleaned: dict[str, Any], resolved: bylines.ResolvedByline | None) -> Content:
    """The text that a valid form holds, signed by whom its code names (`resolved`; articles.crediting adds the others).
    Choices that it does not hold are left open.
    """
    content: Content = {name: cleaned.get(name) for name in PLAIN}
    content["body"] = content["body"] or ""
    content["section"] = _reference(cleaned.get("section"))
    content["lead_image"] = _reference(cleaned.get("lead_image"))
    content["outlet"] = _reference(resolved.outlet if resolved else None)
    content["contributors"] = [_reference(person) for person in (resolved.contributors if resolved else ())]
    content["tags"] = sorted(cleaned.get("tags") or [])
    return content | {name: cleaned[name] for name in CHOICES if cleaned.get(name) is not None}


def changed(before: Content, after: Content) -> list[str]:
    """The names of the fields in which two texts differ, in the order of FIELDS.

    Choices of related stories count where both texts have some: revisions of before they were kept say nothing.
    """
    names = [name for name in FIELDS if name not in CHOICES or (name in before and name in after)]
    return [name for name in names if _key(before.get(name), name) != _key(after.get(name), name)]


def overlay(article: Article, content: Content) -> Article:
    """`article` as it would be with `content`: for showing, not for saving.

    A fresh object; its tags and bylines are those of `content`, already fetched, as after `for_page`.
    """
    fresh = Article.objects.get(pk=article.pk) if article.pk else Article()
    return overlay_all([(fresh, content)])[0]


def overlay_all(pairs: list[tuple[Article, Content]]) -> list[Article]:
    """Stories just read, each with another text, as `overlay` gives one; in eight queries for any number."""
    texts = [content for _article, content in pairs]
    rows = {name: model._default_manager.in_bulk(_ids(texts, name)) for name, model in REFERENCES.items()}
    people = Contributor.objects.in_bulk(_ids(texts, "contributors"))
    prefetch_related_objects(list(people.values()), "texts", "outlet")
    tags = {tag.name.casefold(): tag for tag in _tags([name for text in texts for name in text.get("tags") or []])}
    return [_laid_over(copy(article), content, rows, people, tags) for article, content in pairs]


def _laid_over(story: Article, content: Content, rows: dict, people: dict, tags: dict[str, Tag]) -> Article:
    for name in PLAIN:
        if content.get(name) is not None:
            setattr(story, name, content[name])
    for name in REFERENCES:
        found = rows[name].get((content.get(name) or {}).get("id"))
        setattr(story, name, found or (story.section if name == "section" else None))
    _as_saved(story)
    lines = _lines(content, people, story)
    wanted = {name.casefold() for name in tag_names(content.get("tags") or [])}
    carried = [tag for name, tag in tags.items() if name in wanted]
    story._prefetched_objects_cache = {"bylines": fetched(Byline, lines), "tags": fetched(Tag, carried)}
    story.__dict__.pop("credits", None)
    if all(name in content for name in CHOICES):
        story.related_choices = {name: [other["id"] for other in content[name]] for name in CHOICES}
    return story


@transaction.atomic
def put(article: Article, content: Content) -> None:
    """Writes `content` onto the story's row, its tags and its byline. What is missing is left out (see `missing`).

    A story that goes to another edition is no translation any more of those that it was linked with.
    """
    remember(article)
    if article.language != content["language"]:
        Translation.objects.filter(article=article.pk).leave()
    for name in PLAIN:
        setattr(article, name, content[name])
    for name, model in REFERENCES.items():
        found = _found(model, content.get(name))
        if found is not None or name != "section":
            setattr(article, name, found)
    article.save()
    article.tags.set(tag_names(content["tags"]))
    article._prefetched_objects_cache = {}
    people = Contributor.objects.in_bulk(_ids([content], "contributors"))
    bylines.sign(article, _lines(content, people), outlet=article.outlet, code=content["byline_code"])
    put_choices(article, content)


def put_choices(article: Article, content: Content) -> None:
    """Writes the choices of related stories that `content` holds; those that it leaves open stay. Gone ones are left
    out, and the list is made anew.
    """
    current = choices_of(article)
    if not changed(current, wanted := current | {name: content[name] for name in CHOICES if name in content}):
        return
    kinds = dict.fromkeys((row["id"] for row in wanted["excluded"]), None)
    kinds |= {row["id"]: place for place, row in enumerate(wanted["pinned"])}
    known = set(Article.objects.filter(pk__in=kinds).exclude(pk=article.pk).values_list("pk", flat=True))
    article.related_stories.chosen().exclude(other__in=known).delete()
    rows = [
        RelatedStory(
            article=article,
            other_id=pk,
            kind=RelatedStory.Kind.EXCLUDED if place is None else RelatedStory.Kind.PINNED,
            position=place,
        )
        for pk, place in kinds.items()
        if pk in known
    ]
    RelatedStory.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["article", "other"], update_fields=["kind", "position"]
    )
    StoryTerms.objects.filter(article=article.pk).update(listed=False)


def missing(content: Content) -> list[str]:
    """The names of what `content` refers to and the database no longer has."""
    gone = [
        reference["name"]
        for name, model in REFERENCES.items()
        if (reference := content.get(name)) and _found(model, reference) is None
    ]
    others = [*(content.get("pinned") or []), *(content.get("excluded") or [])]
    return gone + _unknown(Contributor, content.get("contributors") or []) + _unknown(Article, others)


def tag_names(names: Iterable[str]) -> list[str]:
    """Names of tags as they are stored, wherever they come from: clean, not too long, none twice but for case."""
    longest = Tag._meta.get_field("name").max_length
    clean = {name.casefold(): name for raw in names if (name := clean_line(raw)[:longest].strip())}
    return sorted(clean.values())


def parse_tag_names(line: str) -> list[str]:
    """The names in a line of tags as the form takes it."""
    return sorted(parse_tags(line))


def parse_byline(code: str) -> bylines.ResolvedByline | None:
    """The byline a code stands for; None for what is no code (an unfinished one, while it is being typed)."""
    try:
        return bylines.resolve(bylines.parse(code)) if code else None
    except BadByline:
        return None


def credit(name: str, *, pk: int | None = None, role: str = Role.WORDS) -> dict[str, Any]:
    """One name of a byline as a text holds it: `pk` is the contributor's, None a guest's. Words go without saying, as
    they did before there were roles.
    """
    return {"id": pk, "name": name} | ({} if role == Role.WORDS else {"role": str(role)})


def role_of(line: dict[str, Any]) -> str:
    """The role of a name in the byline of a text; words for one that this house does not know."""
    return role if (role := line.get("role")) in Role.values else Role.WORDS.value


def _lines(content: Content, people: dict[int, Contributor], story: Article | None = None) -> list[Byline]:
    """The byline of a text as rows; contributors that are gone are left out."""
    lines = [
        Byline(
            article=story, contributor=people.get(row["id"]), name="" if row["id"] else row["name"], role=role_of(row)
        )
        for row in content.get("contributors") or []
        if row["id"] in people or (not row["id"] and row["name"])
    ]
    for position, line in enumerate(lines):
        line.position = position
    return lines


def _reference(row: models.Model | None) -> dict[str, Any] | None:
    return {"id": row.pk, "name": str(row)} if row is not None else None


def _key(value: Any, name: str = "") -> Any:
    """What counts in a comparison: ids, not the names they had then; order of people, not of what is excluded.

    A guest is a name.
    """
    if isinstance(value, dict):
        return value.get("id") or value.get("name"), role_of(value)
    if isinstance(value, list):
        keys = [_key(part) for part in value]
        return sorted(keys) if name == "excluded" else keys
    return value or ""


def _unknown(model: type[models.Model], references: list[dict[str, Any]]) -> list[str]:
    """The names of those that are no longer there."""
    references = [reference for reference in references if reference["id"]]
    ids = [reference["id"] for reference in references]
    known = set(model._default_manager.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [reference["name"] for reference in references if reference["id"] not in known]


def _ids(texts: list[Content], name: str) -> set[int]:
    """The ids that texts hold in one of their fields."""
    values = [text.get(name) or [] for text in texts]
    rows = [row for value in values for row in (value if isinstance(value, list) else [value])]
    return {row["id"] for row in rows if row["id"]}


def _found(model: type[models.Model], reference: dict[str, Any] | None) -> Any:
    return model._default_manager.filter(pk=reference["id"]).first() if reference else None


def _as_saved(story: Article) -> None:
    """Puts the columns of a text into the form in which saving stores them."""
    story.prepare()
    for field in Article._meta.concrete_fields:
        if field.name in PLAIN:
            field.pre_save(story, add=False)


def _tags(names: list[str]) -> list[Tag]:
    """The tags as the story would have them: case does not matter; those that nobody has used yet are made up."""
    names = tag_names(names)
    wanted = Q()
    for name in names:
        wanted |= Q(name__iexact=name)
    found = list(Tag.objects.filter(wanted)) if names else []
    known = {tag.name.casefold() for tag in found}
    new = [Tag(name=name) for name in names if name.casefold() not in known]
    for tag in new:
        tag.slug = tag.slugify(tag.name)
    # In the database's own order, unless it has not seen all of them.
    return sorted(found + new, key=lambda tag: tag.name) if new else found
