"""Feeds: the newest stories of an edition, whole, for readers' programs."""

import datetime as dt
import re
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language

from articles.due_changes import NONE_DUE, DueChanges, due_changes
from articles.models import Article
from articles.seo import absolute
from newsportal.core.caching import public
from newsportal.core.identity import Site, site
from newsportal.core.text import clean_lines, for_xml

NUMBER = 30
# Addresses on this site in links and pictures of a sanitised body; readers' programs know no "this site".
_OWN_ADDRESS = re.compile(r'(<(?:a|img)(?: [a-z]+="[^"]*")*? (?:href|src)=")(/(?!/)[^"]*)')


class FullTextRss(Rss201rev2Feed):
    """RSS 2.0 with the whole story in `content:encoded` (RSS content module)."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item(self, *args: Any, **facts: Any) -> None:
        super().add_item(*args, **{name: _sayable(value) for name, value in facts.items()})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class EditionFeed(Feed):
    """The newest stories of the edition that the address names. The object of its hooks is the site's identity."""

    feed_type = FullTextRss
    item_guid_is_permalink = False

    def __init__(self, due: DueChanges, now: dt.datetime) -> None:
        self.due, self.now = due, now

    def get_object(self, request: HttpRequest) -> Site:
        return site(get_language())

    def title(self, identity: Site) -> str:
        return _sayable(identity.name)

    def description(self, identity: Site) -> str:
        return _sayable(identity.tagline or identity.name)

    def link(self) -> str:
        return absolute(reverse("front"))

    def feed_url(self) -> str:
        return absolute(reverse("rss"))

    def feed_copyright(self, identity: Site) -> str:
        return _sayable(identity.copyright)

    def items(self) -> list[Article]:
        language = get_language()
        stories = Article.objects.published(self.now).in_edition(language)
        stories = self.due.into(stories, lambda story: story.language == language)
        return self.due.over(stories.for_feed().newest_first()[:NUMBER])

    def item_title(self, article: Article) -> str:
        return article.headline

    def item_description(self, article: Article) -> str:
        return clean_lines(article.standfirst) or article.summary

    def item_link(self, article: Article) -> str:
        return absolute(article.get_absolute_url())

    def item_guid(self, article: Article) -> str:
        """The same for ever, whatever becomes of section and headline (RFC 4151)."""
        host = absolute("").split("/")[2].split(":")[0]
        return f"tag:{host},{article.created:%Y-%m-%d}:story-{article.pk}"

    def item_pubdate(self, article: Article) -> dt.datetime | None:
        return article.publish_at

    def item_updateddate(self, article: Article) -> dt.datetime | None:
        return article.shown_update or article.publish_at

    def item_author_name(self, article: Article) -> str:
        return ", ".join(person.local_name for person in article.signed_by) or article.agency or article.byline_code

    def item_categories(self, article: Article) -> list[str]:
        return [article.section.name, *(tag.name for tag in article.tags.all())]

    def item_extra_kwargs(self, article: Article) -> dict[str, Any]:
        body = _OWN_ADDRESS.sub(lambda found: found[1] + absolute(found[2]), article.body)
        address = absolute(article.get_absolute_url())
        content = render_to_string("articles/_feed_item.html", {"article": article, "body": body, "address": address})
        return {"content": content}


@public("list")
def rss(request: HttpRequest) -> HttpResponse:
    """`/feeds/rss.xml` of an edition."""
    now = timezone.now()
    clock = Article.objects.clock(get_language(), now)
    response = EditionFeed(due_changes(now) if clock.something_is_due else NONE_DUE, now)(request)
    # Minor edits and withdrawals are in no story's date: only the ETag tells that the feed has changed.
    del response.headers["Last-Modified"]
    response.fresh_until = clock.next_change
    return response


def _sayable(value: Any) -> Any:
    """Text without what XML cannot hold; other values, and lists of text, likewise."""
    if isinstance(value, str):
        return for_xml(value)
    if isinstance(value, list | tuple):
        return [_sayable(part) for part in value]
    return value
