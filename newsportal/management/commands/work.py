import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError

from newsportal.core.duties import Worker
from newsportal.core.stopping import heeding_signals
from newsportal.duties import of_the_worker


class Command(BaseCommand):
    help = "Does every background duty when it is due, until it is told to stop (SIGTERM, Ctrl-C)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due until nothing is, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        worker = Worker(of_the_worker())
        with heeding_signals(worker.stop):
            if once:
                self.work_once(worker)
            else:
                worker.work()

    def work_once(self, worker: Worker) -> None:
        try:
            outcomes = worker.work_once()
        except DatabaseError as error:
            sys.exit(f"The database does not answer, or lacks `manage.py migrate` ({type(error).__name__}).")
        for outcome in outcomes:
            self.stdout.write(f"{outcome.name}: {outcome.error or outcome.did or 'nothing to do'}")
        if any(outcome.error for outcome in outcomes):
            sys.exit("A duty failed; the log says why.")
