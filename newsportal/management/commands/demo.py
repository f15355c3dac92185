"""`manage.py demo`: loads the demo newsroom (again: changes nothing), or takes it out with --remove."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from newsportal import demo
from newsportal.demo.accounts import accounts_file


class Command(BaseCommand):
    help = "Loads the demo newsroom: two editions with stories, people and pictures. Run again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="take the demo newsroom out again")

    def handle(self, *args: Any, remove: bool, **options: Any) -> None:
        if remove:
            self.stdout.write(f"Removed {demo.remove()} demo stories, with their pictures and accounts.")
            return
        loaded = demo.load()
        self.stdout.write(f"Demo newsroom: {loaded.stories} stories added.")
        if loaded.accounts:
            self.stdout.write(f"Accounts made: {', '.join(loaded.accounts)}; their passwords are in {accounts_file()}.")
