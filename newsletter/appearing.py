"""When stories came to the readers, as digests reckon it (newsletter.models.appearances)."""

import datetime as dt

from django.db.models import Max, Q

from articles.models import Article
from newsletter.models import Appearance, Subscription

# What is older than this when it comes is an archive that was imported, and no news.
NEWS = dt.timedelta(days=7)
BATCH = 2000
_NEXT = dt.timedelta(microseconds=1)


def note_appearances(*, now: dt.datetime) -> int:
    """Gives every story that readers can see, and that has none yet, its place on the line; how many there were.

    Call it under the digests' lock: a place may not be given on a stretch that another worker is just closing.
    """
    newest = Appearance.objects.aggregate(at=Max("at"))["at"]
    since = min(newest or now, now) - NEWS
    recent = Q(publish_at__gte=since) | Q(embargo_until__gte=since)
    fresh = Article.objects.published(now).filter(recent, appearance=None).only("pk", "publish_at", "embargo_until")
    # Up to here somebody has been served: a place before it would be passed over. On the first run nobody has.
    closed = Subscription.objects.aggregate(until=Max("covered_until"))["until"] if newest else None
    rows = [Appearance(article=story, at=_place(story, closed, now)) for story in fresh.order_by("pk")[:BATCH]]
    Appearance.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _place(story: Article, closed: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    at = story.appears_at or now
    return closed + _NEXT if closed is not None and at <= closed else at
