"""200,000 lines of addresses in by CSV, with duplicates, suppressed and broken ones, and out again: time and memory."""

import datetime as dt
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from newsletter.exporting import ask_for, work_on_exports
from newsletter.importing import outcomes, start, undo, upload, work_on_imports
from newsletter.models import NewsletterList
from newsletter.states import SuppressionReason
from newsletter.suppressing import suppress

TITLE = "Subscribers from a file of 200,000 lines, and into one"
HEADINGS = ("step", "seconds", "lines/s", "memory grew by, MB", "outcome")
LINES = 200_000


def rows() -> Iterator[tuple[object, ...]]:
    """A row for each step."""
    now = timezone.now()
    chief = get_user_model().objects.create_superuser("bench")
    newsletter = NewsletterList.objects.create(name="Bench", slug="bench")
    for number in range(0, 1000, 10):
        suppress(f"reader{number}@example.org", reason=SuppressionReason.COMPLAINT, by=None, now=now)
    data = b"name;email\r\n" + b"".join(_line(number) for number in range(LINES))
    file = SimpleUploadedFile("readers.csv", data)
    import_, figures = _step(lambda: upload(file, newsletter=newsletter, source="bench", by=chief, now=now))
    yield "upload", *figures, ""
    for name, begin in (("read", None), ("take in", start), ("undo", undo)):
        import_.refresh_from_db()
        if begin is undo:
            yield _export(chief, now)
        if begin:
            begin(import_, by=chief, now=timezone.now())
        _done, figures = _step(lambda: work_on_imports(now=timezone.now()))
        yield name, *figures, ", ".join(f"{kind} {count}" for kind, count in sorted(outcomes(import_).items()))


def _line(number: int) -> bytes:
    """One in a hundred is a duplicate, one in a hundred no address."""
    address = {7: f"reader{number - 7}@example.org", 11: "no address"}.get(number % 100, f"reader{number}@example.org")
    return f"Reader {number};{address}\r\n".encode()


def _export(chief: Any, now: dt.datetime) -> tuple[object, ...]:
    exported = ask_for(newsletter=None, of_state="", file_format="xlsx", by=chief, now=now)
    _done, figures = _step(lambda: work_on_exports(now=now))
    exported.refresh_from_db()
    return "export as XLSX", *figures, f"{exported.total} subscriptions, {exported.size:,} bytes"


def _step(work: Callable[[], Any]) -> tuple[Any, tuple[str, str, str]]:
    before, begun = _memory(), time.perf_counter()
    result = work()
    seconds = time.perf_counter() - begun
    return result, (f"{seconds:.1f}", f"{LINES / seconds:,.0f}", f"{_memory() - before:.0f}")


def _memory() -> float:
    """The most that this process has held at once, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
