"""The lists of related stories: a story's own, and its place in those of the stories that it belongs to."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum

from articles.models import RelatedStory, StoryTerms
from articles.related.matching import Match, Text, ranked, same_texts
from articles.related.terms import Terms, unpack

# A list is longer than what is shown, as some of it may be taken down or not be out yet.
LENGTH = 12
# A new story enters the lists of at most so many others.
REACH = 50


def list_next(now: dt.datetime, changed: set[int] | None = None) -> int:
    """Makes the list of the next story that needs one; returns 1, or 0 when there is none. One transaction.

    Adds the stories whose lists are other ones now to `changed`.
    """
    # As in `store.index_due`, in order, so that the index of what is due answers.
    if not StoryTerms.objects.unlisted().values("pk")[:1]:
        return 0
    with transaction.atomic():
        rows = StoryTerms.objects.unlisted().select_for_update(skip_locked=True, no_key=True, of=("self",))
        row = rows.select_related("article").first()
        if row is None:
            return 0
        made = make_list(row, now)
        if changed is not None:
            changed |= made
        return 1


@transaction.atomic
def make_list(row: StoryTerms, now: dt.datetime) -> set[int]:
    """Stores a story's list anew, and enters the story into the lists of others. What editors chose stays.

    Returns the stories whose lists were changed.
    """
    matches = ranked(_text(row), now, but=row.pk)
    same = same_texts(_text(row), matches)
    _group(row, same)
    matches = [match for match in matches if match.pk not in same]
    mine = RelatedStory.objects.filter(article=row.pk)
    mine.suggested().delete()
    chosen = set(mine.values_list("other", flat=True))
    best = _told_once(match for match in matches if match.pk not in chosen)[:LENGTH]
    RelatedStory.objects.bulk_create(
        [RelatedStory(article_id=row.pk, other_id=match.pk, score=match.score) for match in best]
    )
    entered = _enter_others(row.pk, matches[:REACH])
    row.listed = True
    row.save(update_fields=["listed", "same_text"])
    return {row.pk, *same, *entered}


def crowd(article: Any) -> QuerySet[RelatedStory]:
    """How close a story is to those of its list on average, as a query of one value; `article` may be an OuterRef."""
    return _crowds().filter(article=article).values("crowd")


def crowds(stories: Iterable[int]) -> dict[int, float]:
    """The `crowd` of each of some stories that has a list, by their ids. One query."""
    return dict(_crowds().filter(article__in=stories).values_list("article", "crowd"))


def _crowds() -> QuerySet[RelatedStory]:
    rows = RelatedStory.objects.suggested().order_by().values("article")
    return rows.annotate(crowd=Sum("score") / LENGTH)


def _text(row: StoryTerms) -> Text:
    return Text.of(row.article, Terms(dict(zip(*unpack(row.packed), strict=True)), bytes(row.sketch)))


def _told_once(matches: Iterable[Match]) -> list[Match]:
    """Of stories that are known to be the same text again the first, so that they leave room for others."""
    found: dict[object, Match] = {}
    for match in matches:
        found.setdefault(match.same_text or (match.pk,), match)
    return list(found.values())


def _group(row: StoryTerms, same: set[int]) -> None:
    """Gives a story and those of the same text one number, and tells those that had this story's how they are called.

    They leave each other's lists, too.
    """
    others = StoryTerms.objects.filter(same_text=row.pk).exclude(pk=row.pk)
    if (heir := others.order_by("pk").first()) is not None:
        others.update(same_text=heir.pk)
    row.same_text = None
    if same:
        known = StoryTerms.objects.filter(pk__in=same, same_text__isnull=False)
        numbers = sorted(set(known.values_list("same_text", flat=True)))
        row.same_text = numbers[0] if numbers else min(row.pk, *same)
        StoryTerms.objects.filter(same_text__in=numbers[1:]).update(same_text=row.same_text)
        StoryTerms.objects.filter(pk__in=same).update(same_text=row.same_text)
        RelatedStory.objects.suggested().filter(article__in=same, other=row.pk).delete()


def _enter_others(pk: int, matches: list[Match]) -> set[int]:
    """Puts a story into the lists of those that it belongs to, in the place of the last one where a list is full.

    Returns those that it was put into.
    """
    ids = [match.pk for match in matches]
    made = set(StoryTerms.objects.filter(pk__among=ids, listed=True).values_list("pk", flat=True))
    # Whom a list has, and of what the machine put there (score, story, row).
    lists: dict[int, tuple[set[int], list[tuple[float, int, int]]]] = {other: (set(), []) for other in made}
    rows = RelatedStory.objects.filter(article__among=made)
    for other, listed, kind, score, row in rows.values_list("article", "other", "kind", "score", "pk"):
        lists[other][0].add(listed)
        lists[other][1].extend([(score, listed, row)] if kind == RelatedStory.Kind.SUGGESTED else [])
    new, dropped = [], []
    for match in matches:
        listed, suggested = lists.get(match.pk, ({pk}, []))
        if pk in listed:
            continue
        last = min(suggested) if len(suggested) >= LENGTH else None
        if last is None or (match.score, pk) > last[:2]:
            new.append(RelatedStory(article_id=match.pk, other_id=pk, score=match.score))
            dropped += [last[2]] if last else []
    RelatedStory.objects.filter(pk__in=dropped).delete()
    RelatedStory.objects.bulk_create(new, ignore_conflicts=True)
    return {entry.article_id for entry in new}
