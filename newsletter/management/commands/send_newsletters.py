"""`manage.py send_newsletters`: the sending worker."""

import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import timezone

from newsletter.confirming import send_due_confirmations
from newsportal.core.stopping import heeding_signals

logger = structlog.get_logger(__name__)

PAUSE = 1.0


class Command(BaseCommand):
    """Sends what is due, every second, until SIGTERM or Ctrl-C; then ends after the mail in hand."""

    help = "Sends the newsletter's mails that are due. Any number of these may run at once, and be killed at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send until nothing is due, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stop = threading.Event()
        with heeding_signals(lambda *_: stop.set()):
            total = self._until_nothing_is_due(stop)
            while not once and not stop.wait(PAUSE):
                close_old_connections()
                try:
                    total += self._until_nothing_is_due(stop)
                except DatabaseError:
                    logger.exception("database_unreachable")
        self.stdout.write(f"{total} confirmation mails sent.")

    def _until_nothing_is_due(self, stop: threading.Event) -> int:
        total = 0
        while sent := send_due_confirmations(now=timezone.now(), stopping=stop.is_set):
            total += sent
            if stop.is_set():
                break
        return total
