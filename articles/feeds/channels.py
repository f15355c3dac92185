"""What feeds are of: a page of lists, and the stories that belong there."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static

from articles import blocks, page_tags
from articles.bodies import with_whole_addresses
from articles.due_changes import DueChanges
from articles.feeds.formats import FORMATS
from articles.models import Article, ArticleQuerySet, Byline
from newsportal.core.addresses import absolute
from newsportal.core.identity import Site
from newsportal.core.page_cache.tags import note
from newsportal.core.text import clean_lines, for_xml

NUMBER = 30


@dataclass(frozen=True)
class Channel:
    """The stories of a page of the edition: `page` is its address, `feed` that of the feed in the format asked for.

    `title` is "" for the whole edition. `belongs` says of one story of the edition what `stories` asks of all.
    """

    page: str
    feed: str
    stories: ArticleQuerySet
    belongs: Callable[[Article], bool]
    title: str = ""
    description: str = ""


class StoryFeed(Feed):
    """The newest stories of a channel, in one of FORMATS. The object of its hooks is the site's identity."""

    item_guid_is_permalink = False

    def __init__(self, channel: Channel, form: str, identity: Site, due: DueChanges) -> None:
        self.channel, self.identity, self.due = channel, identity, due
        self.feed_type = FORMATS[form]

    def get_object(self, request: HttpRequest) -> Site:
        return self.identity

    def title(self, identity: Site) -> str:
        return for_xml(" · ".join(filter(None, (self.channel.title, identity.name))))

    def description(self, identity: Site) -> str:
        return for_xml(self.channel.description or identity.tagline or identity.name)

    subtitle = description

    def author_name(self, identity: Site) -> str:
        return for_xml(identity.name)

    def link(self) -> str:
        return absolute(self.channel.page)

    def feed_url(self) -> str:
        return absolute(self.channel.feed)

    def feed_copyright(self, identity: Site) -> str:
        return for_xml(identity.copyright)

    def feed_extra_kwargs(self, identity: Site) -> dict[str, Any]:
        return {"hub": settings.WEBSUB_HUB, "icon": absolute(static("img/icon-512.png"))}

    def items(self) -> list[Article]:
        language = self.identity.language
        stories = self.channel.stories.in_edition(language)
        stories = self.due.into(stories, lambda story: story.language == language and self.channel.belongs(story))
        shown = list(self.due.over(stories.for_feed().newest_first()[:NUMBER]))
        self.pictures = blocks.pictures_of(story.body for story in shown)
        note(page_tags.sections(language), page_tags.NAMES)
        page_tags.note_stories(shown)
        return shown

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

    def item_author_name(self, article: Article) -> str | None:
        signed = ", ".join(line.local_name for line in article.written_by)
        return signed or article.agency or article.byline_code or None

    def item_categories(self, article: Article) -> list[str]:
        return [article.section.name, *(tag.name for tag in article.tags.all())]

    def item_extra_kwargs(self, article: Article) -> dict[str, Any]:
        address = absolute(article.get_absolute_url())
        body = with_whole_addresses(blocks.render(article.body, blocks.FEED, pictures=self.pictures))
        context = {"article": article, "body": body, "address": address}
        picture = article.lead_image
        return {
            "content": render_to_string("articles/_feed_item.html", context),
            "image": absolute(picture.plain.url) if picture else None,
            "people": [_person(line) for line in article.written_by],
        }


def _person(line: Byline) -> dict[str, str]:
    """A name as JSON Feed has authors; a guest has no address."""
    page = {"url": absolute(line.contributor.get_absolute_url())} if line.contributor else {}
    return {"name": for_xml(line.local_name), **page}
