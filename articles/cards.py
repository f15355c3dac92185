"""The picture that other sites show of a story which has none, and its address."""

import hashlib

from django.urls import reverse
from django.utils import translation

from articles.models import Article
from newsportal.core import cards
from newsportal.core.identity import site

# Another number where cards are drawn otherwise, so that whoever has kept one asks again.
DRAWING = 1


def card_of(article: Article) -> bytes:
    """The card of a story as a PNG."""
    return cards.draw(*_words(article))


def card_address(article: Article) -> str:
    """Its address, which changes with what stands on it: caches keep it for good."""
    digest = hashlib.sha256("\n".join([str(DRAWING), *_words(article)]).encode()).hexdigest()[:12]
    return reverse("story_card", args=[article.pk, digest])


def _words(article: Article) -> tuple[str, str, str]:
    with translation.override(article.language):
        return article.headline, article.section.name, site(article.language).name
