"""Outlets, contributors and bylines: who stands behind a story."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.models.redirects import Redirect
from newsportal.core.editions import everywhere
from newsportal.core.fields import LineField, SlugField
from newsportal.core.text import SLUG_LENGTH, slugify


class Outlet(models.Model):
    """A newsroom whose code stands at the front of a byline code: the `Bd24live` of `Bd24live/Hk`."""

    code = LineField(_("code"), max_length=40, help_text=_("As it is printed, such as Bd24live."))
    name = LineField(_("name"), max_length=120, blank=True)
    url = models.URLField(_("address"), blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        constraints = [models.UniqueConstraint(Lower("code"), name="one_outlet_a_code")]

    def __str__(self) -> str:
        return self.code


class ContributorQuerySet(models.QuerySet["Contributor"]):
    def with_texts(self) -> "ContributorQuerySet":
        """With the names and biographies in every language, in one more query for all rows."""
        return self.prefetch_related("texts")

    def signing(self, stories: models.QuerySet[Any]) -> "ContributorQuerySet":
        """Contributors who signed any of `stories`."""
        bylines = Byline.objects.filter(contributor=models.OuterRef("pk"), article__in=stories)
        return self.filter(models.Exists(bylines))


class Contributor(models.Model):
    """Somebody whose work is published; needs no login. Initials are unique within an outlet."""

    name = LineField(_("name"), max_length=120)
    slug = SlugField(_("slug"), unique=True, blank=True, help_text=_("The author page's address; made from the name."))
    outlet = models.ForeignKey(
        Outlet, verbose_name=_("outlet"), on_delete=models.PROTECT, null=True, blank=True, related_name="contributors"
    )
    initials = LineField(_("initials"), max_length=12, blank=True, help_text=_("As printed in the byline code: Hk."))
    position = LineField(_("job title"), max_length=120, blank=True)
    biography = models.TextField(_("biography"), blank=True)
    picture = models.ForeignKey(
        "articles.Image", verbose_name=_("picture"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ContributorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        constraints = [
            models.UniqueConstraint(
                "outlet", Lower("initials"), name="one_contributor_a_code", condition=~models.Q(initials="")
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Old addresses lead to the new ones."""
        if not self.slug:
            self.slug = self._free_slug()
        before = Contributor.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
        super().save(*args, **kwargs)
        if before and before != self.slug:
            for address in everywhere("author", before).values():
                Redirect.objects.keep(address, contributor=self)

    def get_absolute_url(self) -> str:
        return reverse("author", args=[self.slug])

    @property
    def code(self) -> str:
        """The byline code of this contributor alone: `Bd24live/Hk`; "" without outlet or initials."""
        return f"{self.outlet.code}/{self.initials}" if self.outlet and self.initials else ""

    @property
    def local_name(self) -> str:
        """The name in the language of the page."""
        return self._in_language("name") or self.name

    @property
    def local_biography(self) -> str:
        """The biography in the language of the page."""
        return self._in_language("biography") or self.biography

    def _in_language(self, field: str) -> str:
        language = get_language()
        return next((getattr(text, field) for text in self.texts.all() if text.language == language), "")

    def _free_slug(self) -> str:
        base = slugify(self.name, length=SLUG_LENGTH - 8) or slugify(self.initials) or "author"
        if base.isdigit():
            base = f"author-{base}"
        taken = set(Contributor.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        number = 1
        slug = base
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        return slug


class ContributorText(models.Model):
    """A contributor's name and biography in one more language."""

    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    name = LineField(_("name"), max_length=120)
    biography = models.TextField(_("biography"), blank=True)

    class Meta:
        verbose_name = _("name in a language")
        verbose_name_plural = _("names in other languages")
        constraints = [models.UniqueConstraint(fields=["contributor", "language"], name="one_name_a_language")]

    def __str__(self) -> str:
        return self.name


class Byline(models.Model):
    """One contributor of one story, in the order in which they are printed."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="bylines")
    contributor = models.ForeignKey(Contributor, on_delete=models.PROTECT, related_name="bylines")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        constraints = [models.UniqueConstraint(fields=["article", "contributor"], name="once_in_a_byline")]
        indexes = [models.Index(fields=["contributor", "article"])]

    def __str__(self) -> str:
        return str(self.contributor)
