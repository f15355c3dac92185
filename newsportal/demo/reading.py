"""How often the demo stories were read: made up, alike on every run, and shaped as reading is."""

import datetime as dt
import hashlib
import math
from collections import defaultdict

from django.utils import timezone

from articles.models import Article, DayReading, HourReading

HOUR = dt.timedelta(hours=1)
# Hours are filled in as far back as any chart by the hour looks; days for a month.
HOURS, DAYS = 48, 30
# Reads in the first hour of a plain story that nobody is drawn to and of one that everybody is; fewer every hour.
FEW, MANY, HALVED_IN_HOURS = 20, 260, 11
# How much is read at each hour of the day, from midnight on.
TIDE = (2, 1, 1, 1, 2, 4, 7, 10, 12, 11, 10, 9, 10, 11, 10, 9, 9, 10, 12, 13, 14, 13, 9, 5)


def be_read(stories: list[Article], now: dt.datetime) -> None:
    """Gives each story its reads up to `now`."""
    hours, days = [], []
    last = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    for story in stories:
        per_day: dict[dt.date, int] = defaultdict(int)
        for ago in range(DAYS * 24):
            start = last - HOUR * ago
            if story.publish_at is None or start + HOUR <= story.publish_at:
                break
            reads = _reads(story, start)
            per_day[start.date()] += reads
            if reads and ago < HOURS:
                hours.append(HourReading(article=story, hour=start, reads=reads))
        days += [DayReading(article=story, day=day, reads=reads) for day, reads in per_day.items() if reads]
    HourReading.objects.bulk_create(hours)
    DayReading.objects.bulk_create(days)


def _reads(story: Article, hour: dt.datetime) -> int:
    """In one hour: by how much the story draws, how old it is by then, and the hour of the day."""
    draw = hashlib.sha256(f"{story.source_id}".encode()).digest()[0] / 255
    first = FEW + (MANY - FEW) * draw**3 * (1 + story.weight) / 2
    age = max(0.0, (hour - story.publish_at) / HOUR)
    ripple = 0.75 + hashlib.sha256(f"{story.source_id} {hour.hour}".encode()).digest()[0] / 510
    return round(first * math.pow(0.5, age / HALVED_IN_HOURS) * TIDE[hour.hour] / 14 * ripple)
