"""Which stories tell the same in the languages of the editions."""

from collections import Counter

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TranslationQuerySet(models.QuerySet["Translation"]):
    def leave(self) -> set[int]:
        """Takes these stories out of their groups; a story that would stay in one alone leaves it too.

        Gives the ids of all that were in a group that changed: their pages change with it.
        """
        groups = set(self.values_list("group", flat=True))
        if not groups:
            return set()
        members = set(Translation.objects.filter(group__in=groups).values_list("article_id", flat=True))
        self.delete()
        left = Counter(Translation.objects.filter(group__in=groups).values_list("group", flat=True))
        alone = [group for group, number in left.items() if number == 1]
        Translation.objects.filter(group__in=alone).delete()
        return members


class Translation(models.Model):
    """One of several stories, each of another edition, that are translations of each other: all have one `group`.

    None is the original of the others as far as the portal is concerned; a story alone has no row.
    """

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="translation"
    )
    language = models.CharField(_("edition"), max_length=8, choices=settings.LANGUAGES)
    group = models.UUIDField()

    objects = TranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [models.UniqueConstraint(fields=["group", "language"], name="one_translation_a_language")]

    def __str__(self) -> str:
        return f"{self.language}: {self.article_id}"
