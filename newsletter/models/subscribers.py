"""Addresses, and where each stands with each newsletter."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.models.lists import NewsletterList
from newsletter.states import Frequency, SubscriptionState
from newsportal.core.languages import default_language


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def without_subscription(self) -> "SubscriberQuerySet":
        """Addresses that stand with no newsletter at all."""
        return self.filter(subscriptions=None)


class Subscriber(models.Model):
    """An e-mail address. `key` is what makes two spellings the same: lower case, the domain as an A-label (IDNA)."""

    address = models.CharField(_("address"), max_length=254)
    key = models.CharField(_("normalised address"), max_length=254, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=default_language)
    created = models.DateTimeField(_("first seen"))
    # HMAC of the key (newsletter.suppressing): what the list of suppressed addresses knows instead of the address.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, help_text=_("Empty: the site's."))
    paused_until = models.DateTimeField(_("no mail before"), null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        constraints = [models.CheckConstraint(condition=Q(key__contains="@"), name="key_is_an_address")]
        indexes = [models.Index(fields=["fingerprint"], name="subscriber_fingerprint")]

    def __str__(self) -> str:
        return self.address

    @property
    def mailbox(self) -> str:
        """The address as a mail server takes it: the local part as typed, the domain in ASCII."""
        return f"{self.address.rpartition('@')[0]}@{self.key.rpartition('@')[2]}"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Filters have names. `now` is an aware datetime."""

    def pending(self) -> "SubscriptionQuerySet":
        """Asked for, not yet confirmed."""
        return self.filter(state=SubscriptionState.PENDING)

    def confirmed(self) -> "SubscriptionQuerySet":
        """Those who get the newsletter."""
        return self.filter(state=SubscriptionState.CONFIRMED)

    def of_state(self, state: str) -> "SubscriptionQuerySet":
        """Those of one state; all where it is ""."""
        return self.filter(state=state) if state else self.all()

    def asked_before(self, moment: dt.datetime) -> "SubscriptionQuerySet":
        """Last asked for before `moment`."""
        return self.filter(asked_at__lt=moment)

    def confirmation_due(self, now: dt.datetime) -> "SubscriptionQuerySet":
        """Those whose confirmation mail is to be sent at `now`, and which no worker has in hand; longest due first."""
        unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
        return self.pending().filter(unclaimed, confirmation_due_at__lte=now).order_by("confirmation_due_at", "pk")

    def beside(self, pk: int) -> "SubscriptionQuerySet":
        """Those of the same address as subscription `pk`, in newsletters of the same language."""
        one = Subscription.objects.filter(pk=pk)
        return self.filter(
            subscriber__in=one.values("subscriber"), newsletter__language__in=one.values("newsletter__language")
        )

    def reminder_due(self, now: dt.datetime, *, after: dt.timedelta, at_most: dt.timedelta) -> "SubscriptionQuerySet":
        """Those who were sent their confirmation mail `after` ago (`at_most` ago at most) and were never reminded."""
        sent = self.filter(confirmation_sent_at__lte=now - after, confirmation_sent_at__gt=now - at_most)
        return sent.pending().filter(confirmation_due_at=None, reminded_at=None)

    def for_mail(self) -> "SubscriptionQuerySet":
        """With the address and the newsletter, in the same query."""
        return self.select_related("subscriber", "newsletter")


class Subscription(models.Model):
    """One address and one newsletter.

    While a confirmation mail is to be sent, `confirmation_due_at` says from when on; `claimed_until` is the lease of
    the worker that has it in hand, and at the same time the proof that it is that worker's.
    """

    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("subscriber"), on_delete=models.CASCADE, related_name="subscriptions"
    )
    newsletter = models.ForeignKey(
        NewsletterList, verbose_name=_("newsletter"), on_delete=models.PROTECT, related_name="subscriptions"
    )
    state = models.CharField(
        _("state"), max_length=16, choices=SubscriptionState.choices, default=SubscriptionState.PENDING
    )
    asked_at = models.DateTimeField(_("asked for"))
    confirmation_due_at = models.DateTimeField(_("confirmation mail due"), null=True, blank=True)
    confirmation_sent_at = models.DateTimeField(_("confirmation mail sent"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    claimed_until = models.DateTimeField(_("in a worker's hands until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("unsubscribed"), null=True, blank=True)
    frequency = models.CharField(_("how often"), max_length=8, choices=Frequency.choices, default=Frequency.EACH)
    # Stories that appeared up to here have been in a digest for this reader (newsletter.digesting).
    covered_until = models.DateTimeField(_("served up to"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["newsletter", "-asked_at"]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "newsletter"], name="one_subscription_a_newsletter"),
            models.CheckConstraint(
                condition=Q(state=SubscriptionState.PENDING, confirmed_at=None)
                | Q(state=SubscriptionState.CONFIRMED, confirmed_at__isnull=False, ended_at=None)
                | Q(state=SubscriptionState.UNSUBSCRIBED, ended_at__isnull=False),
                name="state_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(confirmation_due_at=None) | Q(state=SubscriptionState.PENDING), name="due_while_pending"
            ),
            models.CheckConstraint(
                condition=Q(claimed_until=None) | Q(confirmation_due_at__isnull=False), name="claimed_while_due"
            ),
        ]
        indexes = [
            models.Index(
                fields=["confirmation_due_at", "id"],
                name="confirmations_due",
                condition=Q(confirmation_due_at__isnull=False),
            ),
            models.Index(fields=["newsletter", "state"], name="newsletter_state"),
            models.Index(fields=["asked_at"], name="pending_age", condition=Q(state=SubscriptionState.PENDING)),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber}: {self.newsletter}"
