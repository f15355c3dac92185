"""Revisions: every text a story ever had, whole, in the order in which they were saved."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RevisionQuerySet(models.QuerySet["Revision"]):
    def saved(self) -> "RevisionQuerySet":
        """What people saved on purpose, and what the system made of it; no autosaves."""
        return self.exclude(kind=Revision.Kind.AUTOSAVE)

    def autosaves(self) -> "RevisionQuerySet":
        """Texts that were on their way when they were kept."""
        return self.filter(kind=Revision.Kind.AUTOSAVE)

    def unsaved_by(self, user: models.Model) -> "RevisionQuerySet":
        """`user`'s autosaves, newest first; they are dropped when the user saves or discards."""
        return self.autosaves().filter(by=user).order_by("-at", "-pk")

    def for_list(self) -> "RevisionQuerySet":
        """What a list of revisions shows, newest first, without the texts."""
        return self.select_related("by").defer("content").order_by("-number")

    def thin(self, now: dt.datetime) -> "RevisionQuerySet":
        """Autosaves old enough to go: a week after they were written nobody comes back for them."""
        return self.autosaves().filter(at__lt=now - dt.timedelta(days=7))


class Revision(models.Model):
    """One text of one story. `content` is what articles.contents.take gives; it is never changed afterwards."""

    class Kind(models.TextChoices):
        SAVE = "save", _("Saved")
        AUTOSAVE = "autosave", _("Kept while writing")
        MERGE = "merge", _("Merged")
        RESTORE = "restore", _("Restored")
        IMPORT = "import", _("Imported")

    article = models.ForeignKey(
        "articles.Article", verbose_name=_("story"), on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.SAVE)
    content = models.JSONField(_("text"))
    fields = models.JSONField(_("changed"), default=list)
    base = models.PositiveIntegerField(
        _("written on"), null=True, help_text="Number of the revision it was written on."
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"), db_index=True)
    published_at = models.DateTimeField(_("published"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_revision_a_number")]
        indexes = [models.Index(fields=["article", "kind", "-number"], name="revisions_of_a_story")]

    def __str__(self) -> str:
        return f"{self.number}"
