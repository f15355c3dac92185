"""When a story came to the readers, as digests reckon it."""

import datetime as dt

from django.db import models

from articles.models import Article


class AppearanceQuerySet(models.QuerySet["Appearance"]):
    def between(self, start: dt.datetime, end: dt.datetime) -> "AppearanceQuerySet":
        """Those after `start`, up to and with `end`."""
        return self.filter(at__gt=start, at__lte=end)


class Appearance(models.Model):
    """A story's place on the digests' line of time, given once and never changed by what happens to the story.

    It is the time at which readers could first see the story, unless a digest has covered that time already: a story
    that was backdated, or whose publication was saved late, stands right after what has been covered.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="appearance", primary_key=True)
    at = models.DateTimeField()

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="appearances_by_time")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.at}"
