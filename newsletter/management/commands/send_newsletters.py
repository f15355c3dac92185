"""`manage.py send_newsletters`: the sending worker."""

import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import timezone

from newsletter.delivery import guarding
from newsletter.delivery.sending import Tally, do_round
from newsletter.singles import send_due_singles
from newsportal.core.stopping import heeding_signals

logger = structlog.get_logger(__name__)

PAUSE = 1.0


class Command(BaseCommand):
    """Sends what is due, every second, until SIGTERM or Ctrl-C; then ends after the mails in hand."""

    help = "Sends the newsletter's mails that are due. Any number of these may run at once, and be killed at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send until nothing is due, then end")
        parser.add_argument(
            "--release",
            action="store_true",
            help="let mail go on after the database was restored or copied to this machine, then end",
        )

    def handle(self, *args: Any, once: bool, release: bool, **options: Any) -> None:
        if release:
            guarding.release_here(now=timezone.now())
            self.stdout.write("Mail may go out from here, and from machines that ask within ten minutes.")
            return
        stop = threading.Event()
        singles = mails = 0
        with heeding_signals(lambda *_: stop.set()):
            while not stop.is_set():
                close_old_connections()
                now, sent, tally = timezone.now(), 0, Tally(0, 0)
                try:
                    sent = send_due_singles(now=now, stopping=stop.is_set)
                    tally = do_round(now=now, stopping=stop.is_set)
                except DatabaseError:
                    logger.exception("database_unreachable")
                singles, mails = singles + sent, mails + tally.sent
                if not (sent or any(tally)) and (once or stop.wait(PAUSE)):
                    break
        if hold := guarding.standing(now=timezone.now()):
            self.stderr.write(f"Mail is on hold: {guarding.in_words(hold)}")
        self.stdout.write(f"{singles} mails to single readers sent. {mails} mails of issues sent.")
