"""Series and packages: stories that belong together, in order, with a page of their own."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from articles.models.redirects import Redirect
from articles.states import State
from newsportal.core.fields import LineField, SlugField
from newsportal.core.languages import default_language
from newsportal.core.text import slugify


class SeriesQuerySet(models.QuerySet["Series"]):
    def in_edition(self, language: str) -> "SeriesQuerySet":
        """The series of one edition."""
        return self.filter(language=language)

    def with_any_of(self, stories: models.QuerySet[Any]) -> "SeriesQuerySet":
        """Series that any of `stories` belongs to."""
        parts = SeriesPart.objects.filter(series=models.OuterRef("pk"), article__in=stories)
        return self.filter(models.Exists(parts))


class Series(models.Model):
    """Several stories of one edition under one title. A series counts its parts, a package does not."""

    language = models.CharField(_("edition"), max_length=8, choices=settings.LANGUAGES, default=default_language)
    title = LineField(_("title"), max_length=120)
    slug = SlugField(_("slug"), blank=True, help_text=_("The last part of the address; made from the title."))
    description = models.TextField(_("description"), max_length=600, blank=True)
    is_numbered = models.BooleanField(
        _("parts are numbered"), default=True, help_text=_("“Part 3 of 5” on its stories; without it, the title alone.")
    )
    planned = models.PositiveSmallIntegerField(
        _("parts planned"), null=True, blank=True, help_text=_("Empty: as many as there are.")
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["language", "title"]
        verbose_name = _("series")
        verbose_name_plural = _("series and packages")
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="one_series_a_slug")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Old addresses lead to the new ones."""
        self.slug = self.slug or self.made_slug()
        before = Series.objects.filter(pk=self.pk).only("language", "slug").first() if self.pk else None
        super().save(*args, **kwargs)
        if before and before.get_absolute_url() != self.get_absolute_url():
            Redirect.objects.keep(before.get_absolute_url(), series=self)

    def get_absolute_url(self) -> str:
        with translation.override(self.language):
            return reverse("series", args=[self.slug])

    def made_slug(self) -> str:
        """The slug that the title gives."""
        slug = slugify(self.title)
        return f"series-{slug}".strip("-") if slug.isdigit() or not slug else slug


class SeriesPartQuerySet(models.QuerySet["SeriesPart"]):
    def published(self, now: dt.datetime) -> "SeriesPartQuerySet":
        """The parts that readers may see at `now` (as ArticleQuerySet.published), in order, as cards need them."""
        return (
            self.filter(
                models.Q(article__unpublish_at=None) | models.Q(article__unpublish_at__gt=now),
                models.Q(article__embargo_until=None) | models.Q(article__embargo_until__lte=now),
                article__state=State.PUBLISHED,
                article__publish_at__lte=now,
            )
            .select_related("series", "article__section", "article__lead_image")
            .defer("article__body")
            .order_by("series__title", "series_id", "position", "pk")
        )

    def beside(self, article: models.Model) -> "SeriesPartQuerySet":
        """The parts of every series that has a story."""
        return self.filter(series__in=SeriesPart.objects.filter(article=article).values("series"))


class SeriesPart(models.Model):
    """A story's place in a series."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="parts")
    article = models.ForeignKey(
        "articles.Article", verbose_name=_("story"), on_delete=models.CASCADE, related_name="series_parts"
    )
    position = models.PositiveSmallIntegerField(_("place"))

    objects = SeriesPartQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["series", "article"], name="once_in_a_series")]

    def __str__(self) -> str:
        return f"{self.position}"
