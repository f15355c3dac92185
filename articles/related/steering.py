"""What editors say about a story's list: the verbs that pin, reorder, exclude and leave to the machine."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import contents, revising
from articles.announcing import announce, log
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, RelatedStory
from articles.permissions import permitted

Kind = RelatedStory.Kind
# From the ids that are pinned and excluded to those that shall be.
Choose = Callable[[list[int], list[int]], tuple[list[int], list[int]]]
# More than the list shows would never be seen.
MOST_PINNED = 6


def pin(article: Article, others: list[Article], *, by: Any, now: dt.datetime | None = None) -> None:
    """Puts exactly `others` at the top of a story's list, in this order; others are pinned no more."""
    wanted = list(dict.fromkeys(other.pk for other in others))
    _refuse_too_many(len(wanted))

    def choose(pinned: list[int], excluded: list[int]) -> tuple[list[int], list[int]]:
        return wanted, [pk for pk in excluded if pk not in wanted]

    _choose(article, others, choose, "pin_related", by=by, now=now)


def exclude(article: Article, other: Article, *, by: Any, now: dt.datetime | None = None) -> None:
    """Keeps a story out of another's list for good; a pinned one is pinned no more."""

    def choose(pinned: list[int], excluded: list[int]) -> tuple[list[int], list[int]]:
        return [pk for pk in pinned if pk != other.pk], [*excluded, *([] if other.pk in excluded else [other.pk])]

    _choose(article, [other], choose, "exclude_related", by=by, now=now)


def leave_to_machine(article: Article, other: Article, *, by: Any, now: dt.datetime | None = None) -> None:
    """Takes back what editors said about one story in another's list."""

    def choose(pinned: list[int], excluded: list[int]) -> tuple[list[int], list[int]]:
        return [pk for pk in pinned if pk != other.pk], [pk for pk in excluded if pk != other.pk]

    _choose(article, [other], choose, "leave_related", by=by, now=now)


def check(name: str, stories: list[dict[str, Any]], *, beside: int | None, language: str) -> None:
    """Raises NewsroomError where `stories` (references) cannot be "pinned" or "excluded" beside a story. One query."""
    ids = [story["id"] for story in stories]
    if name == "pinned":
        _refuse_too_many(len(ids))
    others = Article.objects.filter(pk__in=ids).only("pk", "language")
    _refuse_wrong(list(others) if ids else [], beside, language)


def judgments() -> Iterator[dict[str, Any]]:
    """What editors have said, as judgments to measure by: ids as in `shown_id`, grade 1 for pinned, 0 for excluded."""
    rows = (
        RelatedStory.objects.chosen().select_related("article", "other").order_by("article", "-kind", "position", "pk")
    )
    for row in rows.only("kind", "article__source_id", "other__source_id").iterator():
        grade = int(row.kind == Kind.PINNED)
        yield {"id": shown_id(row.article), "related": shown_id(row.other), "grade": grade}


def shown_id(article: Article) -> str | int:
    """The id that a story had where it was imported from; else its own."""
    return article.source_id or article.pk


@transaction.atomic
def _choose(
    article: Article, others: list[Article], choose: Choose, action: str, *, by: Any, now: dt.datetime | None
) -> None:
    """Makes a choice at once, for readers and in the text that is being written: it belongs to both revisions.

    Does nothing when it is so already. One editor at a time.
    """
    now = now or timezone.now()
    story = Article.objects.select_for_update(of=("self",)).select_related("section").get(pk=article.pk)
    if not permitted(by, "review_article", story):
        raise NotAllowed(_("You may not change what is shown beside this story: ask an editor."))
    _refuse_wrong(others, story.pk, story.language)

    def changes(text: contents.Content) -> contents.Content:
        names = {row["id"]: row for name in contents.CHOICES for row in text[name]}
        names |= {other.pk: {"id": other.pk, "name": other.headline} for other in others}
        chosen = choose(*([row["id"] for row in text[name]] for name in contents.CHOICES))
        return {name: [names[pk] for pk in ids] for name, ids in zip(contents.CHOICES, chosen, strict=True)}

    if revising.change_at_once(story, changes, by=by, now=now):
        log(story, action, by=by, now=now, new={"others": [other.pk for other in others]})
        announce(story, action, by=by, now=now)


def _refuse_too_many(number: int) -> None:
    if number > MOST_PINNED:
        raise NewsroomError(_("At most %(number)s stories can be pinned.") % {"number": MOST_PINNED})


def _refuse_wrong(others: list[Article], beside: int | None, language: str) -> None:
    if any(other.pk == beside for other in others):
        raise NewsroomError(_("A story cannot stand in its own list."))
    if any(other.language != language for other in others):
        raise NewsroomError(_("Choose stories of the same edition."))
