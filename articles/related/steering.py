"""What editors say about a story's list: the verbs that pin, reorder, exclude and leave to the machine."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.announcing import announce, log
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, RelatedStory, StoryTerms
from articles.permissions import permitted

Kind = RelatedStory.Kind
# More than the list shows would never be seen.
MOST_PINNED = 6


@transaction.atomic
def pin(article: Article, others: list[Article], *, by: Any, now: dt.datetime | None = None) -> None:
    """Puts exactly `others` at the top of a story's list, in this order; others are pinned no more."""
    wanted = list(dict.fromkeys(other.pk for other in others))
    if len(wanted) > MOST_PINNED:
        raise NewsroomError(_("At most %(number)s stories can be pinned.") % {"number": MOST_PINNED})
    mine = _begin(article, others, by)
    if wanted == list(mine.pinned().values_list("other", flat=True)):
        return
    mine.pinned().exclude(other__in=wanted).update(kind=Kind.SUGGESTED, position=None)
    for position, other in enumerate(wanted):
        mine.update_or_create(other_id=other, defaults={"kind": Kind.PINNED, "position": position})
    _finish(article, "pin_related", wanted, by=by, now=now)


@transaction.atomic
def exclude(article: Article, other: Article, *, by: Any, now: dt.datetime | None = None) -> None:
    """Keeps a story out of another's list for good; a pinned one is pinned no more."""
    mine = _begin(article, [other], by)
    if mine.excluded().filter(other=other).exists():
        return
    mine.update_or_create(other_id=other.pk, defaults={"kind": Kind.EXCLUDED, "position": None})
    _finish(article, "exclude_related", [other.pk], by=by, now=now)


@transaction.atomic
def leave_to_machine(article: Article, other: Article, *, by: Any, now: dt.datetime | None = None) -> None:
    """Takes back what editors said about one story in another's list."""
    mine = _begin(article, [other], by)
    if mine.chosen().filter(other=other).delete()[0]:
        _finish(article, "leave_related", [other.pk], by=by, now=now)


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


def _begin(article: Article, others: list[Article], by: Any) -> Any:
    """The list's rows, after the checks that all verbs share; one editor at a time."""
    story = Article.objects.select_for_update(of=("self",)).select_related("section").get(pk=article.pk)
    if not permitted(by, "review_article", story):
        raise NotAllowed(_("You may not change what is shown beside this story: ask an editor."))
    if any(other.pk == story.pk for other in others):
        raise NewsroomError(_("A story cannot stand in its own list."))
    if any(other.language != story.language for other in others):
        raise NewsroomError(_("Choose stories of the same edition."))
    return story.related_stories


def _finish(article: Article, action: str, others: list[int], *, by: Any, now: dt.datetime | None) -> None:
    """Has the list filled up again, logs and announces."""
    now = now or timezone.now()
    StoryTerms.objects.filter(article=article.pk).update(listed=False)
    log(article, action, by=by, now=now, new={"others": others})
    announce(article, action, by=by, now=now)
