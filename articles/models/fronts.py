"""The front page as editors arrange it: versions for each edition, and the stories that they pinned to its slots."""

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.sections import Section
from articles.states import Area
from newsportal.core.fields import LineField


class Place(NamedTuple):
    """Where a slot stands: its area, the section of a row, and its place there from 1 on."""

    area: str
    section: int | None
    position: int

    @property
    def key(self) -> str:
        """As it is called in a form: "lead-1", "second-2", "row-7-3"."""
        return "-".join(str(part) for part in self if part is not None)


class FrontArrangement(models.Model):
    """One version of an edition's arrangement. Readers have the newest; an older one comes back as a new version."""

    language = models.CharField(_("edition"), max_length=8, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    restores = models.PositiveIntegerField(_("version that came back"), null=True)

    class Meta:
        ordering = ["language", "-number"]
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")
        default_permissions = ("view",)
        permissions = [
            ("arrange_front", "Can arrange the front page"),
            ("raise_banner", "Can put up the breaking banner"),
        ]
        constraints = [models.UniqueConstraint(fields=["language", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.get_language_display()} {self.number}"


class FrontRowQuerySet(models.QuerySet["FrontRow"]):
    def current(self, language: str) -> "FrontRowQuerySet":
        """What an edition's newest arrangement says of its rows. One query."""
        newest = FrontArrangement.objects.filter(language=language).order_by("-number").values("pk")[:1]
        return self.filter(arrangement=models.Subquery(newest))


class FrontRow(models.Model):
    """The place of a section's row among the others, or that it has none. An arrangement without any leaves the rows in
    the order of the sections; a section that it does not know has its row after those that it knows.
    """

    arrangement = models.ForeignKey(FrontArrangement, on_delete=models.CASCADE, related_name="rows")
    section = models.ForeignKey(Section, verbose_name=_("section"), on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))
    is_shown = models.BooleanField(_("has a row"), default=True)

    objects = FrontRowQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("row of the front page")
        verbose_name_plural = _("rows of the front page")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["arrangement", "section"], name="one_row_a_section")]

    def __str__(self) -> str:
        return f"{self.position}: {self.section_id}"


class FrontSlotQuerySet(models.QuerySet["FrontSlot"]):
    def current(self, language: str) -> "FrontSlotQuerySet":
        """The slots of an edition's newest arrangement, with what the cards of their stories show. One query."""
        newest = FrontArrangement.objects.filter(language=language).order_by("-number").values("pk")[:1]
        return self.filter(arrangement=models.Subquery(newest)).with_cards()

    def with_cards(self) -> "FrontSlotQuerySet":
        """With what the cards of their stories show, as `ArticleQuerySet.for_cards`."""
        return self.select_related("article__section", "article__lead_image").defer("article__body")


class FrontSlot(models.Model):
    """A story that an editor pinned to one place, until a time or for as long as it is out. Other places fill
    themselves and have no row.
    """

    arrangement = models.ForeignKey(FrontArrangement, on_delete=models.CASCADE, related_name="slots")
    area = models.CharField(_("area"), max_length=8, choices=Area.choices)
    section = models.ForeignKey(Section, verbose_name=_("section"), on_delete=models.CASCADE, null=True)
    position = models.PositiveSmallIntegerField(_("position"))
    article = models.ForeignKey(
        "articles.Article", verbose_name=_("story"), on_delete=models.CASCADE, related_name="front_slots"
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)
    kicker = LineField(_("kicker here"), max_length=60, blank=True)
    headline = LineField(_("headline here"), max_length=250, blank=True)

    objects = FrontSlotQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("slot of the front page")
        verbose_name_plural = _("slots of the front page")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["arrangement", "article"], name="once_on_a_front"),
            models.UniqueConstraint(
                fields=["arrangement", "area", "position"], name="one_story_a_place", condition=Q(section=None)
            ),
            models.UniqueConstraint(fields=["arrangement", "section", "position"], name="one_story_a_place_in_a_row"),
            models.CheckConstraint(
                condition=Q(area=Area.ROW, section__isnull=False) | (~Q(area=Area.ROW) & Q(section=None)),
                name="rows_have_sections",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place.key}: {self.headline or self.article}"

    @property
    def place(self) -> Place:
        return Place(self.area, self.section_id, self.position)

    def has_ended(self, now: dt.datetime) -> bool:
        """Whether the time of the pin is over at `now`."""
        return self.until is not None and self.until <= now

    def holds(self, now: dt.datetime) -> bool:
        """Whether its story stands here at `now`: it is out, and the pin has not ended."""
        return not self.has_ended(now) and self.article.is_live(now)
