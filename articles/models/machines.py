"""What search engines and the other edition ask of stories."""

import uuid
from typing import Any

from django.db import models

from articles.models.translations import Translation


class MachineQuerySet(models.QuerySet[Any]):
    """Part of ArticleQuerySet."""

    def for_sitemaps(self) -> "MachineQuerySet":
        """Addresses, times and headlines."""
        columns = ("language", "slug", "headline", "publish_at", "embargo_until", "updated_at")
        return self.select_related("section").only(*columns, "section__path")

    def with_translation_group(self) -> "MachineQuerySet":
        """With `translation_group`, which a story shares with its translations; None without any."""
        rows = Translation.objects.filter(article=models.OuterRef("pk")).values("group")
        return self.annotate(translation_group=models.Subquery(rows))

    def in_group(self, *groups: uuid.UUID) -> "MachineQuerySet":
        """Stories that are translations of each other."""
        return self.filter(translation__group__in=groups)
