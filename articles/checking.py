"""What stands in the way of publishing a text (errors), and what somebody should have looked at (warnings)."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from articles import bylines, contents
from articles.addresses import Target, read_addresses
from articles.bodies import Parts, parts_of
from articles.exceptions import BadByline, NewsroomError
from articles.models import Article
from articles.prompts import prompts_in
from articles.related.matching import near_duplicates
from articles.states import State
from newsportal.core.text import excerpt, localise_digits

# Longer headlines are cut in search results.
HEADLINE = 70


class Level(TextChoices):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing found: how bad, why (for a person), the field of the form to mend it in, and the story it is about."""

    level: Level
    message: str
    field: str
    story: Article | None = None


def findings(article: Article, now: dt.datetime) -> list[Finding]:
    """All that is found in the text that would be published, errors first."""
    text = _newest(article)
    return [*_errors(article, text, now), *_warnings(text, now)]


def errors(article: Article, now: dt.datetime) -> list[Finding]:
    """What stops the text from being published."""
    return list(_errors(article, _newest(article), now))


def refuse_errors(article: Article, now: dt.datetime) -> None:
    """Raises NewsroomError with every error of the text that would be published."""
    found = errors(article, now)
    if found:
        raise NewsroomError(_("This cannot be published yet. %s") % " ".join(finding.message for finding in found))


def brings_new_text(article: Article, move: str) -> bool:
    """Whether a move gives readers words that they have not had: then the words are checked."""
    if move == "publish":
        return article.state != State.PUBLISHED
    return move == "update" and article.has_changes


def _newest(article: Article) -> Article:
    return contents.overlay(article, article.head.content) if article.has_changes else article


def _errors(article: Article, text: Article, now: dt.datetime) -> Iterator[Finding]:
    parts = parts_of(text.body)
    for check in (_empty, _prompts, _byline, _lead_alt):
        yield from (Finding(Level.ERROR, message, field) for message, field in check(text))
    yield from _gone(article)
    yield from _body_pictures(parts)
    yield from _links(text, parts, now)


def _warnings(text: Article, now: dt.datetime) -> Iterator[Finding]:
    for check in (_headline, _left_out, _captions):
        yield from (Finding(Level.WARNING, message, field) for message, field in check(text))
    for other in near_duplicates(text, now)[:3]:
        message = _("Nearly the same story is there already: “%(headline)s” (%(section)s).")
        names = {"headline": other.headline, "section": other.section.name}
        yield Finding(Level.WARNING, message % names, "body", other)


Found = Iterator[tuple[str, str]]


def _empty(text: Article) -> Found:
    if text.section_id is None:
        yield _("The story stands in no section."), "section"
    if not text.headline:
        yield _("The story has no headline."), "headline"
    if not text.body:
        yield _("The story has no text."), "body"


def _prompts(text: Article) -> Found:
    for name in ("kicker", "headline", "standfirst", "body"):
        for prompt in prompts_in(getattr(text, name))[:3]:
            yield _("“[[%(prompt)s]]” of the template is still to be written.") % {"prompt": prompt}, name


def _byline(text: Article) -> Found:
    if not text.byline_code:
        return
    try:
        resolved = bylines.resolve(bylines.parse(text.byline_code))
    except BadByline as error:
        yield str(error), "byline_code"
        return
    if not resolved.is_complete:
        yield _("Nobody knows %(unknown)s of the byline.") % {"unknown": resolved.unknown}, "byline_code"


def _lead_alt(text: Article) -> Found:
    if text.lead_image and not text.alt_text:
        yield _("The lead picture has no alternative text: say what is seen, for those who do not see it."), "lead_alt"


def _gone(article: Article) -> Iterator[Finding]:
    """What the newest text refers to and is no longer there; the row of a story holds on to what it refers to."""
    if not article.has_changes:
        return
    content = article.head.content
    picture = (content.get("lead_image") or {}).get("name")
    for name in contents.missing(content):
        message = _("“%(name)s” no longer exists: choose again.") % {"name": name}
        yield Finding(Level.ERROR, message, "lead_image" if name == picture else "byline_code")


def _body_pictures(parts: Parts) -> Iterator[Finding]:
    for number, picture in enumerate(parts.pictures, 1):
        if not picture.alt:
            message = _("Picture %(number)s of the text has no alternative text: say what is seen.")
            yield Finding(Level.ERROR, message % {"number": localise_digits(number)}, "body")


def _links(text: Article, parts: Parts, now: dt.datetime) -> Iterator[Finding]:
    """Links are judged for the moment at which the story appears: what is out by then may be linked to."""
    for link in parts.links:
        if not link.words:
            message = _("A link to “%(address)s” has no words to click on.")
            yield Finding(Level.ERROR, message % {"address": excerpt(link.href, 60)}, "body")
    then = max(now, text.appears_at) if text.appears_at else now
    targets = read_addresses([link.href for link in parts.links])
    for link, target in zip(parts.links, targets, strict=True):
        if target.story == text:
            continue
        if said := _LINK_ERRORS[target.kind](target, then):
            names = {"words": excerpt(link.words, 60), "address": excerpt(link.href, 60)}
            yield Finding(Level.ERROR, said % names, "body", target.story)


def _story_link(target: Target, then: dt.datetime) -> str:
    if target.story is None:
        return _("The link “%(words)s” leads to a story that does not exist.")
    if target.story.is_live(then):
        return ""
    if target.story.is_gone(then):
        return _("The link “%(words)s” leads to a story that was withdrawn.")
    return _("The link “%(words)s” leads to a story that readers cannot see.")


_LINK_ERRORS: dict[str, Callable[[Target, dt.datetime], str]] = {
    "fine": lambda target, then: "",
    "story": _story_link,
    "empty": lambda target, then: _("The link “%(words)s” leads nowhere: it has no address."),
    "unknown": lambda target, then: _("The link “%(words)s” leads to a page that this site does not have: %(address)s"),
    "bare": lambda target, then: _("The address “%(address)s” is not whole: write it with https:// in front."),
}


def _headline(text: Article) -> Found:
    length = len(regex.findall(r"\X", text.headline))
    if length > HEADLINE:
        message = _("The headline has %(length)s characters: search results cut it after about %(most)s.")
        yield message % {"length": localise_digits(length), "most": localise_digits(HEADLINE)}, "headline"


def _left_out(text: Article) -> Found:
    if text.lead_image and not text.lead_image.credit:
        yield _("The lead picture has no credit: whose is it?"), "lead_image"
    if not text.standfirst.strip():
        yield (
            _("The story has no standfirst: lists and search results show the start of the text instead."),
            "standfirst",
        )
    if not text.tags.all():
        yield _("The story has no tags: readers of its subjects will not find it."), "tags"


def _captions(text: Article) -> Found:
    for number, picture in enumerate(parts_of(text.body).pictures, 1):
        if not picture.caption:
            message = _("Picture %(number)s of the text has no caption.")
            yield message % {"number": localise_digits(number)}, "body"
