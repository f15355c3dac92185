"""Related stories: "You may also like". `related_to` is what readers see; the worker makes the lists beforehand.

terms: what a story is about. store: the terms of all stories, and how common each is. candidates: the stories that
share terms with one. scoring, matching: how much, and which are the same text again. lists: the list of each story.
steering: what editors pin and exclude. suggesting: the same for a text that is being written.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
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
from articles.models import Article, ArticleQuerySet, RelatedStory, StoryTerms
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
# How often a step is tried that another worker stands in the way of, and how PostgreSQL calls that.
ATTEMPTS, DEADLOCK = 5, "40P01"


def related_to(article: Article, now: dt.datetime, limit: int = LIMIT) -> list[Article]:
    """At most `limit` live stories of the same edition as cards: what editors pinned, then the best; never `article`.

    Filled with the newest of the section and then of the edition while there are any; never with what editors excluded
    or what is the same text again. One query, which asks what may be seen at `now`, and one more where the list is too
    short. A text laid over its story (articles.contents.overlay) has choices of its own.
    """
    story = {"pk": article.pk, "language": article.language, "section": article.section_id, "now": now}
    choices = article.related_choices
    questions: tuple[Callable[[], Iterable[Article]], ...]
    if article.pk is None or choices is not None or limit != LIMIT:
        listed = partial(_listed, **story, choices=choices)
        questions = listed, partial(_filling, **story, number=limit + SPARE, choices=choices)
    else:
        questions = partial(_LISTED.each, **story), partial(_FILLING.each, **story)
    return list(islice(_told_once(chain.from_iterable(ask() for ask in questions)), limit))


def _listed(
    pk: int | None,
    language: str,
    section: int,
    now: dt.datetime,
    *,
    choices: dict[str, list[int]] | None = None,
) -> QuerySet[Article]:
    """What may be seen of a story's list, the best first; `choices` of its own take the place of the rows'."""
    place, listed = F("mine__position"), Q(mine__kind__in=(RelatedStory.Kind.PINNED, RelatedStory.Kind.SUGGESTED))
    if choices is not None:
        # What it no longer excludes is back where its score puts it.
        place, listed = _place(choices["pinned"]), Q(mine__isnull=False) | Q(pk__in=choices["pinned"])
    mine = FilteredRelation("listed_under", condition=Q(listed_under__article=pk))
    crowded = CROWD * Coalesce(Subquery(crowd(OuterRef("pk"))), 0.0)
    stories = _beside(pk, language, now, choices).annotate(mine=mine).filter(listed)
    stories = stories.annotate(
        pinned_at=place, same_text=F("terms__same_text"), likeness=F("mine__score") - crowded
    ).for_cards()
    order = F("pinned_at").asc(nulls_last=True), F("likeness").desc(nulls_last=True)
    return stories.order_by(*order, *_order(section))


def _filling(
    pk: int | None,
    language: str,
    section: int,
    now: dt.datetime,
    *,
    number: int = LIMIT + SPARE,
    choices: dict[str, list[int]] | None = None,
) -> QuerySet[Article]:
    """The newest of the section, then of the edition; more than are wanted, as some may be one text told again."""
    live = _beside(pk, language, now, choices)
    newest = (pool.newest_first().values("pk")[:number] for pool in (live.filter(section=section), live))
    here, anywhere = (Article.objects.filter(pk__in=pool).values("pk") for pool in newest)
    stories = Article.objects.filter(pk__in=here.union(anywhere)).annotate(same_text=F("terms__same_text")).for_cards()
    return stories.order_by(*_order(section))[: number + SPARE]


def _beside(pk: int | None, language: str, now: dt.datetime, choices: dict[str, list[int]] | None) -> ArticleQuerySet:
    """What may stand beside a story at all."""
    excluded = RelatedStory.objects.filter(article=pk).excluded().values("other")
    live = Article.objects.published(now).in_edition(language).exclude(pk=pk).exclude(pk__in=_same_text(pk))
    return live.exclude(pk__in=excluded if choices is None else choices["excluded"])


def _order(section: int) -> tuple[Any, ...]:
    """The section's own first, each the newest first."""
    return ExpressionWrapper(Q(section=section), BooleanField()).desc(), "-publish_at", "-pk"


# Written down once: they are the largest queries of a story's page.
_LISTED, _FILLING = Prepared(Article, _listed), Prepared(Article, _filling)


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


def _place(pinned: list[int]) -> Expression:
    """The place of each story that a text pins itself."""
    whens = [When(pk=pk, then=Value(place)) for place, pk in enumerate(pinned)]
    return Case(*whens, output_field=IntegerField()) if whens else Value(None, output_field=IntegerField())


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
