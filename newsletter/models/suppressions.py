"""Addresses that get no more mail, known only by a keyed hash, so that they stay known after they are forgotten."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.models.lists import NewsletterList
from newsletter.states import SuppressionReason


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, fingerprint: str) -> "SuppressionQuerySet":
        """The rows of one address, by its fingerprint (newsletter.suppressing.fingerprint)."""
        return self.filter(fingerprint=fingerprint)

    def applying_to(self, newsletter: NewsletterList) -> "SuppressionQuerySet":
        """Those that keep mail of this newsletter away: its own, and those for all."""
        return self.filter(Q(newsletter=None) | Q(newsletter=newsletter))


class Suppression(models.Model):
    """HMAC-SHA256 of a normalised address under SUPPRESSION_KEY; `newsletter` None means every mail of ours."""

    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    newsletter = models.ForeignKey(
        NewsletterList, verbose_name=_("newsletter"), on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=16, choices=SuppressionReason.choices)
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        permissions = [("lift_complaint", "Can let back those who reported mail as spam")]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(newsletter=None), name="suppressed_once_for_all"
            ),
            models.UniqueConstraint(fields=["fingerprint", "newsletter"], name="suppressed_once_a_newsletter"),
        ]

    def __str__(self) -> str:
        return f"{self.fingerprint[:12]}: {self.get_reason_display()}"
