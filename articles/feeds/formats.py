"""The formats of feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, all with the whole text.

An item takes beside Django's facts `content` (HTML), and for JSON `image` (an address) and `people` (name and address).
"""

import datetime as dt
import json
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape

from articles.seo import filled
from newsportal.core.text import for_xml

ATOM = "http://www.w3.org/2005/Atom"
# When a feed without items was last changed: always the same, so that caches need not fetch it again.
NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Whole(SyndicationFeed):
    """What the formats share."""

    def add_item(self, title: str, link: str, description: str, **facts: Any) -> None:
        """The description is plain text; RSS and Atom say it as HTML."""
        facts = {name: _sayable(value) for name, value in facts.items()}
        super().add_item(_sayable(title), link, self.described(_sayable(description)), **facts)

    def described(self, text: str) -> str:
        return escape(text)

    def latest_post_date(self) -> dt.datetime:
        return super().latest_post_date() if self.items else NEVER


class FullTextRss(Whole, Rss201rev2Feed):
    """RSS 2.0 with the whole story in `content:encoded` (RSS content module)."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if hub := self.feed.get("hub"):
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": hub})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class FullTextAtom(Whole, Atom1Feed):
    """Atom with the whole story in `content`."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if hub := self.feed.get("hub"):
            handler.addQuickElement("link", "", {"rel": "hub", "href": hub})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class FullTextJson(Whole):
    """JSON Feed 1.1 (jsonfeed.org)."""

    content_type = "application/feed+json; charset=utf-8"

    def described(self, text: str) -> str:
        return text

    def write(self, outfile: Any, encoding: str) -> None:
        feed = self.feed
        facts = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed["title"],
            "home_page_url": feed["link"],
            "feed_url": feed["feed_url"],
            "description": feed["subtitle"] or feed["description"],
            "icon": feed.get("icon"),
            "language": feed["language"],
            "authors": [{"name": feed["author_name"]}] if feed["author_name"] else None,
            "hubs": [{"type": "WebSub", "url": feed["hub"]}] if feed.get("hub") else None,
        }
        # The items stay where there are none: the format asks for the list.
        text = json.dumps(filled(facts) | {"items": [self._item(item) for item in self.items]}, ensure_ascii=False)
        outfile.write(text.encode(encoding))

    @staticmethod
    def _item(item: dict[str, Any]) -> dict[str, Any]:
        people = item.get("people") or ([{"name": item["author_name"]}] if item["author_name"] else [])
        facts = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "content_html": item["content"],
            "summary": item["description"],
            "image": item.get("image"),
            "date_published": _moment(item["pubdate"]),
            "date_modified": _moment(item["updateddate"]),
            "authors": people,
            "tags": list(item["categories"]),
        }
        return filled(facts)


FORMATS: dict[str, type[Whole]] = {"rss.xml": FullTextRss, "atom.xml": FullTextAtom, "feed.json": FullTextJson}


def _moment(moment: dt.datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _sayable(value: Any) -> Any:
    """Text without what XML cannot hold; other values, and lists of text, likewise."""
    if isinstance(value, str):
        return for_xml(value)
    if isinstance(value, list | tuple):
        return [_sayable(part) for part in value]
    return value
