"""What one can subscribe to."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Section, Tag
from newsletter.states import ListKind, Rhythm, SubscriptionState, UncertainPolicy
from newsportal.core.fields import LineField, SlugField
from newsportal.core.languages import default_language

# What stands below /newsletter/ itself.
RESERVED = frozenset({"check-your-inbox", "confirm", "go", "preferences", "subscribe", "unsubscribe", "webhooks"})
WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class NewsletterListQuerySet(models.QuerySet["NewsletterList"]):
    def in_edition(self, language: str) -> "NewsletterListQuerySet":
        """The newsletters of one edition, in the order in which they are offered."""
        return self.filter(language=language).order_by("position", "pk")

    def open(self) -> "NewsletterListQuerySet":
        """Those that take new subscribers."""
        return self.filter(is_open=True)

    def for_alerts(self) -> "NewsletterListQuerySet":
        """Those for breaking news."""
        return self.filter(kind=ListKind.ALERT)

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

    kind = models.CharField(
        _("issues are"), max_length=8, choices=ListKind.choices, default=ListKind.EDITED,
        help_text=_("How issues come about."),
    )  # fmt: skip
    rhythm = models.CharField(
        _("rhythm"), max_length=8, choices=Rhythm.choices, default=Rhythm.DAILY,
        help_text=_("Of a newsletter that puts itself together; readers may choose a slower one."),
    )  # fmt: skip
    weekday = models.PositiveSmallIntegerField(
        _("on"), choices=WEEKDAYS, default=5, help_text=_("The day of everything weekly.")
    )
    send_time = models.TimeField(
        _("at"), default=dt.time(7, 0), help_text=_("On the reader's clock; of digests, daily and weekly ones.")
    )
    sections = models.ManyToManyField(
        Section, verbose_name=_("sections"), blank=True, related_name="+", help_text=_("Empty: the whole edition.")
    )
    tags = models.ManyToManyField(
        Tag, verbose_name=_("tags"), blank=True, related_name="+", help_text=_("Stories with one of these as well.")
    )
    most_stories = models.PositiveSmallIntegerField(
        _("stories at most"), default=12, validators=[MaxValueValidator(50)]
    )

    sender_name = LineField(_("sender's name"), max_length=80, blank=True, help_text=_("Empty: the site's name."))
    sender_address = models.EmailField(
        _("sender's address"), blank=True, help_text=_("Empty: the site's. It must be aligned with your DKIM key.")
    )
    reply_to = models.EmailField(_("answers go to"), blank=True, help_text=_("A mailbox that somebody reads."))
    accent = models.CharField(
        _("colour"),
        max_length=7,
        default="#00624a",
        validators=[RegexValidator(r"^#[0-9a-f]{6}\Z", _("A colour such as #00624a."))],
    )
    show_pictures = models.BooleanField(_("with pictures"), default=True)

    needs_approval = models.BooleanField(_("a second person approves each issue"), default=False)
    stale_after = models.PositiveIntegerField(
        _("too late after (minutes)"),
        default=60,
        help_text=_("A scheduled issue that is later than this is not sent but asks. 0: it may always be sent."),
    )
    uncertain_policy = models.CharField(
        _("when nobody knows whether a mail was taken"),
        max_length=8,
        choices=UncertainPolicy.choices,
        default=UncertainPolicy.ASK,
    )

    objects = NewsletterListQuerySet.as_manager()

    class Meta:
        ordering = ["language", "position", "pk"]
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        constraints = [
            models.UniqueConstraint(fields=["language", "slug"], name="one_newsletter_a_slug"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_of_a_week"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.slug in RESERVED:
            raise ValidationError({"slug": _("This address belongs to the portal itself; choose another.")})
        if self.needs_approval and self.kind != ListKind.EDITED:
            words = _("Nobody can approve what puts itself together, or what has to be out within a minute.")
            raise ValidationError({"needs_approval": words})
