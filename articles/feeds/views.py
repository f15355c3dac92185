"""The addresses of feeds. `form` is one of articles.feeds.formats.FORMATS."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags
from articles.due_changes import NONE_DUE, due_changes
from articles.feeds.channels import Channel, StoryFeed
from articles.models import Article, ArticleQuerySet, Contributor, Section, Tag
from newsportal.core.caching import public
from newsportal.core.identity import site
from newsportal.core.page_cache.tags import note


@public("list")
def edition(request: HttpRequest, form: str) -> HttpResponse:
    """All stories of the edition."""
    note(page_tags.stories(get_language()))
    return _answer(request, form, Channel(reverse("front"), reverse("feed", args=[form]), _live(), lambda story: True))


@public("list")
def section(request: HttpRequest, section_path: str, form: str) -> HttpResponse:
    """The stories of a section and of all that stand in it."""
    section = get_object_or_404(Section.objects.in_edition(get_language()), path=section_path.lower())
    note(page_tags.section(section.pk))
    channel = Channel(
        section.get_absolute_url(),
        reverse("section_feed", args=[section.path, form]),
        _live().in_section(section),
        lambda story: story.section.is_in(section),
        section.name,
        section.description,
    )
    return _answer(request, form, channel)


@public("list")
def tag(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The stories that carry a tag."""
    tag = get_object_or_404(Tag, slug=slug)
    note(page_tags.tag(tag.pk))
    channel = Channel(
        tag.get_absolute_url(),
        reverse("tag_feed", args=[tag.slug, form]),
        _live().tagged_with(tag),
        lambda story: tag in story.tags.all(),
        tag.name,
    )
    return _answer(request, form, channel)


@public("list")
def author(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The stories that somebody signed."""
    contributor = get_object_or_404(Contributor.objects.with_texts(), slug=slug)
    note(page_tags.author(contributor.pk))
    channel = Channel(
        contributor.get_absolute_url(),
        reverse("author_feed", args=[contributor.slug, form]),
        _live().by_contributor(contributor),
        lambda story: contributor in story.signed_by,
        contributor.local_name,
        contributor.local_biography,
    )
    return _answer(request, form, channel)


def _live() -> ArticleQuerySet:
    return Article.objects.published(timezone.now())


def _answer(request: HttpRequest, form: str, channel: Channel) -> HttpResponse:
    now, language = timezone.now(), get_language()
    clock = Article.objects.clock(language, now)
    due = due_changes(now) if clock.something_is_due else NONE_DUE
    response = StoryFeed(channel, form, site(language), due)(request)
    # Minor edits and withdrawals are in no story's date: only the ETag tells that the feed has changed.
    del response.headers["Last-Modified"]
    response.fresh_until = clock.next_change
    return response
