"""Who has a story open in the newsroom now."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# An open form says so every few seconds; after this long without a word it counts as closed.
OPEN_FOR = dt.timedelta(seconds=25)


class PresenceQuerySet(models.QuerySet["Presence"]):
    def open_at(self, now: dt.datetime) -> "PresenceQuerySet":
        """Forms that were heard of lately."""
        return self.filter(seen_at__gt=now - OPEN_FOR)

    def left(self, now: dt.datetime) -> "PresenceQuerySet":
        """Rows that say nothing any more."""
        return self.filter(seen_at__lte=now - dt.timedelta(hours=1))


class Presence(models.Model):
    """One person with one story open."""

    # No constraint in the database: a form may say that it is open while its story is being deleted, and such a row,
    # which is gone within the hour anyway, must not stop the deletion.
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="presences", db_constraint=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(_("last heard of"))

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("open story")
        verbose_name_plural = _("open stories")
        constraints = [models.UniqueConstraint(fields=["article", "user"], name="one_presence_a_person")]

    def __str__(self) -> str:
        return f"{self.user}: {self.article}"
