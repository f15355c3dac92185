"""Tags whose slugs keep Bangla whole (taggit's own drop vowel signs, so that different tags collide)."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from articles.models.redirects import Redirect
from newsportal.core.editions import everywhere
from newsportal.core.fields import SlugField
from newsportal.core.text import clean_line, slugify


class TagQuerySet(models.QuerySet["Tag"]):
    def used_in(self, stories: models.QuerySet[Any]) -> "TagQuerySet":
        """Tags that any of `stories` carries."""
        tagged = TaggedArticle.objects.filter(tag=models.OuterRef("pk"), content_object__in=stories)
        return self.filter(models.Exists(tagged))


class Tag(TagBase):
    """A subject that stories of any section share."""

    slug = SlugField(_("slug"), unique=True, max_length=110, blank=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Old addresses lead to the new ones."""
        self.name = clean_line(self.name)
        before = Tag.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
        super().save(*args, **kwargs)
        if before and before != self.slug:
            for address in everywhere("tag", before).values():
                Redirect.objects.keep(address, tag=self)

    def slugify(self, tag: str, i: int | None = None) -> str:
        """taggit's hook; `i` counts up when the slug is taken."""
        slug = slugify(tag) or "tag"
        if slug.isdigit():
            slug = f"tag-{slug}"
        return f"{slug}-{i}" if i else slug

    def get_absolute_url(self) -> str:
        return reverse("tag", args=[self.slug])


class TaggedArticle(ItemBase):
    """The link between a story and a tag."""

    content_object = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged")

    class Meta:
        verbose_name = _("tagged story")
        verbose_name_plural = _("tagged stories")
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="tagged_once")]


def names_from_line(line: str) -> list[str]:
    """taggit's parser, with commas alone: "Dhaka Metro, Padma" is two tags, "Dhaka Metro" is one. No name twice."""
    names = {clean_line(name).casefold(): clean_line(name) for name in reversed(line.replace("،", ",").split(","))}
    return sorted(name for name in names.values() if name)


def line_from_names(tags: Iterable[Tag]) -> str:
    """The line that names_from_line takes apart again."""
    return ", ".join(sorted(tag.name for tag in tags))
