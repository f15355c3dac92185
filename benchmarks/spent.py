"""Time by the clock, and the processor's: on a busy machine only the second says something."""

import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import connection


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock that some work took, and seconds that processors worked for it."""
    start, before = time.perf_counter(), worked()
    work()
    return time.perf_counter() - start, worked() - before


def worked() -> float:
    """Seconds that processors have worked for this program and for its connection to a PostgreSQL beside it."""
    seconds = time.process_time()
    if connection.vendor == "postgresql" and connection.settings_dict["HOST"] in ("", "localhost", "127.0.0.1"):
        connection.ensure_connection()
        counted = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        seconds += int(counted.read_text().split()[0]) / 1e9 if counted.is_file() else 0
    return seconds


def milliseconds(times: Iterable[tuple[float, float]]) -> str:
    """Median and 95th percentile by the clock, then those of the processor."""
    cuts = [statistics.quantiles(taken, n=20) for taken in zip(*times, strict=True)]
    return " | ".join(f"{cut[9] * 1000:.0f} {cut[18] * 1000:.0f}" for cut in cuts)
