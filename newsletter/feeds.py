"""A newsletter as a feed: for those who would rather not give an address."""

import datetime as dt
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags as story_tags
from articles.feeds.formats import FullTextRss
from articles.models import Article
from newsletter import page_tags
from newsletter.archiving import pieces_of, summary
from newsletter.links import issue_url
from newsletter.models import Issue, NewsletterList
from newsportal.core.addresses import absolute
from newsportal.core.caching import public
from newsportal.core.identity import site
from newsportal.core.page_cache.tags import note

NUMBER = 20


class IssueFeed(Feed):
    """The newest issues of one newsletter, whole. The object of its hooks is the newsletter."""

    feed_type = FullTextRss
    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest, slug: str) -> NewsletterList:
        return get_object_or_404(NewsletterList.objects.in_edition(get_language()), slug=slug)

    def title(self, newsletter: NewsletterList) -> str:
        return f"{newsletter.name} · {site(newsletter.language).name}"

    def description(self, newsletter: NewsletterList) -> str:
        return newsletter.pitch or site(newsletter.language).newsletter_pitch or newsletter.name

    def link(self, newsletter: NewsletterList) -> str:
        return absolute(reverse("newsletter_archive", args=[newsletter.slug]))

    def feed_url(self, newsletter: NewsletterList) -> str:
        return absolute(reverse("newsletter_feed", args=[newsletter.slug]))

    def feed_copyright(self, newsletter: NewsletterList) -> str:
        return site(newsletter.language).copyright

    def items(self, newsletter: NewsletterList) -> list[Issue]:
        return list(Issue.objects.in_archive(newsletter).with_blocks()[:NUMBER])

    def item_title(self, issue: Issue) -> str:
        return issue.subject

    def item_description(self, issue: Issue) -> str:
        return summary(issue, now=timezone.now())

    def item_link(self, issue: Issue) -> str:
        return issue_url(issue)

    def item_guid(self, issue: Issue) -> str:
        """The same for ever (RFC 4151)."""
        host = absolute("").split("/")[2].split(":")[0]
        return f"tag:{host},{issue.created:%Y-%m-%d}:issue-{issue.pk}"

    def item_pubdate(self, issue: Issue) -> dt.datetime | None:
        return issue.started_at

    def item_updateddate(self, issue: Issue) -> dt.datetime | None:
        return issue.started_at

    def item_author_name(self, issue: Issue) -> str:
        return ""

    def item_categories(self, issue: Issue) -> list[str]:
        return []

    def item_extra_kwargs(self, issue: Issue) -> dict[str, Any]:
        context = {"pieces": pieces_of(issue, now=timezone.now())}
        return {"content": render_to_string("newsletter/_issue_feed_item.html", context)}


@public("list")
def issues(request: HttpRequest, slug: str) -> HttpResponse:
    """`/newsletter/<list>/feed.xml`."""
    note(page_tags.LISTS, story_tags.words(get_language()), story_tags.stories(get_language()))
    response = IssueFeed()(request, slug=slug)
    # Withdrawals are in no issue's date: only the ETag tells that the feed has changed.
    del response.headers["Last-Modified"]
    response.fresh_until = Article.objects.next_change(get_language(), timezone.now())
    return response
