"""What only the web process can do while its cache is its own: file what it counted (newsportal.duties.of_the_web).

gunicorn starts and ends it (newsportal/gunicorn_conf.py). With a shared cache there is nothing to do here.
"""

from threading import Event, Thread

import structlog
from django.db import connections
from django.utils import timezone

from newsportal.core import tallies
from newsportal.core.duties import Worker
from newsportal.duties import of_the_web

logger = structlog.get_logger(__name__)

SECONDS_TO_END = 5
# A time by which the present slot is over for every duty (clicks wait for one slot more: newsletter.click_counting).
LATER = 2 * tallies.SLOT + tallies.GRACE


class Counter(Thread):
    """Does the web's duties beside the requests, as `manage.py work` does the others."""

    def __init__(self) -> None:
        super().__init__(name="counting", daemon=True)
        self.ended = Event()
        self.worker = Worker(of_the_web(), pause=self.ended.wait, beats=False)

    def run(self) -> None:
        try:
            self.worker.work()
        finally:
            connections.close_all()

    def end(self) -> None:
        """Ends after the present round, and files what was counted since, also of the slot that is not over."""
        self.worker.stop()
        self.ended.set()
        self.join(SECONDS_TO_END)
        for duty in self.worker.duties:
            try:
                duty.run(timezone.now() + LATER, lambda: False)
            except Exception:  # nothing may keep a web server from ending
                logger.exception("counts_not_filed", duty=duty.name)


_running: list[Counter] = []


def start() -> None:
    """Begins, where this process has something to do."""
    if of_the_web():
        _running.append(Counter())
        _running[-1].start()


def end() -> None:
    """Ends what `start` began."""
    while _running:
        _running.pop().end()
