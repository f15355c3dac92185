"""Beats: the sections that somebody's right to publish is limited to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.sections import Section


class SectionBeat(models.Model):
    """Limits a person to a section and all that stand in it; people without any row work everywhere."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="beats"
    )
    section = models.ForeignKey(Section, verbose_name=_("section"), on_delete=models.CASCADE, related_name="beats")

    class Meta:
        verbose_name = _("beat")
        verbose_name_plural = _("beats")
        constraints = [models.UniqueConstraint(fields=["user", "section"], name="one_beat_a_section")]

    def __str__(self) -> str:
        return f"{self.user}: {self.section}"
