import sys
from typing import Any

from django.core.management.base import BaseCommand

from newsportal import serving


class Command(BaseCommand):
    help = "Brings everything up to date, then runs the web server and the worker until Ctrl-C (`make run`)."
    # The port is looked at first; checks that need the database come with its migration.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            serving.check_port()
            serving.check_folder()
            serving.check_services()
            serving.prepare(self.say)
        except serving.StartRefused as error:
            sys.exit(str(error))
        except KeyboardInterrupt:
            sys.exit(130)
        sys.exit(serving.Supervisor(self.say).run(serving.web_server(), serving.WORKER))

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
