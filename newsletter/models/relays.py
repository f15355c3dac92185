"""The mail servers that issues go out through, and how much of what they allow was used."""

import datetime as dt

from django.db import models
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _


class Relay(models.Model):
    """One mail server, by `host:port`, shared by all workers: how fast it may be used, and what is wrong with it.

    `pace` is what it takes in a second since it said that we were too fast; None for no such limit. `free_at` is the
    time of the first mail that no worker has been given yet.
    """

    name = models.CharField(_("mail server"), max_length=255, unique=True)
    pace = models.FloatField(_("mails a second"), null=True, blank=True)
    slowed_at = models.DateTimeField(_("slowed"), null=True, blank=True)
    free_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    trouble_since = models.DateTimeField(_("since"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")

    def __str__(self) -> str:
        return self.name


class RelayMinuteQuerySet(models.QuerySet["RelayMinute"]):
    def used_since(self, relay: Relay, moment: dt.datetime) -> int:
        """How many mails were given to a mail server from the minute of `moment` on."""
        minute = moment.replace(second=0, microsecond=0)
        return self.filter(relay=relay, minute__gte=minute).aggregate(total=Sum("mails"))["total"] or 0

    def add(self, relay: Relay, mails: int, moment: dt.datetime) -> None:
        """Counts `mails` (fewer than none gives them back) in the minute of `moment`."""
        minute = moment.replace(second=0, microsecond=0)
        if not self.filter(relay=relay, minute=minute).update(mails=F("mails") + mails):
            self.create(relay=relay, minute=minute, mails=mails)


class RelayMinute(models.Model):
    """How many mails one mail server was given in one minute; kept for a day, for the limits by hour and day."""

    relay = models.ForeignKey(Relay, on_delete=models.CASCADE, related_name="minutes")
    minute = models.DateTimeField()
    mails = models.IntegerField()

    objects = RelayMinuteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["relay", "minute"], name="one_count_a_minute")]

    def __str__(self) -> str:
        return f"{self.relay_id} {self.minute:%H:%M}"
