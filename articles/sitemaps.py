"""What search engines read: which pages there are (sitemaps.org), and which stories are new (Google News).

Every file stands at the root of the site, as one that stands lower may only list what stands below it.
"""

import datetime as dt
import io
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.xmlutils import SimplerXMLGenerator

from articles import page_tags
from articles.due_changes import NONE_DUE, DueChanges, due_changes
from articles.models import Article, ArticleQuerySet, Contributor, Section, Series, Tag, Translation
from articles.models.clocks import Clock
from articles.seo import timestamp
from articles.spans import month_span, months_with
from newsportal.core.addresses import absolute
from newsportal.core.caching import public
from newsportal.core.identity import site
from newsportal.core.page_cache.tags import note
from newsportal.core.text import for_xml

# The most addresses that a file may hold (sitemaps.org), and a file of news (Google News).
MOST, MOST_NEWS = 50_000, 1_000
NEWS_HOURS = 48
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@dataclass(frozen=True)
class Moment:
    """What a file needs to know of the minute at which it is made."""

    now: dt.datetime
    clocks: list[Clock]
    due: DueChanges

    @property
    def fresh_until(self) -> dt.datetime | None:
        return min((clock.next_change for clock in self.clocks if clock.next_change), default=None)

    def stories(self, *languages: str) -> ArticleQuerySet:
        """The stories of editions that readers may see, by their due texts where they have one."""
        live = Article.objects.published(self.now).in_editions(languages)
        return self.due.into(live, lambda story: story.language in languages)


@public("list")
def index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: for each edition a file of its pages, and one of the stories of each month."""
    languages = [code for code, _name in settings.LANGUAGES]
    note(*map(page_tags.stories, languages))
    moment = _moment(languages)
    files = [reverse("sitemap_pages", args=[language]) for language in languages]
    for language in languages:
        months = months_with(moment.stories(language))
        files += [reverse("sitemap_month", args=[language, *month]) for month in months]
    writer = _Writer("sitemapindex", SITEMAP)
    for file in files:
        writer.add("sitemap", {"loc": absolute(file)})
    return writer.response(moment.fresh_until)


@public("list")
def month(request: HttpRequest, language: str, year: int, month: int) -> HttpResponse:
    """`/sitemap-en-2026-11.xml`: the stories of a month; 404 for one without any."""
    moment = _moment(code for code, _name in settings.LANGUAGES)
    span = month_span(year, month)
    note(page_tags.month(language, span[0]), page_tags.sections(language))
    found = moment.stories(language).timed_between(*span)
    stories = moment.due.over(found.for_sitemaps().newest_first()[:MOST])
    if not stories:
        raise Http404("no stories in this month")
    links = _links(moment, found)
    writer = _Writer("urlset", SITEMAP, {"xmlns:xhtml": XHTML})
    for story in stories:
        changed = story.shown_update or story.appears_at
        facts = {"loc": absolute(story.get_absolute_url()), "lastmod": timestamp(changed)}
        writer.add("url", facts | {"xhtml:link": links.get(story.pk, [])})
    return writer.response(moment.fresh_until)


def _links(moment: Moment, stories: ArticleQuerySet) -> dict[int, list[dict[str, str]]]:
    """For each of `stories` that has live translations: links to all of them and to itself. One query."""
    groups = Translation.objects.filter(article__in=stories.order_by().values("pk")).values("group")
    live = moment.stories(*dict(settings.LANGUAGES)).filter(translation__group__in=groups).with_translation_group()
    members: dict[uuid.UUID, dict[int, dict[str, str]]] = defaultdict(dict)
    for row, story in ((row, moment.due.over([row])[0]) for row in live.for_sitemaps().order_by("language")):
        address = absolute(story.get_absolute_url())
        link = {"rel": "alternate", "hreflang": story.language, "href": address}
        members[row.translation_group][story.pk] = link
    return {pk: list(links.values()) for links in members.values() if len(links) > 1 for pk in links}


@public("list")
def pages(request: HttpRequest, language: str) -> HttpResponse:
    """`/sitemap-en-pages.xml`: the pages of an edition that are no stories, where they have something to show."""
    note(page_tags.stories(language), page_tags.sections(language), page_tags.NAMES, page_tags.all_series(language))
    moment = _moment([language])
    live = Article.objects.published(moment.now).in_edition(language)
    writer = _Writer("urlset", SITEMAP)
    with translation.override(language):
        addresses = [reverse(name) for name in ("front", "latest", "corrections", "archive")]
        for rows in (
            Section.objects.in_edition(language),
            Tag.objects.used_in(live),
            Contributor.objects.signing(live),
            Series.objects.in_edition(language).with_any_of(live),
        ):
            addresses += [row.get_absolute_url() for row in rows[: MOST - len(addresses)]]
    for address in addresses:
        writer.add("url", {"loc": absolute(address)})
    return writer.response(moment.fresh_until)


@public("list")
def news(request: HttpRequest) -> HttpResponse:
    """`/news-sitemap.xml`: the stories of all editions that appeared in the last 48 hours, newest first."""
    languages = [code for code, _name in settings.LANGUAGES]
    for say in (page_tags.stories, page_tags.words, page_tags.sections):
        note(*map(say, languages))
    moment = _moment(languages)
    since = moment.now - dt.timedelta(hours=NEWS_HOURS)
    stories = moment.stories(*languages).appeared_since(since).for_sitemaps().newest_first()
    stories = [story for story in moment.due.over(stories[:MOST_NEWS]) if story.appears_at]
    names = {language: site(language).name for language in languages}
    writer = _Writer("urlset", SITEMAP, {"xmlns:news": NEWS})
    for story in stories:
        facts = {
            "news:publication": {"news:name": names[story.language], "news:language": story.language},
            "news:publication_date": timestamp(story.appears_at),
            "news:title": story.headline,
        }
        writer.add("url", {"loc": absolute(story.get_absolute_url()), "news:news": facts})
    first_to_leave = min((story.appears_at for story in stories), default=None)
    leaves = first_to_leave + dt.timedelta(hours=NEWS_HOURS) if first_to_leave else None
    return writer.response(min(filter(None, (moment.fresh_until, leaves)), default=None))


class _Writer:
    """An XML file of one list."""

    def __init__(self, root: str, namespace: str, more: dict[str, str] | None = None) -> None:
        self.buffer, self.root = io.StringIO(), root
        self.xml = SimplerXMLGenerator(self.buffer, "utf-8")
        self.xml.startDocument()
        self.xml.startElement(root, {"xmlns": namespace, **(more or {})})

    def add(self, name: str, facts: dict[str, Any]) -> None:
        """An element of the list: texts, elements of texts, and lists of attributes; what is None is left out."""
        self.xml.startElement(name, {})
        for key, value in facts.items():
            if isinstance(value, dict):
                self.add(key, value)
            elif isinstance(value, list):
                for attributes in value:
                    self.xml.addQuickElement(key, None, attributes)
            elif value is not None:
                self.xml.addQuickElement(key, for_xml(value))
        self.xml.endElement(name)

    def response(self, fresh_until: dt.datetime | None) -> HttpResponse:
        self.xml.endElement(self.root)
        response = HttpResponse(self.buffer.getvalue(), content_type="application/xml; charset=utf-8")
        response.fresh_until = fresh_until
        return response


def _moment(languages: Iterable[str]) -> Moment:
    now = timezone.now()
    clocks = [Article.objects.clock(language, now) for language in languages]
    due = due_changes(now) if any(clock.something_is_due for clock in clocks) else NONE_DUE
    return Moment(now, clocks, due)
