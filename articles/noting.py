"""Editorial notes: what the newsroom says to itself about a story, and the mail that tells whom it is for.

A mail is due while the note's row says so; there is no queue. A worker claims a row by a conditional UPDATE with a
lease, sends, and marks it sent. Killed in between, the lease runs out and the mail goes again with the same Message-ID,
so that receivers can drop the second copy. The log says that there was a note, never what it said.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.announcing import log
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, EditorialNote
from articles.permissions import permitted
from newsportal.core.mail import message_id, send_mail_pair
from newsportal.core.text import clean_lines

logger = structlog.get_logger(__name__)

LONGEST = 4000
# The same words to the same person within this time are one click that came twice.
DOUBLE_CLICK = dt.timedelta(minutes=1)
BATCH = 50
# A round ends early enough that the lease of its last row (taken at the round's start) outlives the slowest sending.
ROUND = dt.timedelta(minutes=2)
LEASE = dt.timedelta(minutes=10)
BACK_OFF = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
TRIES = 8
RELAY_PAUSE = dt.timedelta(minutes=1)


class RelayUnreachable(Exception):
    """The mail server cannot be reached: no note's fault, and no use in trying the next."""


def newsroom() -> models.QuerySet[Any]:
    """Who can be addressed: staff who may open stories, by name."""
    people = get_user_model().objects.with_perm("articles.view_article").filter(is_staff=True)
    return people.order_by("first_name", "last_name", "username")


@transaction.atomic
def note(article: Article, *, text: str, to: Any = None, by: Any, now: dt.datetime | None = None) -> EditorialNote:
    """Adds a note to a story; `to` is told by mail when that is somebody else with an address (None: for everybody)."""
    now = now or timezone.now()
    _check_reader(by)
    text = clean_lines(text)
    if not text or len(text) > LONGEST:
        raise NewsroomError(_("A note has between 1 and %(number)s characters.") % {"number": LONGEST})
    if to is not None and not newsroom().filter(pk=to.pk).exists():
        raise NewsroomError(_("A note can only be addressed to somebody of the newsroom, who may open the story."))
    # Locked, so that of two clicks at once the second finds the first one's note.
    story = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    same = story.notes.open().filter(author=by, addressed_to=to, text=text, created__gt=now - DOUBLE_CLICK).first()
    if same:
        return same
    told = to is not None and to != by and bool(to.email)
    made = EditorialNote.objects.create(
        article=story, author=by, addressed_to=to, text=text, created=now, mail_next_try=now if told else None
    )
    log(story, "note", by=by, now=now, new={"note": made.pk, "for": str(to) if to else None})
    return made


@transaction.atomic
def resolve(note: EditorialNote, *, by: Any, now: dt.datetime | None = None) -> EditorialNote:
    """Says that a note is dealt with; a mail that has not gone out yet no longer does."""
    now = now or timezone.now()
    _check_reader(by)
    row = EditorialNote.objects.select_for_update(of=("self",)).select_related("article").get(pk=note.pk)
    if row.resolved_at is None:
        row.resolved_at, row.resolved_by, row.mail_next_try = now, by, None
        row.save(update_fields=["resolved_at", "resolved_by", "mail_next_try"])
        log(row.article, "resolve_note", by=by, now=now, new={"note": row.pk})
    return row


@transaction.atomic
def reopen(note: EditorialNote, *, by: Any, now: dt.datetime | None = None) -> EditorialNote:
    """Takes a note up again. Who was told of it by mail is not told again."""
    now = now or timezone.now()
    _check_reader(by)
    row = (
        EditorialNote.objects.select_for_update(of=("self",)).select_related("article", "addressed_to").get(pk=note.pk)
    )
    if row.resolved_at is not None:
        told = row.mailed_at is None and row.addressed_to and row.addressed_to_id != row.author_id
        row.resolved_at = row.resolved_by = None
        row.mail_next_try = now if told and row.addressed_to.email else None
        row.save(update_fields=["resolved_at", "resolved_by", "mail_next_try"])
        log(row.article, "reopen_note", by=by, now=now, new={"note": row.pk})
    return row


def send_due_notes(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """The duty that mails notes to whom they are for, over one connection; how many went out.

    Any number of workers may call it at once. Ends after a batch or two minutes, when `stopping()` becomes true, or
    when the mail server cannot be reached. A mail that fails stays due, later each time, and is given up after TRIES.
    """
    sent = 0
    end = time.monotonic() + ROUND.total_seconds()
    with closing(get_connection()) as connection:
        for row in _claimed(now):
            try:
                sent += _deliver(row, connection, now)
            except RelayUnreachable:
                break
            if stopping() or time.monotonic() > end:
                break
    return sent


def _check_reader(user: Any) -> None:
    """Whoever may open stories may talk about them, of every section."""
    if not permitted(user, "view_article"):
        raise NotAllowed(_("You may not write notes on stories."))


def _claimed(now: dt.datetime) -> Iterator[EditorialNote]:
    """Notes whose mail is due, each claimed by us just before it is handed out."""
    lease = now + LEASE
    for pk in list(EditorialNote.objects.mail_due(now).order_by("mail_next_try").values_list("pk", flat=True)[:BATCH]):
        # Counted here rather than on failure, so that a mail that kills its worker is given up as well.
        ours = EditorialNote.objects.mail_due(now).filter(pk=pk)
        if not ours.update(claimed_until=lease, mail_tries=F("mail_tries") + 1):
            continue
        rows = EditorialNote.objects.select_related("article", "author", "addressed_to")
        row = rows.filter(pk=pk, claimed_until=lease).first()
        if row and row.mail_tries > TRIES:
            _put_back(row, None)
        elif row:
            yield row


def _deliver(row: EditorialNote, connection: BaseEmailBackend, now: dt.datetime) -> bool:
    """Sends one claimed mail and writes down what came of it; whether it went out."""
    if not (row.addressed_to and row.addressed_to.is_active and row.addressed_to.email):
        _update_ours(row, mail_next_try=None, claimed_until=None)
        return False
    try:
        connection.open()
    except OSError as error:  # smtplib's errors are OSErrors too
        logger.error("relay_unreachable", error=type(error).__name__)
        _put_back(row, now + RELAY_PAUSE, mail_tries=row.mail_tries - 1)
        raise RelayUnreachable from error
    try:
        _send(row, connection)
    except Exception as error:  # whatever relay, backend or template says, the note stays due and the worker alive
        connection.close()
        # A mail server's answer names the address, which stays out of the log; anything else is a fault of ours.
        logger.error("note_failed", note=row.pk, error=type(error).__name__, exc_info=not isinstance(error, OSError))
        _put_back(row, _next_try(row.mail_tries, now))
        return False
    _update_ours(row, mailed_at=now, mail_next_try=None, claimed_until=None)
    logger.info("note_sent", note=row.pk)
    return True


def _send(row: EditorialNote, connection: BaseEmailBackend) -> None:
    address = settings.SITE_URL + reverse("admin:articles_article_change", args=[row.article_id])
    headers = {"Message-ID": message_id("note", row.pk)}
    if row.author and row.author.email:
        headers["Reply-To"] = row.author.email
    author = (row.author.get_full_name() or row.author.get_username()) if row.author else ""
    send_mail_pair(
        "articles/email/note",
        to=row.addressed_to.email,
        context={"note": row, "author": author, "story_url": f"{address}#note-{row.pk}"},
        language=settings.LANGUAGE_CODE,
        headers=headers,
        connection=connection,
    )


def _next_try(tries: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after so many tries; None when that is enough."""
    return None if tries >= TRIES else now + BACK_OFF[min(tries, len(BACK_OFF)) - 1]


def _put_back(row: EditorialNote, due_at: dt.datetime | None, **values: int) -> None:
    """Gives a claimed note back, due at `due_at`, or never again (the story's page says so)."""
    if due_at is None:
        logger.error("note_given_up", note=row.pk)
    _update_ours(row, mail_next_try=due_at, claimed_until=None, **values)


def _update_ours(row: EditorialNote, **values: object) -> None:
    """Writes only while the claim is still ours: it may have run out."""
    if not EditorialNote.objects.filter(pk=row.pk, claimed_until=row.claimed_until).update(**values):
        logger.warning("claim_lost", note=row.pk)
