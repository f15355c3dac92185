"""A story's whole text in a mail: its body in the mail flavour of its blocks (articles.blocks), and without markup."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import nh3
from django.db.models import prefetch_related_objects

from articles import blocks
from articles.bodies import with_whole_addresses
from articles.models import Article
from newsletter.composing import passages

# What mail programs show alike: the tags of a body (newsportal.core.sanitising), and those that the mail flavour adds.
TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "strong", "em", "s", "sub", "sup", "ul", "ol", "li", "blockquote", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td", "div", "span"),
}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "table": {"role", "width", "cellpadding", "cellspacing", "border"},
    "ol": {"start"},
    **{tag: {"colspan", "rowspan", "class"} for tag in ("th", "td")},
    **{tag: {"class"} for tag in ("p", "div", "span")},
}
_HEADING = re.compile(r"<(/?)h([23])\b")


def _cleaner(tags: set[str], without: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes={tag: names for tag, names in ATTRIBUTES.items() if tag in tags},
        clean_content_tags={"script", "style", *without},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )


_WITH_PICTURES = _cleaner(TAGS, set())
# A figure goes with its caption: nobody misses what they do not know of.
_WITHOUT_PICTURES = _cleaner(TAGS - {"img"}, {"figure"})


@dataclass(frozen=True)
class WholeText:
    """A body for both parts of a mail."""

    markup: str
    plain: str


def library_of(stories: Iterable[Article], *, pictures: bool) -> blocks.Pictures:
    """The pictures that the bodies of `stories` show; none for mails without `pictures`. Their bylines are fetched too.
    Four queries at most.
    """
    stories = list(stories)
    prefetch_related_objects(stories, "bylines__contributor__texts")
    return blocks.pictures_of(story.body for story in stories) if pictures else {}


def whole_text(
    article: Article, *, level: int, pictures: bool, library: blocks.Pictures, link: Callable[[str], str] = str
) -> WholeText:
    """The body of a story under a heading of `level`, with `link` of each address in its markup."""
    shown = blocks.render(article.body, blocks.MAIL, pictures=library)
    shown = _HEADING.sub(lambda tag: f"<{tag[1]}h{int(tag[2]) + level - 1}", shown)
    shown = (_WITH_PICTURES if pictures else _WITHOUT_PICTURES).clean(shown)
    shown = with_whole_addresses(shown)
    return WholeText(passages.for_mail(shown, link), passages.plain(shown))
