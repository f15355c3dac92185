"""Stories."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from articles.models.bodies import BodyField
from articles.models.clocks import SCHEDULES, Clock
from articles.models.corrections import Correction
from articles.models.desks import DeskQuerySet
from articles.models.images import Image
from articles.models.lines import Line, LineQuerySet, story_address
from articles.models.machines import MachineQuerySet
from articles.models.people import Byline, Contributor, Outlet, Signed
from articles.models.sections import Section
from articles.models.series import SeriesPart
from articles.models.tags import TaggedArticle
from articles.states import Role, State, StoryType, Weight
from newsportal.core import text
from newsportal.core.fields import LineField, SlugField
from newsportal.core.languages import default_language


class ArticleQuerySet(DeskQuerySet, LineQuerySet, MachineQuerySet):
    """Filters have names. `now` is an aware datetime; visibility is a question of time that the query answers."""

    def published(self, now: dt.datetime) -> "ArticleQuerySet":
        """What readers may see at `now`."""
        return self.filter(
            Q(unpublish_at=None) | Q(unpublish_at__gt=now),
            Q(embargo_until=None) | Q(embargo_until__lte=now),
            state=State.PUBLISHED,
            publish_at__lte=now,
        )

    def scheduled(self, now: dt.datetime) -> "ArticleQuerySet":
        """What will appear by itself after `now`."""
        return self.filter(Q(publish_at__gt=now) | Q(embargo_until__gt=now), state=State.PUBLISHED)

    def in_state(self, *states: str) -> "ArticleQuerySet":
        """Stories in any of these states."""
        return self.filter(state__in=states)

    def with_changes(self) -> "ArticleQuerySet":
        """Published stories whose newest text readers do not have yet."""
        return self.filter(state=State.PUBLISHED, head__isnull=False).exclude(head=F("live"))

    def changes_due(self, now: dt.datetime) -> "ArticleQuerySet":
        """Published stories whose scheduled change has come."""
        # All editions by name: the index begins with them, and SQLite would go through all stories instead.
        return self.with_changes().in_editions(dict(settings.LANGUAGES)).filter(change_at__lte=now)

    def in_edition(self, language: str) -> "ArticleQuerySet":
        """Stories of one language."""
        return self.filter(language=language)

    def in_editions(self, languages: Iterable[str]) -> "ArticleQuerySet":
        """Stories of any of these languages."""
        return self.filter(language__in=list(languages))

    def in_section(self, section: Section) -> "ArticleQuerySet":
        """Stories of a section and of all that stand in it."""
        return self.filter(section__in=Section.objects.under(section))

    def tagged_with(self, tag: models.Model) -> "ArticleQuerySet":
        """Stories that carry a tag."""
        return self.filter(pk__in=TaggedArticle.objects.filter(tag=tag).values("content_object_id"))

    def by_contributor(self, contributor: Contributor) -> "ArticleQuerySet":
        """Stories with the contributor in their byline, in any role."""
        return self.filter(pk__in=contributor.bylines.values("article_id"))

    def credited(self, contributor: Contributor) -> "ArticleQuerySet":
        """With `credited_as`, the contributor's role in each story; the words where there are several."""
        first = Case(*(When(role=role, then=place) for place, role in enumerate(Role)))
        roles = contributor.bylines.filter(article=models.OuterRef("pk")).order_by(first).values("role")
        return self.annotate(credited_as=models.Subquery(roles[:1]))

    def of_text(self, same_text: int) -> "ArticleQuerySet":
        """Versions of one report: stories whose texts are nearly the same (StoryTerms.same_text)."""
        return self.filter(terms__same_text=same_text)

    def of_type(self, story_type: str) -> "ArticleQuerySet":
        """Stories of one of articles.states.StoryType."""
        return self.filter(story_type=story_type)

    def terms_due(self) -> "ArticleQuerySet":
        """Stories that were changed since their terms were taken, the oldest first."""
        return self.filter(~Q(terms_version=F("version"))).order_by("publish_at")

    def newest_of_each(self, groups: Iterable[list[int]], number: int) -> "ArticleQuerySet":
        """The newest `number` of this queryset in each group of section ids, in one query.

        Each group is one indexed look-up; the groups are joined by UNION, which both databases plan one by one.
        """
        newest = (self.filter(section__in=ids).newest_first().values("pk")[:number] for ids in groups)
        picks = [Article.objects.filter(pk__in=pks).values("pk") for pks in newest]
        return Article.objects.filter(pk__in=picks[0].union(*picks[1:], all=True)) if picks else self.none()

    def newest_first(self) -> "ArticleQuerySet":
        """By publication time; the id breaks ties, so that pages never overlap."""
        return self.order_by("-publish_at", "-pk")

    def for_page(self, now: dt.datetime) -> "ArticleQuerySet":
        """All that a story page shows of the story itself, in four queries, and `fresh_until`."""
        corrections = Correction.objects.filter(article=models.OuterRef("pk")).in_one_value()
        in_series = SeriesPart.objects.filter(article=models.OuterRef("pk"))
        return (
            self.select_related("section__parent__parent", "lead_image", "outlet")
            .prefetch_related(
                models.Prefetch("bylines", Byline.objects.select_related("contributor__outlet")),
                "bylines__contributor__texts",
                "tags",
            )
            .annotate(correction_rows=models.Subquery(corrections), is_in_series=models.Exists(in_series))
            .with_translation_group()
            .with_clock(models.OuterRef("language"), now)
        )

    def with_clock(self, language: Any, now: dt.datetime) -> "ArticleQuerySet":
        """With `next_<name>` for each of SCHEDULES, when a story of the edition comes to it next, and
        `something_is_due`: whether any scheduled change has come and is not written yet. Each is one indexed look-up.
        """
        edition = Article.objects.filter(language=language, state=State.PUBLISHED)
        coming = {
            f"next_{name}": models.Subquery(edition.filter(**{f"{name}__gt": now}).order_by(name).values(name)[:1])
            for name in SCHEDULES
        }
        return self.annotate(**coming, something_is_due=models.Exists(Article.objects.changes_due(now)))

    def for_feed(self) -> "ArticleQuerySet":
        """Whole stories as feeds give them: with section, picture, names, tags and corrections, in five queries."""
        return (
            self.select_related("section", "lead_image", "outlet")
            .with_bylines()
            .prefetch_related("tags", "corrections")
        )

    def with_bylines(self) -> "ArticleQuerySet":
        """With the contributors' names in every language, in two more queries."""
        bylines = models.Prefetch("bylines", Byline.objects.select_related("contributor"))
        return self.prefetch_related(bylines, "bylines__contributor__texts")

    def clock(self, language: str, now: dt.datetime) -> Clock:
        """What lists of an edition need to know of time, in one query that reads no more of a large archive."""
        story = Article.objects.order_by("pk").with_clock(language, now).only("pk").first()
        return Clock(story.fresh_until, story.something_is_due) if story else Clock()

    def next_change(self, language: str, now: dt.datetime) -> dt.datetime | None:
        """When the next story of the edition appears, changes or disappears by itself; None when nothing is due."""
        return self.clock(language, now).next_change


class Article(Signed, models.Model):
    """A story of one edition. Its address is made of its section, id and slug; only the id has to be right."""

    language = models.CharField(_("edition"), max_length=8, choices=settings.LANGUAGES, default=default_language)
    section = models.ForeignKey(Section, verbose_name=_("section"), on_delete=models.PROTECT, related_name="articles")
    story_type = models.CharField(_("type"), max_length=16, choices=StoryType.choices, default=StoryType.NEWS)
    kicker = LineField(_("kicker"), max_length=60, blank=True, help_text=_("A word or two above the headline."))
    headline = LineField(_("headline"), max_length=250)
    slug = SlugField(_("slug"), blank=True, help_text=_("The last part of the address; made from the headline."))
    standfirst = models.TextField(_("standfirst"), max_length=600, blank=True, help_text=_("One or two sentences."))
    dateline = LineField(_("dateline"), max_length=80, blank=True, help_text=_("Where the story was written: Sochi."))
    body = BodyField(_("body"), blank=True)
    words = models.PositiveIntegerField(_("words"), default=0, editable=False)

    lead_image = models.ForeignKey(
        Image, verbose_name=_("lead picture"), on_delete=models.PROTECT, null=True, blank=True, related_name="lead_of"
    )
    lead_alt = LineField(
        _("alternative text here"), max_length=300, blank=True, help_text=_("Empty: the picture's own.")
    )
    lead_caption = LineField(_("caption here"), max_length=400, blank=True, help_text=_("Empty: the picture's own."))

    outlet = models.ForeignKey(
        Outlet, verbose_name=_("outlet"), on_delete=models.PROTECT, null=True, blank=True, related_name="articles"
    )
    byline_code = LineField(
        _("byline code"),
        max_length=120,
        blank=True,
        help_text=_("Outlet and initials: Bd24live/Hk, or Bd24live/Hk/As."),
    )
    agency = LineField(_("agency credit"), max_length=120, blank=True, help_text=_("Such as BSS or Reuters."))
    contributors = models.ManyToManyField(Contributor, through="articles.Byline", related_name="articles")
    tags = TaggableManager(
        _("tags"), through=TaggedArticle, blank=True, ordering=["name"], help_text=_("Separated by commas.")
    )

    weight = models.PositiveSmallIntegerField(_("weight"), choices=Weight.choices, default=Weight.ORDINARY)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.DRAFT, editable=False)
    publish_at = models.DateTimeField(_("publication time"), null=True, blank=True)
    unpublish_at = models.DateTimeField(_("take down at"), null=True, blank=True)
    embargo_until = models.DateTimeField(
        _("embargo until"), null=True, blank=True, help_text=_("Readers see nothing before, whoever publishes.")
    )
    updated_at = models.DateTimeField(_("updated"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawal_note = models.TextField(_("why it was withdrawn"), blank=True, editable=False)

    # The newest text; the text that readers have. They differ while a published story has unpublished changes.
    head = models.ForeignKey(
        "articles.Revision", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    live = models.ForeignKey(
        "articles.Revision", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    change_state = models.CharField(
        _("state of the changes"), max_length=16, choices=State.choices, blank=True, editable=False
    )
    change_at = models.DateTimeField(_("changes go live"), null=True, blank=True, editable=False)
    change_minor = models.BooleanField(_("as a minor edit"), default=False, db_default=False, editable=False)

    source_id = models.CharField(
        _("id at its source"), max_length=200, null=True, blank=True, unique=True, editable=False
    )
    source_url = models.CharField(_("old address"), max_length=500, blank=True, editable=False)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)
    source_version = models.PositiveIntegerField(null=True, editable=False)
    demo = models.BooleanField(default=False, editable=False)

    version = models.PositiveIntegerField(default=1, editable=False)
    # The version whose terms are kept (articles.related); the two differ from a change until the worker has seen it.
    terms_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    modified = models.DateTimeField(_("last saved"), auto_now=True)

    # Of a text laid over a story (articles.contents.overlay): ids by "pinned" and "excluded". None: those of the rows.
    related_choices: dict[str, list[int]] | None = None

    # Whether it is a part of a series; may be, until `ArticleQuerySet.for_page` has looked.
    is_in_series = True

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        permissions = [
            ("review_article", "Can review stories"),
            ("publish_article", "Can publish stories"),
            ("withdraw_article", "Can withdraw stories"),
            ("override_embargo", "Can publish before an embargo ends"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[State.PUBLISHED, State.WITHDRAWN]) | Q(publish_at__isnull=False),
                name="published_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(unpublish_at=None) | Q(publish_at=None) | Q(unpublish_at__gt=F("publish_at")),
                name="down_after_up",
            ),
        ]
        indexes = [
            models.Index(fields=["language", "state", "-publish_at", "-id"], name="edition_newest"),
            models.Index(fields=["section", "state", "-publish_at", "-id"], name="section_newest"),
            models.Index(
                fields=["language", "unpublish_at"], name="next_down", condition=Q(unpublish_at__isnull=False)
            ),
            models.Index(
                fields=["language", "embargo_until"], name="next_free", condition=Q(embargo_until__isnull=False)
            ),
            models.Index(fields=["language", "change_at"], name="next_text", condition=Q(change_at__isnull=False)),
            models.Index(fields=["publish_at"], name="by_minute"),
            models.Index(fields=["-modified", "-id"], name="last_saved"),
            models.Index(fields=["state", "-modified", "-id"], name="state_saved"),
            models.Index(fields=["section", "-modified", "-id"], name="section_saved"),
            models.Index(fields=["byline_code", "-modified", "-id"], name="signed_saved"),
            models.Index(fields=["change_state", "-modified"], name="changes_saved", condition=Q(change_state__gt="")),
            models.Index(fields=["publish_at"], name="terms_due", condition=~Q(terms_version=F("version"))),
        ]

    def __str__(self) -> str:
        return self.headline

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.prepare()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return story_address(self.language, self.section.path, self.pk, self.slug)

    @property
    def line(self) -> Line:
        """As a line of a list."""
        return Line(self.pk, self.language, self.section.path, self.slug, self.headline, self.publish_at)

    def prepare(self) -> None:
        """Fills what follows from other fields; `bulk_create` callers must call it themselves."""
        if not self.slug:
            self.slug = text.slugify(self.headline)
        if self.slug.isdigit() or not self.slug:
            self.slug = f"story-{self.slug}".strip("-")
        self.words = text.word_count(text.plain(self.body))

    @property
    def fresh_until(self) -> dt.datetime | None:
        """After `with_clock`: when the next story of the edition appears, changes or disappears by itself."""
        times = (getattr(self, f"next_{name}") for name in SCHEDULES)
        return min((time for time in times if time), default=None)

    def is_live(self, now: dt.datetime) -> bool:
        """Whether readers see it at `now`; the same rule as `ArticleQuerySet.published`."""
        return (
            self.state == State.PUBLISHED
            and self.publish_at is not None
            and self.publish_at <= now
            and (self.embargo_until is None or self.embargo_until <= now)
            and (self.unpublish_at is None or self.unpublish_at > now)
        )

    def is_gone(self, now: dt.datetime) -> bool:
        """Whether readers saw it once and no longer may; also once it is archived or a draft again."""
        if self.state == State.PUBLISHED:
            return self.unpublish_at is not None and self.unpublish_at <= now
        return self.was_withdrawn

    @property
    def was_withdrawn(self) -> bool:
        """Whether it was taken from readers, and has not been given back."""
        return self.state == State.WITHDRAWN or (self.withdrawn_at is not None and self.state != State.PUBLISHED)

    @property
    def is_scheduled(self) -> bool:
        """Whether it waits for its publication time."""
        return self.state == State.PUBLISHED and self.appears_at is not None and self.appears_at > timezone.now()

    @property
    def appears_at(self) -> dt.datetime | None:
        """When readers see it, or have seen it, first: the publication time, or the end of the embargo."""
        return max((time for time in (self.publish_at, self.embargo_until) if time), default=None)

    @property
    def has_changes(self) -> bool:
        """Whether a published story's newest text is not the one that readers have."""
        return self.state == State.PUBLISHED and self.head_id is not None and self.head_id != self.live_id

    @property
    def reading_minutes(self) -> int:
        return text.reading_minutes(self.words)

    @property
    def alt_text(self) -> str:
        """The lead picture's alternative text here."""
        return self.lead_alt or (self.lead_image.alt_text if self.lead_image else "")

    @property
    def caption(self) -> str:
        """The lead picture's caption here."""
        return self.lead_caption or (self.lead_image.caption if self.lead_image else "")

    @property
    def summary(self) -> str:
        """The standfirst, or the start of the body, in at most 200 characters of plain text."""
        return text.excerpt(self.standfirst or text.opening(self.body, 200), 200)

    @cached_property
    def public_corrections(self) -> list[Correction]:
        """Its corrections, newest first; free of queries after `for_page` and `for_feed`."""
        if hasattr(self, "correction_rows"):
            return Correction.from_rows(self, self.correction_rows or [])
        return list(self.corrections.all())

    @property
    def shown_update(self) -> dt.datetime | None:
        """When readers were last given more than a comma; None for a story that is as it appeared."""
        first = self.appears_at
        return self.updated_at if self.updated_at and first and self.updated_at > first else None

    @property
    def is_commentary(self) -> bool:
        """Whether it argues rather than reports."""
        return self.story_type == StoryType.OPINION
