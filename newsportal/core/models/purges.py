"""What has changed for readers, in the order in which it was committed. Page caches follow it."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PurgeQuerySet(models.QuerySet["Purge"]):
    def numbered(self) -> "PurgeQuerySet":
        """Committed changes that have their number, in their order."""
        return self.filter(number__isnull=False).order_by("number")

    def unnumbered(self) -> "PurgeQuerySet":
        """Committed changes that have none yet; for a moment only, unless a process died in between."""
        return self.filter(number=None).order_by("pk")

    def to_tell(self, now: dt.datetime) -> "PurgeQuerySet":
        """What caches in front have not been told, and are to be told by `now`."""
        return self.numbered().filter(told_at=None, next_try__lte=now)

    def from_before(self, moment: dt.datetime) -> "PurgeQuerySet":
        """Rows that are older than any page that a cache may keep."""
        return self.numbered().filter(at__lt=moment)


class Purge(models.Model):
    """One change: the tags of all pages that are no longer as readers should see them."""

    # One transaction is one change.
    change = models.CharField(max_length=32, db_index=True)
    number = models.PositiveBigIntegerField(_("number"), null=True, unique=True)
    tags = models.TextField(_("tags"))
    at = models.DateTimeField(_("time"))
    told_at = models.DateTimeField(_("caches in front told"), null=True, blank=True)
    tries = models.PositiveIntegerField(_("tries"), default=0, db_default=0)
    next_try = models.DateTimeField(_("next try"))
    last_error = models.TextField(_("last error"), blank=True, default="", db_default="")

    objects = PurgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("purge")
        verbose_name_plural = _("purges")
        indexes = [models.Index(fields=["next_try"], name="purge_to_tell", condition=Q(told_at=None))]

    def __str__(self) -> str:
        return self.tags

    @property
    def words(self) -> frozenset[str]:
        """The tags as a set."""
        return frozenset(self.tags.split())
