"""The state of the background work: one row a duty, written by the worker, read by health pages and the desk."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _


class DutyRecordQuerySet(models.QuerySet["DutyRecord"]):
    def due(self, now: dt.datetime) -> "DutyRecordQuerySet":
        """Duties whose next run is not in the future."""
        return self.filter(next_run__lte=now)


class DutyRecord(models.Model):
    """When a background duty last ran, how it went, and when it runs next."""

    name = models.CharField(_("duty"), max_length=80, unique=True)
    heartbeat = models.DateTimeField(_("last started"), null=True, blank=True)
    last_success = models.DateTimeField(_("last success"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    last_error_at = models.DateTimeField(_("time of the last error"), null=True, blank=True)
    next_run = models.DateTimeField(_("next run"), db_index=True)

    objects = DutyRecordQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("background duty")
        verbose_name_plural = _("background duties")

    def __str__(self) -> str:
        return self.name
