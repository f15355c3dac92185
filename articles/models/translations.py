"""Which stories tell the same in the languages of the editions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Translation(models.Model):
    """One of several stories, each of another edition, that are translations of each other: all have one `group`.

    None is the original of the others as far as the portal is concerned; a story alone has no row.
    """

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="translation"
    )
    language = models.CharField(_("edition"), max_length=8, choices=settings.LANGUAGES)
    group = models.UUIDField()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [models.UniqueConstraint(fields=["group", "language"], name="one_translation_a_language")]

    def __str__(self) -> str:
        return f"{self.language}: {self.article_id}"
