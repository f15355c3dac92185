"""Corrections: what was wrong in a story, and what is right, in public and with a date."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.states import State


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def public(self, language: str, now: dt.datetime) -> "CorrectionQuerySet":
        """Corrections of an edition's stories that readers can open, newest first, with the stories."""
        live = models.Q(article__unpublish_at=None) | models.Q(article__unpublish_at__gt=now)
        free = models.Q(article__embargo_until=None) | models.Q(article__embargo_until__lte=now)
        return (
            self.filter(live, free, article__language=language, article__state=State.PUBLISHED)
            .filter(article__publish_at__lte=now)
            .select_related("article__section")
            .order_by("-at", "-pk")
        )


class Correction(models.Model):
    """One correction. It is public as soon as it is made; articles.correcting makes it."""

    article = models.ForeignKey(
        "articles.Article", verbose_name=_("story"), on_delete=models.CASCADE, related_name="corrections"
    )
    at = models.DateTimeField(_("at"))
    wrong = models.TextField(_("what was wrong"))
    right = models.TextField(_("what is right"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [models.Index(fields=["-at"], name="corrections_newest")]

    def __str__(self) -> str:
        return self.right[:80]
