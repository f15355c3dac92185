"""Related stories: "You may also like". Candidates come from the database, the order from `scoring`."""

import datetime as dt

from articles.models import Article
from articles.related.candidates import candidates
from articles.related.scoring import score

LIMIT = 6


def related_to(article: Article, now: dt.datetime, limit: int = LIMIT) -> list[Article]:
    """At most `limit` live stories of the same edition, best first, as cards; never `article` itself.

    Filled while other stories exist. Costs one query when the tags of `article` were prefetched, else two.
    """
    pool = candidates(article, now).for_cards()
    return sorted(pool, key=lambda other: score(article, other), reverse=True)[:limit]
