"""One line of an import: what it may say, and what is wrong with it."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex
from django.conf import settings
from django.utils.translation import gettext as _

from articles import bylines, recognising
from articles.bylines import ParsedByline
from articles.importing import bodies, fields
from articles.importing.fields import BadRecord
from articles.models import Article, Contributor, Section, Tag
from articles.models.sections import DEPTH
from articles.states import StoryType, Weight
from newsportal.core.text import slugify

KEYS = frozenset(
    "id headline body standfirst section tags byline authors source language published_at image url kicker dateline "
    "story_type weight unpublish_at".split()
)
MOST_TAGS = 100
MOST_AUTHORS = 50
# The length of two novels; what follows from a body takes time with its length.
MOST_BODY = 1_000_000

_VISIBLE = regex.compile(r"[^\p{C}\p{Z}\p{M}]")
_LETTER, _BANGLA_LETTER = regex.compile(r"\p{L}"), regex.compile(r"(?V1)[\p{L}&&\p{Bengali}]")
_UNFIT_FOR_IDS = regex.compile(r"[\p{Cc}\p{Cs}]")


@dataclass(frozen=True)
class Line:
    """What a reader found at one place of a file: the fields of a story, or why there are none."""

    number: int
    fields: Mapping[str, Any] | None = None
    problem: str = ""
    # As it stood in the file, for the file of refused lines.
    text: str = ""
    size: int = 0


@dataclass(frozen=True)
class StoryRecord:
    """A story as a line tells it, checked and normalised. Empty where the line says nothing."""

    id: str
    language: str
    headline: str
    body: str
    kicker: str
    standfirst: str
    dateline: str
    section: tuple[str, ...]
    tags: tuple[str, ...]
    byline: ParsedByline | None
    authors: tuple[str, ...]
    agency: str
    story_type: str
    weight: int
    published_at: dt.datetime | None
    unpublish_at: dt.datetime | None
    image: str
    url: str
    # SHA-256 of the line's normalised values: another digest means that the source has changed.
    digest: str
    # Pictures in the body that stand on other sites, and so were left out.
    pictures_left_out: int


def parse(line: Mapping[str, Any], *, now: dt.datetime, outlets: frozenset[str] = frozenset()) -> StoryRecord:
    """The record that `line` describes; null counts as missing. Raises BadRecord, with a reason for a person.

    A byline code at the end of the body becomes the byline, unless the line names another one; `outlets` are those
    that are known (articles.recognising).
    """
    values = _values(line, now=now)
    markup = bodies.to_html(values["body"])
    if not markup:
        raise BadRecord(_("“body” has neither text nor a picture that can be shown."))
    digest = hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()
    byline = bylines.parse(values.pop("byline")) if values["byline"] else values.pop("byline") or None
    text, code = recognising.take_code(markup, outlets)
    if code and (byline is None or str(byline).casefold() == str(code).casefold()):
        markup, byline = text, byline or code
    left_out = max(0, bodies.pictures_in(values["body"]) - bodies.pictures_in(markup))
    return StoryRecord(**{**values, "body": markup, "byline": byline}, digest=digest, pictures_left_out=left_out)


def _values(line: Mapping[str, Any], *, now: dt.datetime) -> dict[str, Any]:
    """Every field of a record but those that follow from others, still without looking into body and byline."""
    headline = _headline(line)
    body = fields.text(line, "body", limit=MOST_BODY)
    byline = fields.line(line, "byline", limit=_limit("byline_code"))
    if byline:
        byline = str(bylines.parse(byline))
    return {
        "id": source_id(line),
        "language": _language(line, f"{headline} {body[:1000]}"),
        "headline": headline,
        "body": body,
        "kicker": fields.line(line, "kicker", limit=_limit("kicker")),
        "standfirst": fields.line(line, "standfirst", limit=_limit("standfirst")),
        "dateline": fields.line(line, "dateline", limit=_limit("dateline")),
        "section": section_names(fields.line(line, "section", limit=250)),
        "tags": _tags(line),
        "byline": byline,
        "authors": fields.lines(
            line, "authors", limit=Contributor._meta.get_field("name").max_length, most=MOST_AUTHORS
        ),
        "agency": fields.line(line, "source", limit=_limit("agency")),
        "story_type": _story_type(line),
        "weight": _weight(line),
        "published_at": fields.moment(line, "published_at", now=now),
        "unpublish_at": fields.moment(line, "unpublish_at", now=now),
        "image": fields.path(line, "image"),
        "url": fields.address(line, "url", limit=_limit("source_url")),
    }


def section_names(path: str) -> tuple[str, ...]:
    """The names of "World/Asia", from the top down; () for "". Raises BadRecord where a section could not have one."""
    names = tuple(name for part in path.split("/") if (name := part.strip()))
    if len(names) > DEPTH:
        raise BadRecord(_("“section” is %(depth)s deep; sections nest at most three deep.") % {"depth": len(names)})
    longest = Section._meta.get_field("name").max_length
    for name in names:
        if len(name) > longest:
            raise BadRecord(_("“section” has a name of more than %(limit)s characters.") % {"limit": longest})
        if not slugify(name):
            raise BadRecord(_("“section” needs a name with letters or digits."))
    return names


def _limit(name: str) -> int:
    return Article._meta.get_field(name).max_length


def source_id(line: Mapping[str, Any]) -> str:
    """The id that the story has at its source, as text. Raises BadRecord without a usable one."""
    value = line.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        raise BadRecord(_("“id” is missing."))
    if not isinstance(value, str):
        raise BadRecord(_("“id” must be text or a whole number."))
    value = value.strip()
    if not _VISIBLE.search(value) or _UNFIT_FOR_IDS.search(value):
        raise BadRecord(_("“id” must be one line of visible characters."))
    if len(value) > _limit("source_id"):
        raise BadRecord(_("“id” has more than %(limit)s characters.") % {"limit": _limit("source_id")})
    return value


def _headline(line: Mapping[str, Any]) -> str:
    headline = fields.line(line, "headline", limit=_limit("headline"))
    if not _VISIBLE.search(headline):
        raise BadRecord(_("“headline” is missing or empty."))
    return headline


def _language(line: Mapping[str, Any], sample: str) -> str:
    """The language that the line names ("bn", "bn-BD"); without one, Bangla where most letters are."""
    given = fields.line(line, "language", limit=40)
    allowed = [code for code, _name in settings.LANGUAGES]
    if not given:
        return "bn" if 2 * len(_BANGLA_LETTER.findall(sample)) > len(_LETTER.findall(sample)) else "en"
    language = regex.split(r"[-_]", given.lower())[0]
    if language not in allowed:
        raise BadRecord(
            _("“language” is “%(language)s”; the editions are %(allowed)s.")
            % {"language": given, "allowed": ", ".join(allowed)}
        )
    return language


def _tags(line: Mapping[str, Any]) -> tuple[str, ...]:
    return fields.lines(line, "tags", limit=Tag._meta.get_field("name").max_length, most=MOST_TAGS)


def _story_type(line: Mapping[str, Any]) -> str:
    value = fields.line(line, "story_type", limit=40).lower() or StoryType.NEWS.value
    if value not in StoryType.values:
        raise BadRecord(
            _("“story_type” is “%(value)s”; the types are %(allowed)s.")
            % {"value": value, "allowed": ", ".join(StoryType.values)}
        )
    return value


def _weight(line: Mapping[str, Any]) -> int:
    value = line.get("weight")
    if value is None:
        return Weight.ORDINARY.value
    if isinstance(value, bool) or not isinstance(value, int) or value not in Weight.values:
        raise BadRecord(_("“weight” must be one of %(allowed)s.") % {"allowed": ", ".join(map(str, Weight.values))})
    return value
