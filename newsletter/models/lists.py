"""What one can subscribe to."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.states import SubscriptionState
from newsportal.core.fields import LineField, SlugField
from newsportal.core.languages import default_language

# What stands below /newsletter/ itself.
RESERVED = frozenset({"check-your-inbox", "confirm", "preferences", "subscribe", "unsubscribe"})


class NewsletterListQuerySet(models.QuerySet["NewsletterList"]):
    def in_edition(self, language: str) -> "NewsletterListQuerySet":
        """The newsletters of one edition, in the order in which they are offered."""
        return self.filter(language=language).order_by("position", "pk")

    def open(self) -> "NewsletterListQuerySet":
        """Those that take new subscribers."""
        return self.filter(is_open=True)

    def with_confirmed_count(self) -> "NewsletterListQuerySet":
        """With `confirmed_count`, the number of confirmed subscriptions, counted in the same query."""
        return self.annotate(
            confirmed_count=models.Count(
                "subscriptions", filter=models.Q(subscriptions__state=SubscriptionState.CONFIRMED)
            )
        )


class NewsletterList(models.Model):
    """A newsletter of one edition. Closing it stops sign-ups; those who have it keep it."""

    language = models.CharField(_("edition"), max_length=8, choices=settings.LANGUAGES, default=default_language)
    slug = SlugField(_("slug"), help_text=_("Part of the newsletter's address; readers' mail filters rely on it."))
    name = LineField(_("name"), max_length=80)
    pitch = LineField(
        _("pitch"), max_length=240, blank=True, help_text=_("What readers get and how often. Empty: the site's own.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Lower stands first."))
    is_open = models.BooleanField(_("takes new subscribers"), default=True)

    objects = NewsletterListQuerySet.as_manager()

    class Meta:
        ordering = ["language", "position", "pk"]
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="one_newsletter_a_slug")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.slug in RESERVED:
            raise ValidationError({"slug": _("This address belongs to the portal itself; choose another.")})
