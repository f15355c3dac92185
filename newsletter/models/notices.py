"""Mails about a reader's own settings, each waiting for the worker."""

import datetime as dt
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.models.subscribers import Subscriber
from newsletter.states import NoticeKind


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Filters have names. `now` is an aware datetime."""

    def due(self, now: dt.datetime) -> "NoticeQuerySet":
        """Those whose turn has come and which no worker has in hand, the longest due first."""
        unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
        return self.filter(unclaimed, due_at__lte=now).order_by("due_at", "pk")

    def of_kind(self, kind: NoticeKind) -> "NoticeQuerySet":
        """Those of one kind."""
        return self.filter(kind=kind)

    def to(self, *addresses: str) -> "NoticeQuerySet":
        """Those that name one of the addresses beside their reader's own."""
        return self.filter(reduce(or_, (Q(address__iexact=address) for address in addresses)))

    def asked_since(self, moment: dt.datetime) -> "NoticeQuerySet":
        """Those asked for after `moment`."""
        return self.filter(at__gt=moment)


class Notice(models.Model):
    """One mail to one reader: the way to their settings, the question whether a new address is theirs, or word to the
    old one that it was changed.

    Due while `due_at` says so; `claimed_until` is the lease of the worker that has it in hand, and the proof of that.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=8, choices=NoticeKind.choices)
    # Of MOVE the new address, of MOVED the old one, as typed: where the mail goes. Others go to the reader's own.
    address = models.CharField(_("other address"), max_length=254, blank=True)
    # Of MOVED, where the new address was a reader's already: which newsletters the old one had ("had"), which
    # subscriptions and consents came over ("came", "proof"), and whether the two are parted again ("parted").
    joined = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(_("asked for"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["due_at", "id"], name="notices_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["subscriber", "kind", "at"], name="notices_of_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
