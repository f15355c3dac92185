"""What the desk and the newsroom's lists ask of stories: who wrote them, what they wait for, when they move."""

import datetime as dt
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Greatest, Least, NullIf, Trim, TruncHour

from articles.models.log import LogEntry
from articles.models.people import Byline, Contributor
from articles.models.sections import Section
from articles.states import MOVES, UNPUBLISHED, State

# Acts after which a text is in other hands. An edit is none: a text that was sent back is so until it moves again.
_HANDING_OVER = tuple(name for name, move in MOVES.items() if move.target)
_FULL_NAME = Trim(Concat("by__first_name", Value(" "), "by__last_name"))
# The times at which a published story does something by itself.
_TIMES = ("publish_at", "embargo_until", "change_at", "unpublish_at")


class DeskQuerySet(models.QuerySet[Any]):
    """Filters that only the newsroom uses; part of ArticleQuerySet. `now` and other times are aware datetimes."""

    def written_by(self, user: AbstractBaseUser) -> "DeskQuerySet":
        """Stories that somebody began, or whose newest text is theirs."""
        return self.filter(Q(created_by=user) | Q(head__by=user))

    def being_written(self) -> "DeskQuerySet":
        """Drafts, and published stories whose changes are a draft that has no minute yet."""
        return self.filter(Q(state=State.DRAFT) | Q(change_state=State.DRAFT, change_at=None))

    def in_review(self) -> "DeskQuerySet":
        """Texts that wait for somebody who reviews: stories, and changes of published ones."""
        return self.filter(Q(state=State.IN_REVIEW) | Q(change_state=State.IN_REVIEW))

    def approved(self) -> "DeskQuerySet":
        """Texts that may be published, and for which no time is set yet that would do it."""
        return self.filter(Q(state=State.APPROVED) | Q(change_state=State.APPROVED, change_at=None))

    def changed(self) -> "DeskQuerySet":
        """As `with_changes`, by the state of the changes, which has an index."""
        return self.filter(change_state__gt="")

    def not_archived(self) -> "DeskQuerySet":
        """All that the newsroom's lists show unless they are asked for the archive."""
        return self.exclude(state=State.ARCHIVED)

    def on_beat(self, beat: list[tuple[str, str]]) -> "DeskQuerySet":
        """Stories in the sections of a beat, (language, path) each, and below them; an empty beat is everything."""
        if not beat:
            return self
        wanted = Q()
        for language, path in beat:
            wanted |= Q(language=language) & (Q(path=path) | Q(path__startswith=f"{path}/"))
        return self.filter(section__in=Section.objects.filter(wanted))

    def standing_in(self, section: Section) -> "DeskQuerySet":
        """As `in_section`, with the ids looked up first: a database walks its index in order for ids that it knows."""
        return self.filter(section__in=list(Section.objects.under(section).values_list("pk", flat=True)))

    def with_last_move(self) -> "DeskQuerySet":
        """With `last_move`, and the `last_note` and `last_mover` (a name) of it."""
        moves = LogEntry.objects.filter(article=OuterRef("pk"), action__in=_HANDING_OVER).order_by("-at", "-pk")
        return self.annotate(
            last_move=Subquery(moves.values("action")[:1]),
            last_note=Subquery(moves.values("note")[:1]),
            last_mover=Subquery(moves.values(name=Coalesce(NullIf(_FULL_NAME, Value("")), "by__username"))[:1]),
        )

    def sent_back_first(self) -> "DeskQuerySet":
        """After `with_last_move`: texts that their writer has back with a note (`was_sent_back`), then the others."""
        back = Case(When(last_move="send_back", then=True), default=False, output_field=models.BooleanField())
        return self.annotate(was_sent_back=back).order_by("-was_sent_back", "-modified", "-pk")

    def embargoed(self, now: dt.datetime) -> "DeskQuerySet":
        """Stories under an embargo that has not ended, the next to end first."""
        states = [*UNPUBLISHED, State.PUBLISHED]
        return self.filter(embargo_until__gt=now, state__in=states).order_by("embargo_until", "pk")

    def moving(self, after: dt.datetime, until: dt.datetime) -> "DeskQuerySet":
        """Published stories that appear, change or disappear by themselves in a span of time, the next one first."""
        spans = [Q(**{f"{name}__range": (after, until)}) for name in _TIMES]
        inside = [
            Case(When(span, then=F(name)), default=until, output_field=models.DateTimeField())
            for name, span in zip(_TIMES, spans, strict=True)
        ]
        stories = self.filter(reduce(or_, spans), state=State.PUBLISHED)
        return stories.annotate(next_move=Least(*inside)).order_by("next_move", "pk")

    def appeared_since(self, since: dt.datetime) -> "DeskQuerySet":
        """Stories whose publication time, or the embargo that held them longer, came at `since` or later."""
        return self.filter(Q(publish_at__gte=since) | Q(embargo_until__gte=since))

    def timed_between(self, first: dt.datetime | None, end: dt.datetime | None) -> "DeskQuerySet":
        """Stories with a publication time at `first` or later and before `end`; None leaves a side open."""
        since = self.filter(publish_at__gte=first) if first else self
        return since.filter(publish_at__lt=end) if end else since

    def by_any_of(self, contributors: list[Contributor]) -> "DeskQuerySet":
        """Stories with any of these contributors in their byline."""
        return self.filter(pk__in=Byline.objects.filter(contributor__in=contributors).values("article_id"))

    def per_hour(self) -> "DeskQuerySet":
        """How many appeared in each hour: rows of `hour` (its start in the site's time zone) and `stories`."""
        held = When(embargo_until__isnull=False, then=Greatest("publish_at", "embargo_until"))
        appeared = self.order_by().annotate(appeared=Case(held, default=F("publish_at")))
        hours = appeared.annotate(hour=TruncHour("appeared")).values("hour")
        return hours.annotate(stories=models.Count("pk")).order_by("hour")

    def last_saved_first(self) -> "DeskQuerySet":
        """By the time of the last save; the id breaks ties, so that pages never overlap."""
        return self.order_by("-modified", "-pk")

    def for_lists(self) -> "DeskQuerySet":
        """What a row of the newsroom's lists shows, without the text."""
        return self.select_related("section").defer("body", "standfirst", "withdrawal_note")
