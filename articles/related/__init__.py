"""Related stories: "You may also like". `related_to` is what readers see; the worker makes the lists beforehand.

terms: what a story is about. store: the terms of all stories, and how common each is. candidates: the stories that
share terms with one. scoring, matching: how much, and which are the same text again. lists: the list of each story.
steering: what editors pin and exclude. suggesting: the same for a text that is being written.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import OperationalError
from django.db.models import (
    BooleanField,
    Case,
    Expression,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles import page_tags
from articles.models import Article, RelatedStory, StoryTerms
from articles.related.lists import crowd, list_next
from articles.related.scoring import CROWD
from articles.related.store import index_due, measure_outgrown
from newsportal.core.page_cache.purging import purge
from newsportal.core.prepared import Prepared

LIMIT = 6
# So many of the newest stories are at hand to fill a list that is short.
SPARE = 12
# Lists that one change says are other ones now.
MOST_AT_ONCE = 500
# Steps between two looks at what is left.
STEPS = 50
_BEST_FIRST = (F("pinned_at").asc(nulls_last=True), F("likeness").desc(nulls_last=True))
_NEWEST_FIRST = ("-publish_at", "-pk")
# How often a step is tried that another worker stands in the way of, and how PostgreSQL calls that.
ATTEMPTS, DEADLOCK = 5, "40P01"


def related_to(article: Article, now: dt.datetime, limit: int = LIMIT) -> list[Article]:
    """At most `limit` live stories of the same edition as cards: what editors pinned, then the best; never `article`.

    Filled with the newest of the section and then of the edition while there are any; never with what editors excluded
    or what is the same text again. One query, which asks what may be seen at `now`; a second one where the list is too
    short. A text laid over its story (articles.contents.overlay) has choices of its own.
    """
    pk, language, section, choices = article.pk, article.language, article.section_id, article.related_choices
    if pk is None or choices is not None or limit != LIMIT:
        found: Iterable[Article] = _beside(pk, language, section, now, number=limit + SPARE, choices=choices)
        return list(islice(_told_once(found), limit))
    listed = list(islice(_told_once(_LISTED.each(pk=pk, language=language, now=now)), limit))
    if len(listed) == limit:
        return listed
    return list(islice(_told_once(_BESIDE.each(pk=pk, language=language, section=section, now=now)), limit))


def _listed(pk: int, language: str, now: dt.datetime) -> QuerySet[Article]:
    """What may be seen of a story's list, the best first: the beginning of `_beside` in half of its time."""
    listed = (RelatedStory.Kind.PINNED, RelatedStory.Kind.SUGGESTED)
    live = Article.objects.published(now).in_edition(language).exclude(pk__in=_same_text(pk))
    stories = _with_places(live, pk).filter(mine__kind__in=listed)
    return stories.annotate(pinned_at=F("mine__position")).for_cards().order_by(*_BEST_FIRST, *_NEWEST_FIRST)


def _beside(
    pk: int | None,
    language: str,
    section: int,
    now: dt.datetime,
    *,
    number: int = LIMIT + SPARE,
    choices: dict[str, list[int]] | None = None,
) -> QuerySet[Article]:
    """What may stand beside a story, the best first; a text's own `choices` are in the place of those of the rows."""
    mine = RelatedStory.objects.filter(article=pk)
    listed, excluded = mine.listed().values("other"), mine.excluded().values("other")
    place: Expression | F = F("mine__position")
    pinned = Q()
    if choices is not None:
        pinned, place, excluded = _laid_over(choices)
    live = Article.objects.published(now).in_edition(language).exclude(pk=pk)
    live = live.exclude(pk__in=excluded).exclude(pk__in=_same_text(pk))
    pools = [
        live.filter(Q(pk__in=listed) | pinned).values("pk"),
        live.filter(section=section).newest_first().values("pk")[:number],
        live.newest_first().values("pk")[:number],
    ]
    first, *others = (Article.objects.filter(pk__in=pool).values("pk") for pool in pools)
    stories = _with_places(Article.objects.filter(pk__in=first.union(*others)), pk).annotate(pinned_at=place)
    here_first = ExpressionWrapper(Q(section=section), BooleanField()).desc()
    # A whole list may turn out to be one text told again: the newest are read behind it, not in its place.
    return stories.for_cards().order_by(*_BEST_FIRST, here_first, *_NEWEST_FIRST)[: number + SPARE]


def _with_places(stories: QuerySet[Article], pk: int | None) -> Any:
    """Stories with their place in the list of one (`mine`), their likeness to it, and which text they are."""
    crowded = CROWD * Coalesce(Subquery(crowd(OuterRef("pk"))), 0.0)
    return stories.annotate(
        mine=FilteredRelation("listed_under", condition=Q(listed_under__article=pk)),
        same_text=F("terms__same_text"),
        # How crowded it is around a story is asked only of those that are in the list.
        likeness=Case(When(mine__score__isnull=False, then=F("mine__score") - crowded)),
    )


# Written down once: they are the largest queries of a story's page.
_LISTED = Prepared(Article, _listed)
_BESIDE = Prepared(Article, _beside)


def catch_up(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False, at_most: float = float("inf")) -> int:
    """The duty that takes the terms of changed stories and makes the lists that are wanting; returns how many steps.

    First all terms, then all norms, then the lists, so that a large import is weighed as a whole. Ends after about
    `at_most` steps, so that other duties have their turn; what is left is due still.
    """
    done, changed = 0, set()
    try:
        for step in (index_due, measure_outgrown, lambda: list_next(now, changed)):
            while done < at_most and not stopping() and (number := _in_turn(step)):
                done += number
                if len(changed) > MOST_AT_ONCE:
                    _purge(changed)
    finally:
        _purge(changed)
    return done


def _purge(changed: set[int]) -> None:
    """The pages of stories beside which others stand now; empties `changed`."""
    purge(*(page_tags.related(pk) for pk in changed))
    changed.clear()


def _in_turn(step: Callable[[], int]) -> int:
    """What a step gives. Two workers may stand in each other's way at stories of the same text: PostgreSQL then undoes
    what one of them did, which does it again.
    """
    for _attempt in range(ATTEMPTS):
        try:
            return step()
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != DEADLOCK:
                raise
            stopped = error
    raise stopped


def make_lists() -> Iterator[int]:
    """Makes all lists that are wanting; yields now and then how many are `waiting` still."""
    while catch_up(now=timezone.now(), at_most=STEPS):
        yield waiting()


def waiting() -> int:
    """How many stories the duty has to look at before all lists are made; an estimate while terms are being taken."""
    return Article.objects.terms_due().count() + StoryTerms.objects.unlisted().count()


def _laid_over(choices: dict[str, list[int]]) -> tuple[Q, Expression, list[int]]:
    """A text's own choices: which stories are pinned, the place of each, and which are excluded."""
    whens = [When(pk=pk, then=Value(place)) for place, pk in enumerate(choices["pinned"])]
    place = Case(*whens, output_field=IntegerField()) if whens else Value(None, output_field=IntegerField())
    return Q(pk__in=choices["pinned"]), place, choices["excluded"]


def _told_once(stories: Iterable[Article]) -> Iterator[Article]:
    """Of stories that are the same text again the first."""
    known: set[object] = set()
    for story in stories:
        text = story.same_text or (story.pk,)
        if text not in known:
            known.add(text)
            yield story


def _same_text(pk: int | None) -> QuerySet[StoryTerms]:
    number = StoryTerms.objects.filter(pk=pk).values("same_text")
    return StoryTerms.objects.filter(same_text=Subquery(number)).values("pk")
