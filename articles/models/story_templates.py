"""Forms already shaped: what a match report, a brief or an obituary starts from."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.sections import Section
from articles.states import StoryType, Weight
from newsportal.core.fields import LineField
from newsportal.core.languages import default_language
from newsportal.core.sanitising import SanitisedHTMLField


class StoryTemplateQuerySet(models.QuerySet["StoryTemplate"]):
    def offered(self) -> "StoryTemplateQuerySet":
        """Those that can be started from, in the order in which they are offered."""
        return self.filter(is_offered=True).order_by("language", "position", "name")


class StoryTemplate(models.Model):
    """What the form of a new story holds when somebody starts from it. What is still to be written stands in it as a
    prompt in double brackets, `[[score]]`, which stops the story from being published.
    """

    language = models.CharField(_("edition"), max_length=8, choices=settings.LANGUAGES, default=default_language)
    name = LineField(_("name"), max_length=80, help_text=_("Such as: Match report."))
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Lower stands first."))
    is_offered = models.BooleanField(_("offered"), default=True, help_text=_("On the page where a story is begun."))
    section = models.ForeignKey(
        Section, verbose_name=_("section"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    story_type = models.CharField(_("type"), max_length=16, choices=StoryType.choices, default=StoryType.NEWS)
    weight = models.PositiveSmallIntegerField(_("weight"), choices=Weight.choices, default=Weight.ORDINARY)
    kicker = LineField(_("kicker"), max_length=60, blank=True)
    headline = LineField(_("headline"), max_length=250, blank=True)
    standfirst = models.TextField(_("standfirst"), max_length=600, blank=True)
    body = SanitisedHTMLField(
        _("body"), blank=True, help_text=_("What is still to be written goes into double brackets: [[score]].")
    )
    tags = LineField(_("tags"), max_length=250, blank=True, help_text=_("Separated by commas."))

    objects = StoryTemplateQuerySet.as_manager()

    # What the form of a story takes over.
    TAKEN = ("language", "story_type", "weight", "kicker", "headline", "standfirst", "body", "tags")

    class Meta:
        ordering = ["language", "position", "name"]
        verbose_name = _("story template")
        verbose_name_plural = _("story templates")
        constraints = [models.UniqueConstraint(fields=["language", "name"], name="one_template_a_name")]

    def __str__(self) -> str:
        return self.name

    def start(self) -> dict[str, Any]:
        """The first values of the fields of a story's form."""
        return {name: getattr(self, name) for name in self.TAKEN} | {"section": self.section_id}
