"""An issue to 100,000 readers: how long freezing takes, how fast a worker sends, and how much memory it needs."""

import os
import time
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone

from benchmarks.newsletters import make_issue, make_list_with, own_sink, send_prepared
from newsletter.delivery.freezing import prepare

TITLE = "An issue to 100,000 readers"
HEADINGS = ("what", "value", "asked for")
READERS = int(os.environ.get("READERS", "100000"))


def rows() -> Iterator[tuple]:
    """One row a figure, in the order of HEADINGS."""
    issue = make_issue(make_list_with(READERS))
    began = time.perf_counter()
    issue = prepare(issue, now=timezone.now())
    yield f"readers frozen: {issue.audience}", f"{time.perf_counter() - began:.1f} s", "< 30 s on PostgreSQL"
    with own_sink(0.0) as port:
        began = time.perf_counter()
        memory = in_a_worker(lambda: send_prepared(issue, port))
        yield "sent by one worker", f"{READERS / (time.perf_counter() - began):.0f} mails/s", ""
        yield "its most memory (VmHWM)", f"{memory / 1024:.0f} MB", "< 200 MB"


def in_a_worker(work) -> int:
    """Does it in a process of its own; the most memory that this held, in KB."""
    connection.close()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            work()
            os.write(writing, str(most_memory()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        memory = pipe.read()
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("The worker failed.")
    return int(memory)


def most_memory() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
