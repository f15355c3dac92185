"""Live coverage: the updates of a story that goes on while it is read."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsportal.core import text
from newsportal.core.fields import LineField
from newsportal.core.sanitising import SanitisedHTMLField


class LiveUpdateQuerySet(models.QuerySet["LiveUpdate"]):
    def shown(self, article: models.Model, now: dt.datetime) -> "LiveUpdateQuerySet":
        """A story's updates that readers may see, the newest first; those that were taken out are gone."""
        return self.filter(article=article, removed_at=None, at__lte=now).order_by("-at", "-pk")

    def older_than(self, other: "LiveUpdate") -> "LiveUpdateQuerySet":
        """Those after another one in that order."""
        return self.filter(models.Q(at__lt=other.at) | models.Q(at=other.at, pk__lt=other.pk))

    def key_points(self) -> "LiveUpdateQuerySet":
        """Those that are marked as key."""
        return self.filter(is_key=True)


class LiveUpdate(models.Model):
    """What happened at a minute, told in a few lines."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="updates")
    at = models.DateTimeField(_("time"))
    headline = LineField(_("title"), max_length=160, blank=True)
    body = SanitisedHTMLField(_("text"), blank=True)
    is_key = models.BooleanField(_("key point"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(_("changed"), null=True)
    removed_at = models.DateTimeField(_("taken out"), null=True)
    # Counted up by every change, so that of two people who change it at once the second is told.
    version = models.PositiveIntegerField(default=1)

    objects = LiveUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("live update")
        verbose_name_plural = _("live updates")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(headline="") | ~models.Q(body=""), name="an_update_says_something"
            )
        ]
        indexes = [models.Index(fields=["article", "-at", "-id"], name="updates_newest")]

    def __str__(self) -> str:
        return self.headline or f"{self.at:%H:%M}"

    @property
    def words(self) -> str:
        """Its text in one line, without markup."""
        return text.plain(self.body)
