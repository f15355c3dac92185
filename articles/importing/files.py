"""Imports of a whole file: opened, read twice, its refused lines written to another."""

import contextlib
import datetime as dt
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.exceptions import NewsroomError
from articles.importing.readers import READERS
from articles.importing.repeats import latest_digests
from articles.importing.reports import Refusal, Report
from articles.importing.runs import import_stories
from articles.importing.store import Settings

STANDARD_INPUT = "-"


class FileTrouble(NewsroomError):
    """A file cannot be opened, or the import had to stop before its end."""


def import_file(
    name: str,
    *,
    kind: str,
    by: Any = None,
    now: dt.datetime | None = None,
    settings: Settings | None = None,
    dry_run: bool = False,
    refused_to: str = "",
) -> Report:
    """Imports the stories of a file, or of standard input for "-"; `kind` is a key of READERS.

    Pictures are read from the file's folder. All refused lines are written to the file `refused_to`, if there is one.
    Raises FileTrouble, and whatever `import_stories` raises.
    """
    now = now or timezone.now()
    read = READERS[kind]
    try:
        with contextlib.ExitStack() as stack:
            file, folder = _source(name, stack)
            on_refusal = _writer(refused_to, name, stack) if refused_to else None
            latest = latest_digests(read(file), now=now)
            file.seek(0)
            return import_stories(
                read(file),
                by=by,
                now=now,
                settings=settings,
                folder=folder,
                latest=latest,
                dry_run=dry_run,
                on_refusal=on_refusal,
            )
    except (DatabaseError, OSError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise FileTrouble(
            _("The import stopped: %(why)s. Nothing that was stored is lost; run it again to go on.") % {"why": reason}
        ) from error


def _source(name: str, stack: contextlib.ExitStack) -> tuple[IO[bytes], Path]:
    """The file to read, and the folder of its pictures. It is read twice, so that a stream is first kept on disk."""
    stream = sys.stdin.buffer if name == STANDARD_INPUT else _open(name, "rb", stack)
    folder = Path.cwd() if name == STANDARD_INPUT else Path(name).resolve().parent
    if name != STANDARD_INPUT and stream.seekable():
        return stream, folder
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
    shutil.copyfileobj(stream, file)
    file.seek(0)
    return file, folder


def _open(name: str, mode: str, stack: contextlib.ExitStack) -> IO[Any]:
    try:
        return stack.enter_context(open(name, mode, encoding=None if "b" in mode else "utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        raise FileTrouble(_("%(file)s cannot be opened: %(reason)s") % {"file": name, "reason": reason}) from None


def _writer(name: str, source: str, stack: contextlib.ExitStack) -> Callable[[Refusal], None]:
    """Writes refused lines to the file `name` as they come, as JSON Lines."""
    if source != STANDARD_INPUT and Path(name).resolve() == Path(source).resolve():
        raise FileTrouble(_("--refused would overwrite the file that is imported."))
    file = _open(name, "w", stack)

    def write(refusal: Refusal) -> None:
        values = {"line": refusal.line, "id": refusal.id, "reason": refusal.reason, "text": refusal.text}
        file.write(json.dumps(values) + "\n")

    return write
