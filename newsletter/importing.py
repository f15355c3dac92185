"""Bringing in subscribers from a file. It may only add: nobody who left, or must not be mailed, comes back by it.

First the file is read and every line judged, with nothing changed (the dry run); an editor looks at the counts and says
go; a worker takes it in. Each chunk is one transaction that also moves the import's position: a worker that is killed
has done whole chunks, and the next one goes on. A whole import can be undone.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from newsletter.addresses import parse
from newsletter.models import (
    ConsentRecord,
    Delivery,
    FilePiece,
    ImportLine,
    NewsletterList,
    Subscriber,
    SubscriberImport,
    Subscription,
    Suppression,
    Wording,
)
from newsletter.models.transfers import PIECE
from newsletter.sheets import Row, UnreadableFile, recognise, rows
from newsletter.states import (
    ConsentAction,
    FileFormat,
    ImportState,
    LineOutcome,
    NewsletterError,
    SubscriptionState,
)
from newsletter.suppressing import fingerprint

logger = structlog.get_logger(__name__)

CHUNK = 500
LARGEST = 60 * 1024 * 1024
LINES_KEPT = dt.timedelta(days=30)
_HEADINGS = frozenset(
    {"email", "e-mail", "mail", "e-mail address", "email address", "emailaddress", "address", "ইমেইল", "ই-মেইল"}
)
_BY_STATE = {
    SubscriptionState.CONFIRMED: LineOutcome.KNOWN,
    SubscriptionState.PENDING: LineOutcome.PENDING,
    SubscriptionState.UNSUBSCRIBED: LineOutcome.LEFT,
}

Stopping = Callable[[], bool]


class _Overtaken(Exception):
    """Another worker, or an editor, has moved the import on."""


# --- What editors do --------------------------------------------------------------------------------------------------


def upload(
    file: UploadedFile, *, newsletter: NewsletterList, source: str, by: AbstractBaseUser, now: dt.datetime
) -> SubscriberImport:
    """Keeps a file for a worker to read. `source` says where and in which words these readers agreed."""
    _require(by)
    if not source.strip():
        raise NewsletterError(_("Say where these readers agreed, and to which words: it is your proof."))
    if file.size is None or file.size > LARGEST:
        raise NewsletterError(_("The file is larger than %(size)d MB.") % {"size": LARGEST // 1024 // 1024})
    with transaction.atomic():
        batch = SubscriberImport.objects.create(
            newsletter=newsletter, name=(file.name or "")[-200:], format=FileFormat.CSV, source=source.strip(), by=by,
            created=now,
        )  # fmt: skip
        for number, data in enumerate(file.chunks(PIECE)):
            FilePiece.objects.create(batch=batch, number=number, data=data)
    logger.info("import_uploaded", batch=batch.pk, by=by.pk, size=file.size)
    return batch


def start(batch: SubscriberImport, *, by: AbstractBaseUser, now: dt.datetime) -> SubscriberImport:
    """Says that the lines that can be added are to be added; doing it twice does it once."""
    return _move(batch, ImportState.CHECKED, ImportState.RUNNING, by=by, position=0, confirmed_at=now)


def drop(batch: SubscriberImport, *, by: AbstractBaseUser, now: dt.datetime) -> SubscriberImport:
    """Gives up an import of which nothing was taken in; its lines are deleted."""
    batch = _move(batch, ImportState.CHECKED, ImportState.DROPPED, by=by, ended_at=now)
    batch.rows.all().delete()
    return batch


def undo(batch: SubscriberImport, *, by: AbstractBaseUser, now: dt.datetime) -> SubscriberImport:
    """Takes out again what the import added and nobody has touched since."""
    return _move(batch, ImportState.DONE, ImportState.UNDOING, by=by, position=0, undone_by=by, ended_at=None)


def outcomes(batch: SubscriberImport) -> dict[str, int]:
    """How many lines there are of each outcome. One query."""
    counted = batch.rows.order_by().values("outcome").annotate(number=Count("pk"))
    return {row["outcome"]: row["number"] for row in counted}


# --- What the worker does ---------------------------------------------------------------------------------------------


def work_on_imports(*, now: dt.datetime, stopping: Stopping = lambda: False) -> int:
    """The duty: goes on with every import that is under way; how many chunks were done."""
    steps = {ImportState.CHECKING: _check, ImportState.RUNNING: _take_in, ImportState.UNDOING: _take_out}
    done = 0
    for batch in SubscriberImport.objects.at_work():
        try:
            for _chunk in steps[ImportState(batch.state)](batch, now):
                done += 1
                if stopping():
                    return done
        except _Overtaken:
            continue
        except UnreadableFile as error:
            _refuse(batch, str(error), now)
    return done


def forget_lines(*, now: dt.datetime) -> int:
    """The duty that empties the addresses of imports that ended 30 days ago; how many lines."""
    old = ImportLine.objects.filter(batch__ended_at__lt=now - LINES_KEPT)
    return old.exclude(key="", address="").update(address="", key="")


def _check(batch: SubscriberImport, now: dt.datetime) -> Iterator[None]:
    pieces = FilePiece.objects.filter(batch=batch)
    sheet = recognise(pieces.data)
    _store(batch, ImportState.CHECKING, format=sheet.format, encoding=sheet.encoding, lines=sheet.lines)
    table = _addresses(rows(pieces.data, sheet))
    for _line in islice(table, batch.position):
        pass
    while chunk := list(islice(table, CHUNK)):
        with transaction.atomic():
            _hold(batch, ImportState.CHECKING)
            ImportLine.objects.bulk_create(_judged(batch, chunk))
            _store(batch, ImportState.CHECKING, position=batch.position + len(chunk))
        yield
    with transaction.atomic():
        _hold(batch, ImportState.CHECKING)
        _store(batch, ImportState.CHECKING, state=ImportState.CHECKED, lines=batch.position)
        pieces.delete()
    logger.info("import_checked", batch=batch.pk, lines=batch.lines, encoding=sheet.encoding)
    yield


def _addresses(table: Iterator[Row]) -> Iterator[tuple[int, str]]:
    """(number of the line, what stands in the column of addresses). Raises UnreadableFile where there is none."""
    head = list(islice(table, 20))
    if not head:
        raise UnreadableFile(_("There is nothing in the file."))
    names = [cell.strip().lower() for cell in head[0][1]]
    has_heading = not any("@" in name for name in names)
    named = next((place for place, name in enumerate(names) if name in _HEADINGS), None) if has_heading else None
    column = named if named is not None else _column_of_addresses(head)
    for number, row in chain(head[1:] if has_heading else head, table):
        yield number, row[column].strip() if column < len(row) else ""


def _column_of_addresses(head: list[Row]) -> int:
    width = max(len(row) for _number, row in head)
    counts = [sum("@" in row[place] for _number, row in head if place < len(row)) for place in range(width)]
    if not any(counts):
        raise UnreadableFile(_("No column holds e-mail addresses; give it the heading “email”."))
    return counts.index(max(counts))


def _judged(batch: SubscriberImport, chunk: list[tuple[int, str]]) -> list[ImportLine]:
    """The rows of some lines, in four queries."""
    lines = [_line(batch, number, text) for number, text in chunk]
    keys = {line.key for line in lines if line.key}
    earlier = batch.rows.keys_among(keys)
    stand = _standing(batch.newsletter, keys)
    for line in lines:
        if not line.key:
            continue
        if line.key in earlier:
            line.outcome, line.key = LineOutcome.DUPLICATE, ""
            continue
        earlier.add(line.key)
        line.outcome = stand.get(line.key, LineOutcome.NEW)
    return lines


def _line(batch: SubscriberImport, number: int, text: str) -> ImportLine:
    clean = text.replace("\x00", "�")[:254]
    try:
        address = parse(text)
    except ValidationError as error:
        reason = " ".join(error.messages)[:200]
        return ImportLine(batch=batch, number=number, address=clean, outcome=LineOutcome.INVALID, reason=reason)
    return ImportLine(batch=batch, number=number, address=address.typed, key=address.key, outcome=LineOutcome.NEW)


def _standing(newsletter: NewsletterList, keys: set[str]) -> dict[str, LineOutcome]:
    """Why some of these addresses are not added; those that can be are not in it. Two queries."""
    subscriptions = Subscription.objects.filter(newsletter=newsletter, subscriber__key__in=keys)
    states = subscriptions.values_list("subscriber__key", "state")
    found = {key: _BY_STATE[SubscriptionState(state)] for key, state in states}
    prints = {fingerprint(key): key for key in keys}
    suppressed = Suppression.objects.filter(fingerprint__in=prints).applying_to(newsletter)
    for row in suppressed.values_list("fingerprint", flat=True):
        found[prints[row]] = LineOutcome.SUPPRESSED
    return found


def _take_in(batch: SubscriberImport, now: dt.datetime) -> Iterator[None]:
    wording = Wording.objects.keep(batch.source, language=batch.newsletter.language, now=now)
    while True:
        with transaction.atomic():
            _hold(batch, ImportState.RUNNING)
            lines = list(batch.rows.to_add().order_by("number")[:CHUNK])
            if not lines:
                _store(batch, ImportState.RUNNING, state=ImportState.DONE, ended_at=now)
                break
            _add(batch, lines, wording, now)
            _store(batch, ImportState.RUNNING, position=batch.position + len(lines))
        yield
    logger.info("import_done", batch=batch.pk, added=batch.rows.added().count())
    yield


def _add(batch: SubscriberImport, lines: list[ImportLine], wording: Wording, now: dt.datetime) -> None:
    """Adds those of the lines that may still be added: somebody may have come or left since the file was read."""
    newsletter = batch.newsletter
    keys = {line.key for line in lines}
    stand = _standing(newsletter, keys)
    known = set(Subscriber.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [line for line in lines if line.key not in stand]
    Subscriber.objects.bulk_create(
        [
            Subscriber(
                address=line.address, key=line.key, language=newsletter.language, created=now,
                fingerprint=fingerprint(line.key),
            )
            for line in fresh if line.key not in known
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    readers = dict(Subscriber.objects.filter(key__in=keys).values_list("key", "pk"))
    made = {"newsletter": newsletter, "state": SubscriptionState.CONFIRMED, "asked_at": now, "confirmed_at": now}
    Subscription.objects.bulk_create(
        [Subscription(subscriber_id=readers[line.key], **made) for line in fresh], ignore_conflicts=True
    )
    mine = Subscription.objects.confirmed().filter(newsletter=newsletter, asked_at=now, confirmed_at=now)
    ours = dict(mine.filter(subscriber__key__in=[line.key for line in fresh]).values_list("subscriber__key", "pk"))
    otherwise = {line.pk: stand.get(line.key, LineOutcome.KNOWN) for line in lines if line.key not in ours}
    added = [line.pk for line in lines if line.key in ours]
    _note(batch, otherwise | dict.fromkeys(added, LineOutcome.ADDED))
    ours_lines = ImportLine.objects.filter(pk__in=added)
    ours_lines.update(subscription=Subquery(mine.filter(subscriber__key=OuterRef("key")).values("pk")[:1]))
    ours_lines.exclude(key__in=known).update(made_subscriber=True)
    ConsentRecord.objects.bulk_create(
        [_consent(batch, readers[key], ConsentAction.IMPORTED, now, wording) for key in ours]
    )


def _note(batch: SubscriberImport, outcomes: dict[int, LineOutcome]) -> None:
    """Writes what became of some lines: a statement for each outcome that occurs."""
    by_outcome = defaultdict(list)
    for pk, outcome in outcomes.items():
        by_outcome[outcome].append(pk)
    for outcome, pks in by_outcome.items():
        batch.rows.filter(pk__in=pks).update(outcome=outcome)


def _consent(
    batch: SubscriberImport, subscriber: int, action: ConsentAction, now: dt.datetime, wording: Wording | None = None
) -> ConsentRecord:
    newsletter = batch.newsletter
    return ConsentRecord(
        subscriber_id=subscriber, newsletter=newsletter, action=action, at=now, by_id=batch.undone_by_id or batch.by_id,
        source=f"import {batch.pk}", wording=wording, language=newsletter.language,
    )  # fmt: skip


def _take_out(batch: SubscriberImport, now: dt.datetime) -> Iterator[None]:
    while True:
        with transaction.atomic():
            _hold(batch, ImportState.UNDOING)
            lines = list(batch.rows.added().select_related("subscription").order_by("number")[:CHUNK])
            if not lines:
                _store(batch, ImportState.UNDOING, state=ImportState.UNDONE, ended_at=now)
                break
            _remove(batch, lines, now)
            _store(batch, ImportState.UNDOING, position=batch.position + len(lines))
        yield
    logger.info("import_undone", batch=batch.pk)
    yield


def _remove(batch: SubscriberImport, lines: list[ImportLine], now: dt.datetime) -> None:
    """Takes out the subscriptions of some lines unless the reader has done something with them since."""
    readers = {line.subscription.subscriber_id for line in lines if line.subscription}
    acts = ConsentRecord.objects.filter(subscriber__in=readers, newsletter=batch.newsletter)
    touched = set(acts.exclude(action=ConsentAction.IMPORTED).values_list("subscriber", flat=True))
    gone, bare, become = [], [], {}
    for line in lines:
        row = line.subscription
        if row is None or row.subscriber_id in touched or row.state != SubscriptionState.CONFIRMED:
            become[line.pk] = LineOutcome.KEPT
            continue
        become[line.pk] = LineOutcome.REMOVED
        gone.append(row)
        if line.made_subscriber:
            bare.append(row.subscriber_id)
    _note(batch, become)
    Subscription.objects.filter(pk__in=[row.pk for row in gone]).delete()
    empty = Subscriber.objects.without_subscription().filter(pk__in=bare)
    forgotten = set(empty.values_list("pk", flat=True))
    Delivery.objects.filter(subscriber__in=forgotten).update(mailbox="")
    Subscriber.objects.filter(pk__in=forgotten).delete()
    left = [row.subscriber_id for row in gone if row.subscriber_id not in forgotten]
    ConsentRecord.objects.bulk_create([_consent(batch, pk, ConsentAction.WITHDRAWN, now) for pk in left])


def _refuse(batch: SubscriberImport, reason: str, now: dt.datetime) -> None:
    with transaction.atomic():
        _store(batch, ImportState.CHECKING, state=ImportState.REFUSED, refusal=reason, ended_at=now)
        batch.pieces.all().delete()
        batch.rows.all().delete()
    logger.info("import_refused", batch=batch.pk, reason=reason)


def _hold(batch: SubscriberImport, state: ImportState) -> None:
    """Locks the import for this transaction; _Overtaken where it is not where we think it is."""
    row = SubscriberImport.objects.select_for_update().get(pk=batch.pk)
    if (row.state, row.position) != (state, batch.position):
        raise _Overtaken


def _store(batch: SubscriberImport, standing: ImportState, **values: Any) -> None:
    if not SubscriberImport.objects.in_state(standing).filter(pk=batch.pk).update(**values):
        raise _Overtaken
    for name, value in values.items():
        setattr(batch, name, value)


def _move(
    batch: SubscriberImport, old: ImportState, new: ImportState, *, by: AbstractBaseUser, **values: Any
) -> SubscriberImport:
    _require(by)
    moved = SubscriberImport.objects.in_state(old).filter(pk=batch.pk).update(state=new, **values)
    batch.refresh_from_db()
    if not moved and batch.state != new:
        raise NewsletterError(
            _("This cannot be done with an import that is “%(state)s”.") % {"state": batch.get_state_display()}
        )
    logger.info("import_moved", batch=batch.pk, state=str(new), by=by.pk)
    return batch


def _require(by: AbstractBaseUser) -> None:
    if not by.has_perm("newsletter.import_subscribers"):
        raise PermissionDenied(_("You may not import subscribers."))
