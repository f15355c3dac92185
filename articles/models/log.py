"""The append-only log: who did what to which story, and when."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(TypeError):
    """Something tried to change or delete what was logged."""

    def __init__(self) -> None:
        super().__init__("The log is only ever added to: its rows are neither changed nor deleted.")


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    """Refuses what changes rows. What the database does itself, when a story or a person is deleted, is to empty the
    reference; the row keeps the headline.
    """

    def for_article(self, article: models.Model) -> "LogEntryQuerySet":
        """A story's entries, newest first, with the people who made them."""
        return self.filter(article=article).select_related("by").order_by("-at", "-pk")

    def update(self, **kwargs: Any) -> int:
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise AppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly

    # Templates must not call them either.
    update.alters_data = bulk_update.alters_data = delete.alters_data = True  # type: ignore[attr-defined]


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

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly
