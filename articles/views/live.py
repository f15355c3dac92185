"""Live coverage for programs: the part of the page that a reader's script asks for, and the updates as a feed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language

from articles import page_tags
from articles.covering import coverage_of
from articles.models import Article
from articles.states import StoryType
from newsportal.core.addresses import absolute
from newsportal.core.caching import public
from newsportal.core.page_cache.tags import note
from newsportal.core.text import excerpt, for_xml


@public("live")
def updates(request: HttpRequest, pk: int) -> HttpResponse:
    """The key points and the newest updates, as they stand on the page: the same for everybody, kept by any cache."""
    article, now = _story(pk), timezone.now()
    response = TemplateResponse(request, "articles/_live_updates.html", {"coverage": coverage_of(article, now)})
    response.headers["X-Robots-Tag"] = "noindex"
    response.fresh_until = response.shown_until = article.unpublish_at
    return response


@public("live")
def feed(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest updates one by one (RSS 2.0)."""
    article = _story(pk)
    address = absolute(article.get_absolute_url())
    channel = Rss201rev2Feed(
        title=for_xml(article.headline),
        link=address,
        description=for_xml(article.summary),
        language=article.language,
        feed_url=absolute(request.path),
    )
    for update in coverage_of(article, timezone.now()).updates:
        channel.add_item(
            title=for_xml(update.headline or excerpt(update.words, 80)),
            link=f"{address}#update-{update.pk}",
            description=for_xml(update.body),
            unique_id=f"{address}#update-{update.pk}",
            unique_id_is_permalink=False,
            pubdate=update.at,
            updateddate=update.changed_at,
        )
    response = HttpResponse(channel.writeString("utf-8"), content_type=channel.content_type)
    response.fresh_until = response.shown_until = article.unpublish_at
    return response


def _story(pk: int) -> Article:
    stories = Article.objects.published(timezone.now()).in_edition(get_language()).of_type(StoryType.LIVE)
    note(page_tags.story(pk))
    return get_object_or_404(stories.select_related("section"), pk=pk)
