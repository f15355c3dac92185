"""One sending of a newsletter: its text in blocks, and what was frozen of it when it went out."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Image
from newsletter.models.lists import NewsletterList
from newsletter.states import OPEN, UNDER_WAY, BlockKind, Frequency, IssueState, ListKind
from newsportal.core.fields import LineField


class IssueQuerySet(models.QuerySet["Issue"]):
    """Filters have names. `now` is an aware datetime."""

    def in_state(self, *states: IssueState) -> "IssueQuerySet":
        """Issues in any of the states."""
        return self.filter(state__in=states)

    def under_way(self) -> "IssueQuerySet":
        """Scheduled, waiting for a decision, or going out; the next first."""
        return self.filter(state__in=UNDER_WAY).order_by("send_at", "pk")

    def due(self, now: dt.datetime) -> "IssueQuerySet":
        """Scheduled ones whose minute has come, the longest due first."""
        return self.filter(state=IssueState.SCHEDULED, send_at__lte=now).order_by("send_at", "pk")

    def without_open_delivery(self) -> "IssueQuerySet":
        """Those of which no mail is left to be sent: the question that says whether all of an issue has gone out."""
        return self.exclude(deliveries__state__in=OPEN)

    def on_the_desk(self, since: dt.datetime) -> "IssueQuerySet":
        """Those under way, and those that ended after `since`; the next, or the last, first."""
        return self.filter(Q(state__in=UNDER_WAY) | Q(finished_at__gt=since)).order_by("send_at", "pk")

    def gone_out(self) -> "IssueQuerySet":
        """Issues that readers have been sent, the newest first: what the archive on the web shows."""
        return self.filter(started_at__isnull=False).order_by("-started_at", "-pk")

    def in_archive(self, newsletter: NewsletterList) -> "IssueQuerySet":
        """What its list on the web shows: each issue once, also where a digest went out morning by morning around the
        world, or some readers took it in another rhythm. Those have pages of their own all the same.
        """
        return self.for_archive().filter(newsletter=newsletter)

    def for_archive(self) -> "IssueQuerySet":
        """As `in_archive`, of all newsletters."""
        return self.gone_out().filter(frequency=Frequency.EACH, time_zone="")

    def digests(self) -> "IssueQuerySet":
        """Those that made themselves."""
        return self.filter(kind=ListKind.DIGEST, covers_until__isnull=False)

    def begun_since(self, moment: dt.datetime) -> "IssueQuerySet":
        """Those whose sending began after `moment`."""
        return self.filter(started_at__gt=moment)

    def just_going_out(self, newsletter: NewsletterList, now: dt.datetime) -> "IssueQuerySet":
        """What editors are about to have sent to those who take each issue: it may count as sent from a moment ago."""
        mine = self.filter(newsletter=newsletter, frequency=Frequency.EACH).exclude(kind=ListKind.DIGEST)
        return mine.filter(Q(state=IssueState.PREPARING) | Q(state=IssueState.SCHEDULED, send_at__lte=now))

    def with_blocks(self) -> "IssueQuerySet":
        """With their newsletter and their blocks in order, and all that a page shows of those: one query more."""
        rows = Block.objects.select_related("article__section", "article__lead_image", "image")
        return self.select_related("newsletter").prefetch_related(models.Prefetch("blocks", rows))

    def to_everybody(self, newsletter: NewsletterList) -> "IssueQuerySet":
        """What went out to those who take each issue of a newsletter as it comes, the newest first."""
        mine = self.gone_out().filter(newsletter=newsletter, frequency=Frequency.EACH)
        return mine.exclude(kind=ListKind.DIGEST)

    def latest_of_each(self, newsletters: Iterable[NewsletterList]) -> dict[int, "Issue"]:
        """The newest in the archive of each newsletter, by the newsletter's id. One query."""
        latest = self.for_archive().filter(newsletter__in=list(newsletters)).order_by().values("newsletter")
        newest = latest.annotate(newest=models.Max("pk")).values("newest")
        return {row.newsletter_id: row for row in Issue.objects.filter(pk__in=newest)}


class Issue(models.Model):
    """An issue of one newsletter, written by editors or by the digest.

    `frequency` says to which readers it goes: EACH to those who take each issue, DAILY or WEEKLY to those who chose a
    digest. An issue that a digest made covers the stories that appeared after `covers_from`, up to `covers_until`, for
    the readers of one `time_zone` who have been served up to `covers_from`; those four are its name, so that two
    workers cannot make it twice.
    """

    newsletter = models.ForeignKey(
        NewsletterList, verbose_name=_("newsletter"), on_delete=models.PROTECT, related_name="issues"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ListKind.choices, default=ListKind.EDITED, editable=False)
    frequency = models.CharField(
        _("for"), max_length=8, choices=Frequency.choices, default=Frequency.EACH, editable=False
    )
    state = models.CharField(
        _("state"), max_length=12, choices=IssueState.choices, default=IssueState.DRAFT, editable=False
    )
    subject = LineField(_("subject"), max_length=200)
    subject_b = LineField(
        _("second subject"),
        max_length=200,
        blank=True,
        help_text=_("Half of the readers get this one instead; the figures show which was opened up by more clicks."),
    )
    preheader = LineField(
        _("preheader"), max_length=200, blank=True, help_text=_("What inboxes show behind the subject.")
    )
    send_at = models.DateTimeField(_("goes out"), null=True, blank=True)
    hold_reason = models.TextField(_("why it waits"), blank=True, editable=False)
    # Set when somebody decided that it goes out although it is late.
    late_is_fine = models.BooleanField(default=False, editable=False)

    time_zone = models.CharField(max_length=64, blank=True, editable=False)
    covers_from = models.DateTimeField(null=True, blank=True, editable=False)
    covers_until = models.DateTimeField(null=True, blank=True, editable=False)
    alert_for = models.ForeignKey(
        Article, verbose_name=_("alert for"), on_delete=models.PROTECT, null=True, blank=True, editable=False,
        related_name="alerts",
    )  # fmt: skip

    audience = models.PositiveIntegerField(_("readers"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    modified = models.DateTimeField(_("last saved"), auto_now=True)
    started_at = models.DateTimeField(_("sending began"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("sending ended"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    demo = models.BooleanField(default=False, editable=False)

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        permissions = [("send_issue", "Can send issues"), ("approve_issue", "Can approve issues")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[IssueState.SCHEDULED, IssueState.PREPARING, IssueState.SENDING])
                | Q(send_at__isnull=False),
                name="scheduled_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(covers_from=None) | Q(covers_until__gt=F("covers_from")), name="covers_a_span"
            ),
            models.UniqueConstraint(
                fields=["newsletter", "frequency", "time_zone", "covers_from", "covers_until"],
                condition=Q(covers_until__isnull=False),
                name="one_digest_a_span",
            ),
            models.UniqueConstraint(
                fields=["newsletter", "alert_for"], condition=Q(alert_for__isnull=False), name="one_alert_a_story"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "send_at"], name="issues_due"),
            models.Index(fields=["newsletter", "-started_at", "-id"], name="issues_gone_out"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def stale_at(self) -> dt.datetime | None:
        """After this it is not sent without asking; None for what may be sent at any time."""
        if self.send_at is None or self.late_is_fine or not self.newsletter.stale_after:
            return None
        return self.send_at + dt.timedelta(minutes=self.newsletter.stale_after)


class BlockQuerySet(models.QuerySet["Block"]):
    def with_contents(self) -> "BlockQuerySet":
        """With their stories and pictures, all in one query."""
        return self.select_related("article__section", "article__lead_image", "image")


class Block(models.Model):
    """A piece of an issue, in its place. Which fields count is a question of its kind."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="blocks")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=BlockKind.choices, default=BlockKind.STORY)
    article = models.ForeignKey(
        Article, verbose_name=_("story"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    image = models.ForeignKey(
        Image, verbose_name=_("picture"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    heading = LineField(_("heading"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    source = LineField(_("who says so"), max_length=120, blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    is_lead = models.BooleanField(_("large"), default=False)
    is_whole = models.BooleanField(_("the whole story"), default=False, db_default=False)

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "article"], condition=Q(article__isnull=False), name="no_story_twice_in_an_issue"
            ),
            models.CheckConstraint(
                condition=~Q(kind=BlockKind.STORY) | Q(article__isnull=False), name="story_block_has_a_story"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.position}"


class Rendering(models.Model):
    """The text of an issue as it went out, with placeholders for what is each reader's own. Written once.

    `variant` is "a", or "b" for the second subject. What readers get is made from these bytes alone, so that no later
    change of a template or a story can split one sending in two.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="renderings")
    variant = models.CharField(max_length=1, default="a")
    subject = models.CharField(max_length=200)
    html = models.TextField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "variant"], name="one_rendering_a_variant")]

    def __str__(self) -> str:
        return f"{self.issue_id}{self.variant}"
