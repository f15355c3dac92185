"""The append-only log: who did what to which story, and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def for_article(self, article: models.Model) -> "LogEntryQuerySet":
        """A story's entries, newest first, with the people who made them."""
        return self.filter(article=article).select_related("by").order_by("-at", "-pk")


class LogEntry(models.Model):
    """One act on one story. Rows are only ever added; `by` is None for the system."""

    article = models.ForeignKey(
        "articles.Article", verbose_name=_("story"), on_delete=models.SET_NULL, null=True, related_name="log"
    )
    headline = models.CharField(_("headline then"), max_length=250)
    action = models.CharField(_("action"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"), db_index=True)
    old = models.JSONField(_("before"), default=dict)
    new = models.JSONField(_("after"), default=dict)
    note = models.TextField(_("note"), blank=True)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("log entry")
        verbose_name_plural = _("log")
        indexes = [models.Index(fields=["article", "-at"])]

    def __str__(self) -> str:
        return f"{self.action}: {self.headline}"
