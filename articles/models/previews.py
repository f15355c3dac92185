"""Links that show one text of a story to somebody without a login."""

import datetime as dt
import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.revisions import Revision


def make_token() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def usable(self, now: dt.datetime) -> "PreviewLinkQuerySet":
        """Links that are neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class PreviewLink(models.Model):
    """Shows one revision to whoever holds the address, until it expires or is revoked."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="preview_links")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="preview_links")
    token = models.CharField(max_length=64, unique=True, default=make_token, editable=False)
    label = models.CharField(_("for whom"), max_length=120, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")

    def __str__(self) -> str:
        return self.label or self.token[:8]

    def get_absolute_url(self) -> str:
        return reverse("preview", args=[self.token])


class PreviewOpening(models.Model):
    """One look through a preview link: when, and from which network (never a whole address)."""

    link = models.ForeignKey(PreviewLink, on_delete=models.CASCADE, related_name="openings")
    at = models.DateTimeField(_("at"))
    network = models.CharField(_("network"), max_length=43, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("preview opening")
        verbose_name_plural = _("preview openings")

    def __str__(self) -> str:
        return f"{self.link}: {self.at:%Y-%m-%d %H:%M}"
