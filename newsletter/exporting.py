"""Taking subscribers out as a file: made by the worker piece by piece, kept for a day, and on record for good."""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.models import FilePiece, NewsletterList, SubscriberExport, Subscription
from newsletter.models.subscribers import SubscriptionQuerySet
from newsletter.models.transfers import PIECE
from newsletter.sheets import csv_lines, write_xlsx
from newsletter.states import ExportState, FileFormat, NewsletterError

logger = structlog.get_logger(__name__)

CHUNK = 2000
KEPT = dt.timedelta(days=1)
HEADINGS = [
    "email", "newsletter", "edition", "state", "frequency", "language", "asked", "confirmed", "unsubscribed",
]  # fmt: skip
_COLUMNS = (
    "pk", "subscriber__address", "newsletter__name", "newsletter__language", "state", "frequency",
    "subscriber__language", "asked_at", "confirmed_at", "ended_at",
)  # fmt: skip


class _Stopped(Exception):
    """The worker is to end; the export is made from the start next time."""


def ask_for(
    *, newsletter: NewsletterList | None, of_state: str, file_format: str, by: AbstractBaseUser, now: dt.datetime
) -> SubscriberExport:
    """Has a file made of the subscriptions of one newsletter (None: of all) in one state ("": in all)."""
    _require(by)
    export = SubscriberExport.objects.create(
        newsletter=newsletter, of_state=of_state, format=file_format, by=by, created=now
    )
    SubscriberExport.objects.filter(pk=export.pk).update(total=_subscriptions(export).count())
    logger.info("export_asked_for", export=export.pk, by=by.pk)
    return export


def fetch(export: SubscriberExport, *, by: AbstractBaseUser, now: dt.datetime) -> Iterator[bytes]:
    """The file, piece by piece. Who fetched it stands in the log."""
    _require(by)
    if not SubscriberExport.objects.in_state(ExportState.DONE).filter(pk=export.pk).update(fetched_at=now):
        raise NewsletterError(_("This file is not there: it is being made, or was deleted after a day."))
    logger.info("export_fetched", export=export.pk, by=by.pk)
    return FilePiece.objects.filter(export=export).data()


def work_on_exports(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """The duty: makes the files that were asked for; how many. One that is not finished is begun anew."""
    done = 0
    for export in SubscriberExport.objects.at_work():
        try:
            _make(export, now, stopping)
        except _Stopped:
            break
        done += 1
    return done


def forget_exports(*, now: dt.datetime) -> int:
    """The duty that deletes files that are a day old; how many. That they were made, and for whom, stays."""
    old = SubscriberExport.objects.in_state(ExportState.DONE).filter(ended_at__lt=now - KEPT)
    FilePiece.objects.filter(export__in=old).delete()
    return old.update(state=ExportState.EXPIRED)


def _make(export: SubscriberExport, now: dt.datetime, stopping: Callable[[], bool]) -> None:
    progress = partial(_note_progress, export, stopping)
    with tempfile.TemporaryFile() as file:
        if export.format == FileFormat.XLSX:
            write_xlsx(_table(export, progress), file)
        else:
            file.writelines(csv_lines(_table(export, progress)))
        size = file.seek(0, 2)
        file.seek(0)
        _keep(export, file, size, now)


def _keep(export: SubscriberExport, file: IO[bytes], size: int, now: dt.datetime) -> None:
    """Stores the file and says so in one transaction; of two workers that made it, one does."""
    with transaction.atomic():
        running = SubscriberExport.objects.at_work().filter(pk=export.pk)
        if not running.update(state=ExportState.DONE, ended_at=now, size=size):
            return
        for number, data in enumerate(iter(partial(file.read, PIECE), b"")):
            FilePiece.objects.create(export=export, number=number, data=data)
    logger.info("export_made", export=export.pk, size=size)


def _table(export: SubscriberExport, progress: Callable[[int], None]) -> Iterator[list[str]]:
    """The rows of the file, by key: a chunk a query, so that neither memory nor a transaction grows with the list."""
    yield HEADINGS
    last, done = 0, 0
    while chunk := list(_subscriptions(export).filter(pk__gt=last).order_by("pk").values_list(*_COLUMNS)[:CHUNK]):
        for pk, *cells in chunk:
            yield [
                cell.isoformat(timespec="seconds") if isinstance(cell, dt.datetime) else cell or "" for cell in cells
            ]
            last = pk
        done += len(chunk)
        progress(done)


def _text(cell: object) -> str:
    return cell.isoformat(timespec="seconds") if isinstance(cell, dt.datetime) else str(cell or "")


def _subscriptions(export: SubscriberExport) -> SubscriptionQuerySet:
    rows = Subscription.objects.of_state(export.of_state)
    return rows.filter(newsletter=export.newsletter) if export.newsletter_id else rows


def _note_progress(export: SubscriberExport, stopping: Callable[[], bool], done: int) -> None:
    SubscriberExport.objects.filter(pk=export.pk).update(position=done)
    if stopping():
        raise _Stopped


def _require(by: AbstractBaseUser) -> None:
    if not by.has_perm("newsletter.export_subscribers"):
        raise PermissionDenied(_("You may not take subscribers out."))
