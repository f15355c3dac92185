"""What mail servers and providers tell of a mail after it was handed over."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.bouncing.classes import BounceClass
from newsletter.models.deliveries import Delivery
from newsletter.models.subscribers import Subscriber
from newsletter.states import EventKind


class MailEventQuerySet(models.QuerySet["MailEvent"]):
    """Filters have names. `now` is an aware datetime."""

    def to_apply(self) -> "MailEventQuerySet":
        """Reports that nothing has come of yet, the oldest first."""
        return self.filter(applied_at=None).order_by("pk")

    def bounces(self) -> "MailEventQuerySet":
        """Mail that was refused for good or came back, as something that we signed or heard ourselves says."""
        return self.filter(kind__in=[EventKind.BOUNCED, EventKind.REJECTED], is_trusted=True)

    def arrivals(self) -> "MailEventQuerySet":
        """Mail that a server says it put into the reader's mailbox."""
        return self.filter(kind=EventKind.DELIVERED, is_trusted=True)

    def unexplained(self) -> "MailEventQuerySet":
        """Those that nobody could read, and that say nothing about any mail of ours."""
        return self.filter(kind=EventKind.UNKNOWN, delivery=None, subscriber=None)

    def with_raw_before(self, moment: dt.datetime) -> "MailEventQuerySet":
        """Those older than `moment` that still hold the report as it came."""
        return self.filter(at__lt=moment).exclude(raw="")


class MailEvent(models.Model):
    """One report, stored as it came and applied later. `event_id` is the sender's own name for it: twice is once.

    `code` is the enhanced status code (RFC 3463), such as 5.1.1. The raw report may hold an address: it is emptied
    after 30 days, and when the reader asks to be forgotten.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=EventKind.choices)
    source = models.CharField(_("told by"), max_length=40)
    event_id = models.CharField(max_length=200, unique=True)
    delivery = models.ForeignKey(
        Delivery, verbose_name=_("delivery"), on_delete=models.CASCADE, null=True, blank=True, related_name="events"
    )
    subscriber = models.ForeignKey(
        Subscriber,
        verbose_name=_("subscriber"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
    )
    code = models.CharField(_("status code"), max_length=16, blank=True)
    bounce_class = models.CharField(_("class"), max_length=8, choices=BounceClass.choices, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    raw = models.TextField(_("as it came"), blank=True)
    # Whether something that we signed says whose mail it was; without that it suppresses nobody.
    is_trusted = models.BooleanField(default=False)
    at = models.DateTimeField(_("at"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    objects = MailEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("report on a mail")
        verbose_name_plural = _("reports on mails")
        indexes = [
            models.Index(fields=["id"], name="to_be_applied", condition=models.Q(applied_at=None)),
            models.Index(fields=["at"], name="raw_kept", condition=~models.Q(raw="")),
            models.Index(fields=["-at", "-id"], name="events_newest"),
            models.Index(fields=["subscriber", "-at"], name="events_of_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}".strip()
