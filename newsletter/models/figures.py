"""What is counted: clicks on the links of an issue, and the size of each newsletter day by day. Never a person."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from newsletter.models.issues import Issue
from newsletter.models.lists import NewsletterList


class LinkClicksQuerySet(models.QuerySet["LinkClicks"]):
    def of(self, issue: Issue) -> "LinkClicksQuerySet":
        """The links of one issue, the most used first."""
        return self.filter(issue=issue).order_by("-by_people", "-total", "pk")


class LinkClicks(models.Model):
    """How often one link of an issue was followed: by all, and by what were people as far as one can tell."""

    issue = models.ForeignKey(Issue, verbose_name=_("issue"), on_delete=models.CASCADE, related_name="clicks")
    variant = models.CharField(_("subject"), max_length=1, default="a")
    target = models.CharField(_("link"), max_length=700)
    by_people = models.PositiveIntegerField(_("clicks by people"), default=0)
    total = models.PositiveIntegerField(_("all clicks"), default=0)

    objects = LinkClicksQuerySet.as_manager()

    class Meta:
        verbose_name = _("clicks on a link")
        verbose_name_plural = _("clicks on links")
        constraints = [
            models.UniqueConstraint(fields=["issue", "variant", "target"], name="one_count_a_link"),
            models.CheckConstraint(condition=Q(total__gte=F("by_people")), name="people_are_part_of_all"),
        ]

    def __str__(self) -> str:
        return self.target


class ClickBatchQuerySet(models.QuerySet["ClickBatch"]):
    def before(self, moment: dt.datetime) -> "ClickBatchQuerySet":
        """Batches of slots that began before `moment`."""
        return self.filter(start__lt=moment)


class ClickBatch(models.Model):
    """A slot of the tally (newsportal.core.tallies) that is in the rows above: filed once, whoever is killed when."""

    start = models.DateTimeField(unique=True)

    objects = ClickBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("filed clicks")
        verbose_name_plural = _("filed clicks")

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M:%S}"


class ListDay(models.Model):
    """One newsletter on one day (the site's time zone): how many have it at its end, who came and who left."""

    newsletter = models.ForeignKey(
        NewsletterList, verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="days"
    )
    day = models.DateField(_("day"))
    readers = models.PositiveIntegerField(_("readers"))
    joined = models.PositiveIntegerField(_("came"))
    left = models.PositiveIntegerField(_("left"))

    class Meta:
        ordering = ["newsletter", "day"]
        verbose_name = _("day of a newsletter")
        verbose_name_plural = _("figures")
        constraints = [models.UniqueConstraint(fields=["newsletter", "day"], name="one_row_a_day")]

    def __str__(self) -> str:
        return f"{self.newsletter}: {self.day}"
