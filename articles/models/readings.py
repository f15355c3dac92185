"""How often stories are read. Counts only: nothing says who read them."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class ReadingQuerySet(models.QuerySet[Any]):
    """What hours and days are asked alike."""

    def of(self, article: Article) -> "ReadingQuerySet":
        """Those of one story."""
        return self.filter(article=article)

    def in_edition(self, language: str) -> "ReadingQuerySet":
        """Those of the stories of one language."""
        return self.filter(article__language=language)

    def seen_by_readers(self, now: dt.datetime) -> "ReadingQuerySet":
        """Those of stories that readers may see at `now`."""
        return self.filter(article__in=Article.objects.published(now).values("pk"))

    def per_story(self) -> "ReadingQuerySet":
        """Rows of `article` (its id) and `total`, the most read first; of as many, the newer story."""
        return self.order_by().values("article").annotate(total=models.Sum("reads")).order_by("-total", "-article")

    def total(self) -> int:
        """All reads together. One query."""
        return self.aggregate(total=models.Sum("reads"))["total"] or 0


class HourReadingQuerySet(ReadingQuerySet):
    def since(self, hour: dt.datetime) -> "HourReadingQuerySet":
        """Hours of the clock that began at `hour` or later."""
        return self.filter(hour__gte=hour)

    def before(self, hour: dt.datetime) -> "HourReadingQuerySet":
        """Hours that began before `hour`."""
        return self.filter(hour__lt=hour)


class HourReading(models.Model):
    """How often a story was read in one hour of the clock. Kept for some days (articles.reading.HOURS_KEPT)."""

    # The constraint begins with it, which is all the index that it needs.
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="hour_readings", db_index=False)
    hour = models.DateTimeField(_("hour"))
    reads = models.PositiveIntegerField(_("reads"), default=0)

    objects = HourReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reads in an hour")
        verbose_name_plural = _("reads by the hour")
        constraints = [models.UniqueConstraint(fields=["article", "hour"], name="one_reading_an_hour")]
        indexes = [models.Index(fields=["hour"], name="readings_by_hour")]

    def __str__(self) -> str:
        return f"{self.article_id}, {self.hour:%Y-%m-%d %H}: {self.reads}"


class DayReadingQuerySet(ReadingQuerySet):
    def since(self, day: dt.date) -> "DayReadingQuerySet":
        """That day and the days after it."""
        return self.filter(day__gte=day)


class DayReading(models.Model):
    """How often a story was read on one day of the site's calendar. Kept for ever."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="day_readings", db_index=False)
    day = models.DateField(_("day"))
    reads = models.PositiveIntegerField(_("reads"), default=0)

    objects = DayReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reads in a day")
        verbose_name_plural = _("reads by the day")
        constraints = [models.UniqueConstraint(fields=["article", "day"], name="one_reading_a_day")]

    def __str__(self) -> str:
        return f"{self.article_id}, {self.day}: {self.reads}"


class ReadingBatchQuerySet(models.QuerySet["ReadingBatch"]):
    def before(self, moment: dt.datetime) -> "ReadingBatchQuerySet":
        """Batches of slots that began before `moment`."""
        return self.filter(start__lt=moment)


class ReadingBatch(models.Model):
    """A slot of the tally (newsportal.core.tallies) that is in the rows above: filed once, whoever is killed when."""

    start = models.DateTimeField(unique=True)

    objects = ReadingBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("filed counts")
        verbose_name_plural = _("filed counts")

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M:%S}"
