"""What somebody has typed into an issue and not saved."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models

from newsletter.models.issues import Issue


class KeptWordsQuerySet(models.QuerySet["KeptWords"]):
    def of(self, issue: Issue, user: Any) -> "KeptWordsQuerySet":
        """`user`'s own, of an issue: one row at most."""
        return self.filter(issue=issue, by=user)

    def of_others(self, issue: Issue, user: Any, since: dt.datetime) -> "KeptWordsQuerySet":
        """What others have been typing since."""
        return self.filter(issue=issue, at__gt=since).exclude(by=user).select_related("by").order_by("at")

    def left_before(self, moment: dt.datetime) -> "KeptWordsQuerySet":
        """What nobody came back for."""
        return self.filter(at__lt=moment)


class KeptWords(models.Model):
    """An issue as one person has it in the form, written on `version` of it; gone as soon as it is saved."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="kept_words")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    words = models.JSONField()
    at = models.DateTimeField()

    objects = KeptWordsQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["issue", "by"], name="one_unsaved_text_a_person")]
        indexes = [models.Index(fields=["at"], name="unsaved_texts_by_age")]

    def __str__(self) -> str:
        return f"{self.issue_id} ({self.by_id})"
