"""Pictures: the file as it was re-encoded on upload, and what is said about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsportal.core.fields import LineField


class Image(models.Model):
    """One picture of the library. The file is always one that `articles.imaging` has decoded and written anew."""

    file = models.ImageField(_("file"), upload_to="images/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256 of the file as uploaded.")
    title = LineField(
        _("title"), max_length=160, blank=True, help_text=_("For finding it again; readers don't see it.")
    )
    alt_text = LineField(
        _("alternative text"), max_length=300, blank=True, help_text=_("What is seen, for those who do not see it.")
    )
    caption = LineField(_("caption"), max_length=400, blank=True)
    credit = LineField(_("credit"), max_length=160, blank=True, help_text=_("Photographer and agency, or the licence."))
    created = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.title or self.caption or self.file.name
