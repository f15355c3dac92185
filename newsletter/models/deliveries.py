"""One mail to one reader: the row that makes sure of once."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.models.issues import Issue
from newsletter.models.subscribers import Subscriber
from newsletter.states import ACCEPTED, IN_HAND, OPEN, WAITING, DeliveryState, IssueState


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Filters have names. `now` is an aware datetime."""

    def claimable(self, now: dt.datetime) -> "DeliveryQuerySet":
        """Those whose turn has come, of issues that are going out; in the order in which they go."""
        going = Issue.objects.in_state(IssueState.SENDING).values("pk")
        return self.filter(issue__in=going, state__in=WAITING, next_try__lte=now).order_by("issue_id", "pk")

    def open(self) -> "DeliveryQuerySet":
        """Those that have yet to be sent, or are in a worker's hands."""
        return self.filter(state__in=OPEN)

    def waiting(self) -> "DeliveryQuerySet":
        """Those that have yet to be sent and are in nobody's hands."""
        return self.filter(state__in=WAITING)

    def undelivered(self) -> "DeliveryQuerySet":
        """Those that did not go out, and will not: refused, or left out."""
        return self.filter(state__in=[DeliveryState.FAILED, DeliveryState.SKIPPED])

    def lease_lapsed(self, now: dt.datetime) -> "DeliveryQuerySet":
        """Those whose worker has been silent for too long."""
        return self.filter(state__in=IN_HAND, lease_until__lte=now)

    def accepted(self) -> "DeliveryQuerySet":
        """Those that a mail server took, whatever came of them afterwards."""
        return self.filter(state__in=ACCEPTED)

    def out_of_our_hands(self) -> "DeliveryQuerySet":
        """Those that a mail server has, or may have: what comes back is about these."""
        return self.filter(state__in=[*ACCEPTED, DeliveryState.UNCERTAIN]).exclude(state=DeliveryState.COMPLAINED)

    def arrived(self, before: dt.datetime) -> "DeliveryQuerySet":
        """Those sent before `before` that have not come back."""
        return self.filter(state=DeliveryState.SENT, sent_at__lt=before)

    def not_handed(self) -> "DeliveryQuerySet":
        """Of those in a worker's hands, the ones of which nothing is on the wire."""
        return self.filter(state=DeliveryState.CLAIMED)

    def handed(self) -> "DeliveryQuerySet":
        """Those whose text may be on the wire."""
        return self.filter(state=DeliveryState.HANDED)

    def claimed_by(self, claim: uuid.UUID) -> "DeliveryQuerySet":
        """What one claim holds and has not handed over."""
        return self.filter(claim=claim, state=DeliveryState.CLAIMED)

    def held_by(self, claim: uuid.UUID) -> "DeliveryQuerySet":
        """What one claim holds."""
        return self.filter(claim=claim, state__in=IN_HAND)

    def in_state(self, *states: DeliveryState) -> "DeliveryQuerySet":
        """Those in any of the states."""
        return self.filter(state__in=states)

    def narrowed(self, *, issue: int | None, state: str, key: str) -> "DeliveryQuerySet":
        """Of one issue, in one state, to one address; whatever is None or "" does not narrow."""
        rows = self.filter(issue=issue) if issue is not None else self
        rows = rows.filter(state=state) if state else rows
        return rows.filter(subscriber__key=key) if key else rows

    def to(self, key: str) -> "DeliveryQuerySet":
        """What one address (its normalised key) was sent, the newest first."""
        return self.filter(subscriber__key=key).order_by("-pk")


class Delivery(models.Model):
    """An issue and a reader. `claim` names the worker's claim; what does not match it any more is not ours to write."""

    issue = models.ForeignKey(Issue, verbose_name=_("issue"), on_delete=models.CASCADE, related_name="deliveries")
    # None after the reader asked to be forgotten; the address goes with it.
    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("subscriber"), on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    mailbox = models.CharField(_("address"), max_length=254, blank=True)
    variant = models.CharField(_("subject"), max_length=1, default="a")
    state = models.CharField(_("state"), max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    next_try = models.DateTimeField(_("next try"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    reply = models.TextField(_("the mail server's answer"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["issue", "subscriber"], name="one_mail_a_reader"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(IN_HAND)) | Q(claim__isnull=False, lease_until__isnull=False),
                name="in_hand_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["issue", "id"], name="waiting", condition=Q(state__in=sorted(WAITING))),
            models.Index(fields=["lease_until"], name="leases", condition=Q(state__in=sorted(IN_HAND))),
            models.Index(fields=["issue", "state", "-id"], name="issue_by_state_newest"),
            models.Index(fields=["subscriber", "-id"], name="mails_of_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id}/{self.pk}"
