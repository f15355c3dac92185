"""Editorial notes: what the newsroom says to itself about a story. Readers and exports never see them."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EditorialNoteQuerySet(models.QuerySet["EditorialNote"]):
    def open(self) -> "EditorialNoteQuerySet":
        """Notes that nobody has resolved."""
        return self.filter(resolved_at=None)

    def addressed_to(self, user: models.Model) -> "EditorialNoteQuerySet":
        """Notes for one person."""
        return self.filter(addressed_to=user)

    def mail_due(self, now: dt.datetime) -> "EditorialNoteQuerySet":
        """Notes whose addressee has not been told by mail, and that no worker has in hand."""
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lt=now)
        return self.filter(free, mailed_at=None, mail_next_try__lte=now).exclude(addressed_to=None)

    def for_article(self, article: models.Model) -> "EditorialNoteQuerySet":
        """A story's notes, open ones first, then newest first, with the people."""
        notes = self.filter(article=article).select_related("author", "addressed_to", "resolved_by")
        return notes.order_by(models.F("resolved_at").asc(nulls_first=True), "-created", "-pk")


class EditorialNote(models.Model):
    """One note; addressed to a person, who is told by mail, or to everybody who opens the story."""

    article = models.ForeignKey(
        "articles.Article", verbose_name=_("story"), on_delete=models.CASCADE, related_name="notes"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    addressed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("for"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="notes_received",
    )
    text = models.TextField(_("note"), max_length=4000)
    created = models.DateTimeField(_("written"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("resolved by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    mailed_at = models.DateTimeField(null=True, editable=False)
    mail_next_try = models.DateTimeField(null=True, editable=False)
    mail_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)

    objects = EditorialNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("editorial note")
        verbose_name_plural = _("editorial notes")
        indexes = [
            models.Index(fields=["mail_next_try"], name="notes_to_mail", condition=models.Q(mailed_at=None)),
            models.Index(fields=["addressed_to", "-created"], name="notes_for", condition=models.Q(resolved_at=None)),
        ]

    def __str__(self) -> str:
        return self.text[:60]
