"""Proof of consent (GDPR articles 7(1) and 7(3)): who asked for what, when, where, and in which words it was put."""

import datetime as dt
import hashlib
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.models.lists import NewsletterList
from newsletter.models.subscribers import Subscriber
from newsletter.states import ConsentAction


class WordingQuerySet(models.QuerySet["Wording"]):
    def keep(self, text: str, *, language: str, now: dt.datetime) -> "Wording":
        """The row of exactly this text, made when it is used for the first time."""
        values = {"text": text, "language": language, "first_used": now}
        return self.get_or_create(digest=digest_of(text), defaults=values)[0]


class Wording(models.Model):
    """The exact words that readers agreed to. Its number is the version; rows are never changed."""

    digest = models.CharField(_("SHA-256"), max_length=64, unique=True)
    text = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=8)
    first_used = models.DateTimeField(_("first used"))

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")

    def __str__(self) -> str:
        return f"{self.pk} ({self.digest[:12]})"


def digest_of(text: str) -> str:
    """SHA-256 of a wording, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class ConsentRecordQuerySet(models.QuerySet["ConsentRecord"]):
    def asked_since(self, subscriber: Subscriber, moment: dt.datetime) -> "ConsentRecordQuerySet":
        """The times when an address asked for a confirmation mail after `moment`, for any newsletter."""
        return self.filter(subscriber=subscriber, action=ConsentAction.ASKED, at__gt=moment)

    def withdrawals(self) -> "ConsentRecordQuerySet":
        """The acts of those who left."""
        return self.filter(action=ConsentAction.WITHDRAWN)

    def number_of_asks_since(self, moment: dt.datetime) -> int:
        """How often anybody asked for anything after `moment`."""
        return self.filter(action=ConsentAction.ASKED, at__gt=moment).count()

    def with_network_before(self, moment: dt.datetime) -> "ConsentRecordQuerySet":
        """Records older than `moment` that still say which network they came from."""
        return self.filter(at__lt=moment).exclude(network="")


class ConsentRecord(models.Model):
    """One act of one reader. Append-only; only the network is forgotten after its time."""

    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("subscriber"), on_delete=models.CASCADE, related_name="consents"
    )
    newsletter = models.ForeignKey(
        NewsletterList, verbose_name=_("newsletter"), on_delete=models.PROTECT, related_name="consents"
    )
    action = models.CharField(_("action"), max_length=16, choices=ConsentAction.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: the reader."),
    )
    source = models.CharField(_("page"), max_length=200, blank=True)
    wording = models.ForeignKey(
        Wording, verbose_name=_("wording"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(_("language"), max_length=8)
    network = models.CharField(_("network"), max_length=43, blank=True, help_text=_("Forgotten after 30 days."))

    objects = ConsentRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("consent record")
        verbose_name_plural = _("consent records")
        constraints = [
            models.CheckConstraint(
                condition=Q(action=ConsentAction.WITHDRAWN) | Q(wording__isnull=False), name="consent_has_a_wording"
            )
        ]
        indexes = [
            models.Index(fields=["subscriber", "-at"], name="consents_of_subscriber"),
            models.Index(fields=["at"], name="networks_kept", condition=~Q(network="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.subscriber}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A consent record is never changed.")
        super().save(*args, **kwargs)
