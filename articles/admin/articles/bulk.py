"""Moves of several stories at once: through the same verbs as one, each in a transaction of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy

from articles import checking, workflow
from articles.exceptions import NewsroomError
from articles.models import Article
from articles.states import MOVES

logger = structlog.get_logger(__name__)

# As many as a page of the list holds twice over: a report of more would not be read.
MOST = 100


@dataclass(frozen=True)
class Bulk:
    """A move of several stories: its verb, its name in the list of actions, its report ("12 published"), whether a
    page asks first, and what that page asks for ("reason" or "")."""

    verb: Callable[..., Article]
    name: Any
    done: Any
    asks_first: bool = False
    asks_for: str = ""


BULK = {
    "submit": Bulk(
        workflow.submit,
        gettext_lazy("Send to review"),
        ngettext_lazy("%(number)d sent to review", "%(number)d sent to review", "number"),
    ),
    "approve": Bulk(
        workflow.approve,
        gettext_lazy("Approve"),
        ngettext_lazy("%(number)d approved", "%(number)d approved", "number"),
    ),
    "publish": Bulk(
        workflow.publish,
        gettext_lazy("Publish…"),
        ngettext_lazy("%(number)d published or scheduled", "%(number)d published or scheduled", "number"),
        asks_first=True,
    ),
    "archive": Bulk(
        workflow.archive,
        gettext_lazy("Archive…"),
        ngettext_lazy("%(number)d archived", "%(number)d archived", "number"),
        asks_first=True,
    ),
    "withdraw": Bulk(
        workflow.withdraw,
        gettext_lazy("Withdraw…"),
        ngettext_lazy("%(number)d withdrawn", "%(number)d withdrawn", "number"),
        asks_first=True,
        asks_for="reason",
    ),
}


@dataclass
class Report:
    """What became of each story: the moved, those that were so already, and the refused with the reason; and how many
    that were chosen are no longer there."""

    move: str
    done: list[Article] = field(default_factory=list)
    unchanged: list[Article] = field(default_factory=list)
    refused: list[tuple[Article, str]] = field(default_factory=list)
    missing: int = 0

    @property
    def summary(self) -> str:
        """ "12 published; 3 were so already; 2 refused:"."""
        parts = [str(BULK[self.move].done % {"number": len(self.done)})]
        if self.unchanged:
            parts.append(gettext("%d were so already") % len(self.unchanged))
        if self.missing:
            parts.append(gettext("%d no longer there") % self.missing)
        if self.refused:
            parts.append(gettext("%d refused") % len(self.refused))
        return "; ".join(parts)


def offered_to(user: Any) -> dict[str, Bulk]:
    """The moves that somebody may make with some story; each story is asked about when it is moved."""
    return {move: bulk for move, bulk in BULK.items() if user.has_perm(f"articles.{MOVES[move].permission}")}


def move_all(move: str, articles: Iterable[Article], *, by: Any, looked_at: set[str], **words: Any) -> Report:
    """Makes a move with each story; what one of them refuses stops none of the others.

    `looked_at` holds the ids, as text, of the stories that somebody publishes in spite of what was found in them.
    """
    report = Report(move)
    for article in articles:
        before = article.version
        try:
            _check(article, move, by, looked_at)
            BULK[move].verb(article, by=by, **words)
        except NewsroomError as refused:
            report.refused.append((article, str(refused)))
        except Article.DoesNotExist:
            report.refused.append((article, gettext("It was deleted meanwhile.")))
        except DatabaseError:
            logger.exception("bulk_move_failed", move=move, article=article.pk)
            report.refused.append((article, gettext("The database did not take it: try again.")))
        else:
            (report.done if article.version != before else report.unchanged).append(article)
    return report


def found_in(article: Article, move: str) -> list[checking.Finding]:
    """What is found in a story that a move would give to readers."""
    return checking.findings(article, timezone.now()) if checking.brings_new_text(article, move) else []


def _check(article: Article, move: str, by: Any, looked_at: set[str]) -> None:
    """Warnings ask whoever may publish; errors, and whoever may not, are the verb's to refuse."""
    if str(article.pk) in looked_at or not workflow.may(by, move, article):
        return
    found = found_in(article, move)
    if {finding.level for finding in found} == {checking.Level.WARNING}:
        raise NewsroomError(" ".join([*(finding.message for finding in found), gettext("Tick it to publish anyway.")]))
