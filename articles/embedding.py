"""How other sites may show a story of ours (oEmbed 1.0, oembed.com)."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from articles.cards import card_address
from articles.models import Article
from newsportal.core.addresses import absolute
from newsportal.core.cards import HEIGHT, WIDTH
from newsportal.core.identity import site

# A quotation has no size of its own; what sites reserve for it.
BROAD, HIGH = 600, 220
CACHE_SECONDS = 3600


def embedded(article: Article, most_broad: int | None, most_high: int | None) -> dict[str, Any]:
    """A story read with `for_page` as an answer of type "rich", no larger than asked for."""
    with translation.override(article.language):
        paper, address = site(article.language), absolute(article.get_absolute_url())
        facts: dict[str, Any] = {
            "version": "1.0",
            "type": "rich",
            "title": article.headline,
            "provider_name": paper.name,
            "provider_url": absolute(reverse("front")),
            "cache_age": CACHE_SECONDS,
            "width": min(BROAD, most_broad or BROAD),
            "height": min(HIGH, most_high or HIGH),
        }
        if article.written_by:
            facts["author_name"] = ", ".join(line.local_name for line in article.written_by)
            pages = [line.contributor.get_absolute_url() for line in article.written_by if line.contributor]
            facts |= {"author_url": absolute(pages[0])} if pages else {}
        facts |= _thumbnail(article, most_broad, most_high)
        context = {"article": article, "address": address, "paper": paper}
        return facts | {"html": render_to_string("articles/_embed.html", context).strip()}


def _thumbnail(article: Article, most_broad: int | None, most_high: int | None) -> dict[str, Any]:
    """The story's picture or its card, where it is no larger than asked for."""
    if article.lead_image:
        file = article.lead_image.share
        address, width, height = file.url, file.width, file.height
    else:
        address, width, height = card_address(article), WIDTH, HEIGHT
    if width > (most_broad or width) or height > (most_high or height):
        return {}
    return {"thumbnail_url": absolute(address), "thumbnail_width": width, "thumbnail_height": height}
