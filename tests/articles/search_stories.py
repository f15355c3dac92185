"""What the tests of search share."""

from django.utils import timezone

from articles.search import index, search
from tests.factories import make_article


def findable(*, headline="", **fields):
    """A story as the verbs leave it: with its search row."""
    article = make_article(headline=headline, **fields)
    index([article])
    return article


def found(text, *, language=None, **options):
    """The headlines of the hits, best first."""
    results = search(text, language=language, now=options.pop("now", None) or timezone.now(), **options)
    return [hit.article.headline for hit in results.hits]
