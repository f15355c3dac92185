"""Blocks of stories for templates of any page. Each costs the queries that its docstring says."""

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from articles import page_tags, seo
from articles.compiling import Run, runs_with
from articles.due_changes import NONE_DUE, DueChanges, due_changes
from articles.fronting import Front, Row
from articles.models import Article, ArticleQuerySet, Contributor, Image, Section
from articles.readership import most_read as most_read_in
from articles.sharing import share_links
from articles.states import Role, StoryType
from newsportal.core.addresses import absolute
from newsportal.core.page_cache.tags import note
from newsportal.core.parts import part
from newsportal.core.prepared import Prepared

register = template.Library()

LATEST = 6
# How the section rows of the front page look, in turn, each with the stories it needs to be full.
ROW_KINDS = {"feature": 3, "quartet": 4, "pair": 3}
SHOWN = {"feature": 5, "quartet": 4, "pair": 5}
FULL_ROW = 3
# Where a card's picture stands, as a key of articles.templatetags.pictures.USES.
PICTURE_USES = {"lead": "lead", "big": "big", "card": "card"}
LARGE_USES = {"card": "large", "second": "card"}
DIGEST_COLUMNS = 4


def _newest(stories: ArticleQuerySet) -> ArticleQuerySet:
    """One more than are shown, as the page's own may be among them."""
    return stories.for_lines().newest_first()[: LATEST + 1]


_NEWEST = Prepared(Article, lambda now, language: _newest(Article.objects.published(now).in_edition(language)))
_TOP_SECTIONS = Prepared(Section, lambda language: Section.objects.in_edition(language).top_level())


@register.simple_tag(takes_context=True)
def section_nav(context: template.Context) -> SafeString:
    """The edition's top sections, the page's own marked. One query."""
    current = context.get("section")
    note(page_tags.sections(get_language()))
    sections = _TOP_SECTIONS.rows(language=get_language())
    facts = {
        "sections": sections,
        "current": current.path.split("/")[0] if current else "",
        "is_front": "front" in context,
    }
    key = (*((row.path, row.name) for row in sections), facts["current"], facts["is_front"])
    return part("articles/_section_nav.html", key, lambda: facts)


@register.simple_tag(takes_context=True)
def latest_news(context: template.Context, exclude: Article | None = None) -> SafeString:
    """The newest stories of the edition as a list of headlines, without the page's own. One query, two where the page
    does not say what is `due`.
    """
    now, language = timezone.now(), get_language()
    due = _due(context, now)
    if due.stories:
        live = Article.objects.published(now).in_edition(language)
        lines = due.over_lines(_newest(due.into(live, lambda story: story.language == language)))
    else:
        lines = _NEWEST.rows(now=now, language=language)
    shown = [line for line in lines if exclude is None or line.pk != exclude.pk][:LATEST]
    note(page_tags.newest(language))
    page_tags.note_stories(shown)
    key = (timezone.localdate(now), *shown)
    return part("articles/_latest_news.html", key, lambda: {"stories": shown, "now": now})


@register.simple_tag(takes_context=True)
def most_read(context: template.Context, exclude: Article | None = None, *, wide: bool = False) -> SafeString:
    """What is read most in the edition, without the page's own story; `wide` lies across the page.

    One query, and one more where the cache has no list.
    """
    now = context.get("now") or timezone.now()
    lines = most_read_in(get_language(), now, but=exclude)
    page_tags.note_stories(lines)
    shown = _due(context, now).over_lines(lines) if lines else []
    return part("articles/_most_read.html", (wide, *shown), lambda: {"stories": shown, "wide": wide})


def _due(context: template.Context, now: dt.datetime) -> DueChanges:
    """The changes that are due: as the view found them, or looked up for a page that has no stories of its own."""
    return context["due"] if "due" in context else due_changes(now)


@register.simple_tag
def story_card(
    story: Article,
    style: str = "card",
    level: int = 3,
    *,
    here: Section | None = None,
    eager: bool = False,
    large: bool = False,
    timed: bool = True,
    by: Contributor | str | None = None,
) -> SafeString:
    """One story as a card. No query.

    `style`: lead, second, big, card, row, text or opinion (which names the authors: bylines must be prefetched).
    `level` is that of its heading; `here` the section of the page, which goes without saying; `eager` loads its
    picture first; `large` puts the picture of a card above the words on phones too, that of a second one elsewhere;
    `timed=False` leaves the time out where the list prints it already; `by` is the contributor of the page, whose role
    is named where it is not the words.
    """
    page_tags.note_stories([story])
    if style == "opinion":
        note(*(page_tags.person(person.pk) for person in story.signed_by))
    label = story.kicker or ("" if here and here.pk == story.section_id else story.section.name)
    picture = None if style in ("text", "opinion") else story.lead_image
    now = timezone.now()
    facts = {
        "style": style,
        "level": level,
        "label": label,
        "use": LARGE_USES[style] if large else PICTURE_USES.get(style, "row"),
        "standfirst": "" if style in ("text", "second") else story.standfirst,
        "eager": eager,
        "timed": timed,
        "role": _role_in(story, by),
    }
    return part(
        "articles/_story_card.html",
        (*_shown(story, style, picture), timezone.localdate(now), *facts.values()),
        lambda: {**facts, "story": story, "kind": story_kind(story, label), "picture": picture, "now": now},
    )


def _shown(story: Article, style: str, picture: Image | None) -> tuple:
    """What a card takes from its story."""
    names = tuple(line.local_name for line in story.written_by) if style == "opinion" else ()
    looks = (picture.file.name, picture.rendered, story.alt_text) if picture else ()
    words = story.kicker, story.section.name, story.standfirst
    return story.line, *words, story.story_type, story.byline_code, story.words, names, looks


def _role_in(story: Article, person: Contributor | str | None) -> str:
    """What somebody did for a story, in words; "" for the words and for nobody."""
    role = (story.credited_as or story.role_of(person)) if isinstance(person, Contributor) else ""
    return str(Role(role).label) if role and role != Role.WORDS else ""


@register.simple_tag
def related_stories(stories: list[Article]) -> SafeString:
    """Cards of what stands beside a story, the first one large. No query."""
    key = (timezone.localdate(), *(_shown(story, "card", story.lead_image) for story in stories))
    return part("articles/_related_stories.html", key, lambda: {"stories": stories})


@register.simple_tag
def story_kind(story: Article, label: str = "") -> str:
    """The name of the story's type, "" for plain news and where `label` says the same already."""
    kind = str(story.get_story_type_display())
    return "" if story.story_type == StoryType.NEWS or kind.casefold() == label.casefold() else kind


@register.simple_tag
def front_rows(front: Front) -> list[dict[str, Any]]:
    """The section rows of a front page as dicts of `kind` and `rows`. No query.

    Full rows stand alone, their kinds taking turns; sections with less share rows ("digest") below them. What is left
    of the commentary makes no row of its own beside the band that shows it, unless an editor pinned some of it.
    """
    rows = [r for r in front.rows if r.kept or not (front.commentary and all(s.is_commentary for s in r.stories))]
    shown: list[dict[str, Any]] = []
    for turn, row in enumerate(row for row in rows if len(row.stories) >= FULL_ROW):
        shown.append({"kind": _row_kind(row, turn, before=shown[-1]["kind"] if shown else ""), "rows": [row]})
    short = [row for row in rows if len(row.stories) < FULL_ROW]
    lines = -(-len(short) // DIGEST_COLUMNS)
    return shown + [{"kind": "digest", "rows": short[line::lines]} for line in range(lines)]


def _row_kind(row: Row, turn: int, *, before: str) -> str:
    """The first kind, from the turn's own on, that the row can fill and that differs from the row above."""
    kinds = list(ROW_KINDS)
    for kind in kinds[turn % len(kinds) :] + kinds[: turn % len(kinds)]:
        fits = len(row.stories) >= ROW_KINDS[kind] and (kind != "feature" or row.stories[0].lead_image)
        if fits and row.kept <= SHOWN[kind] and kind != before:
            return kind
    return "pair"


@register.inclusion_tag("articles/_section_row.html")
def section_row(kind: str, rows: list[Row]) -> dict[str, Any]:
    """One of `front_rows`. No query."""
    return {"kind": kind, "rows": rows}


@register.simple_tag
def breadcrumb(section: Section, title: str = "") -> SafeString:
    """Home › section › … › title; without a title the section is the page. No query when its parents were selected."""
    trail = [section]
    while trail[0].parent is not None:
        trail.insert(0, trail[0].parent)
    key = (title, *((step.path, step.name) for step in trail))
    return part("articles/_breadcrumb.html", key, lambda: {"trail": trail, "title": title})


@register.inclusion_tag("articles/_byline_code.html")
def byline_code(article: Article) -> dict[str, Any]:
    """`Bd24live/Hk` as printed at the end of the body, each initials linking to the author's page. No query."""
    outlet, *initials = article.byline_code.split("/")
    known = {person.initials.casefold(): person for person in article.signed_by if person.initials}
    return {
        "outlet": outlet,
        "outlet_url": article.outlet.url if article.outlet else "",
        "parts": [{"initials": part, "contributor": known.get(part.casefold())} for part in initials],
    }


@register.inclusion_tag("articles/_corrections.html")
def corrections(article: Article, *, brief: bool = False) -> dict[str, Any]:
    """The story's corrections in full; `brief` is the dated line above the text for those who come back. No query."""
    return {"corrections": article.public_corrections, "brief": brief}


@register.simple_tag(takes_context=True)
def series_of(context: template.Context, article: Article) -> list[Run]:
    """The series that a story is a part of. One query, none where it is in no series."""
    now = context.get("now") or timezone.now()
    return runs_with(article, now, _due(context, now) if article.is_in_series else NONE_DUE)


@register.simple_tag(takes_context=True)
def structured_data(context: template.Context, article: Article) -> SafeString:
    """The story as JSON-LD for search engines. No query after `for_page`."""
    return seo.as_script(seo.news_article(article, context["site"]))


@register.inclusion_tag("articles/_pagination.html", takes_context=True)
def pagination(context: template.Context) -> dict[str, Any]:
    """Links to the newer and older pages of a list. No query."""
    return {"page": context["page"]}


@register.simple_tag
def reading_tools(article: Article) -> SafeString:
    """Sharing, keeping and text size, above the text. No query."""
    facts = (article.headline, absolute(article.get_absolute_url()))
    return part("articles/_reading_tools.html", facts, lambda: {"links": share_links(*facts)})
