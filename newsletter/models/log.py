"""Who did what to which issue. Append-only."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.models.issues import Issue


class IssueLogEntry(models.Model):
    """One act. `old` and `new` hold what changed, as plain types; `by` empty is the system."""

    issue = models.ForeignKey(Issue, verbose_name=_("issue"), on_delete=models.CASCADE, related_name="log")
    action = models.CharField(_("action"), max_length=24)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    old = models.JSONField(_("before"), default=dict)
    new = models.JSONField(_("after"), default=dict)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("log entry of an issue")
        verbose_name_plural = _("log entries of issues")
        indexes = [models.Index(fields=["issue", "-at"], name="log_of_issue")]

    def __str__(self) -> str:
        return self.action

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A log entry is never changed.")
        super().save(*args, **kwargs)
