"""Sections: the paper's departments, nested, ordered, one tree for each edition."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from articles.models.redirects import Redirect
from newsportal.core.fields import LineField, SlugField, validate_slug
from newsportal.core.languages import default_language

# First parts of addresses that belong to the portal itself.
RESERVED = frozenset(
    "accounts admin api archive authors bn corrections en feeds healthz latest live media metrics newsletter oembed "
    "preview reads readyz saved search series share static tags".split()
)
DEPTH = 3


class SectionQuerySet(models.QuerySet["Section"]):
    def in_edition(self, language: str) -> "SectionQuerySet":
        """The sections of one edition, in the order of its navigation."""
        return self.filter(language=language).order_by("position", "name")

    def top_level(self) -> "SectionQuerySet":
        """Sections that stand in no other."""
        return self.filter(parent=None)

    def for_page(self) -> "SectionQuerySet":
        """What a section's front shows of the section, in two queries."""
        return self.select_related("parent__parent", "counterpart", "counterpart_of").prefetch_related("children")

    def under(self, section: "Section") -> "SectionQuerySet":
        """`section` and all that stand in it, at any depth."""
        return self.filter(language=section.language).filter(
            models.Q(path=section.path) | models.Q(path__startswith=f"{section.path}/")
        )


class Section(models.Model):
    """A department of one edition. `path` is its address: the slugs from the top, joined by "/"."""

    language = models.CharField(_("edition"), max_length=8, choices=settings.LANGUAGES, default=default_language)
    parent = models.ForeignKey(
        "self", verbose_name=_("stands in"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = LineField(_("name"), max_length=80)
    slug = SlugField(_("slug"))
    path = models.CharField(_("address"), max_length=250, editable=False)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Lower stands first."))
    counterpart = models.OneToOneField(
        "self",
        verbose_name=_("same section in the other edition"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="counterpart_of",
    )

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["language", "path"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [models.UniqueConstraint(fields=["language", "path"], name="one_section_a_path")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps `path`, and that of every section below, in step with the slugs; old addresses lead to the new ones."""
        validate_slug(self.slug)
        before = Section.objects.filter(pk=self.pk).first() if self.pk else None
        self.path = f"{self.parent.path}/{self.slug}" if self.parent else self.slug
        super().save(*args, **kwargs)
        if before and before.get_absolute_url() != self.get_absolute_url():
            Redirect.objects.keep(before.get_absolute_url(), section=self)
            for child in self.children.all():
                child.parent = self
                child.save(update_fields=["path"])

    def get_absolute_url(self) -> str:
        with translation.override(self.language):
            return reverse("section", args=[self.path])

    @property
    def elsewhere(self) -> "Section | None":
        """The same section in the other edition, whichever of the two names it; free of queries after `for_page`."""
        return self.counterpart or getattr(self, "counterpart_of", None)

    def is_in(self, other: "Section") -> bool:
        """Whether it is `other`, or stands in it at any depth; what `under` asks of all."""
        inside = self.path == other.path or self.path.startswith(f"{other.path}/")
        return inside and self.language == other.language

    def clean(self) -> None:
        if not self.parent and self.slug in RESERVED:
            raise ValidationError({"slug": _("This address belongs to the portal itself; choose another.")})
        if self.parent:
            self._check_parent(self.parent)

    def _check_parent(self, parent: "Section") -> None:
        if parent.language != self.language:
            raise ValidationError({"parent": _("Choose a section of the same edition.")})
        if self.pk and (parent.pk == self.pk or parent.path.startswith(f"{self.path}/")):
            raise ValidationError({"parent": _("A section cannot stand in itself.")})
        if parent.path.count("/") + 2 > DEPTH:
            raise ValidationError({"parent": _("Sections nest at most three deep.")})
