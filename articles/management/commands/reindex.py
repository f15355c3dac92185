"""`manage.py reindex`: builds what stories are found by anew, while the site runs; can be stopped and continued."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from articles.indexing import INDEXES, rebuild
from articles.models import Article
from articles.related import make_lists, waiting


class Command(BaseCommand):
    help = "Builds the indexes of stories anew while the site runs. Stopped, it says how to continue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [index.name for index in INDEXES]
        parser.add_argument("--only", choices=names, action="append", help="build this one alone; may be repeated")
        parser.add_argument("--since", type=int, default=0, metavar="ID", help="continue after the story with this id")

    def handle(self, *args: Any, **options: Any) -> None:
        for index in INDEXES:
            if not options["only"] or index.name in options["only"]:
                self._rebuild(index, options["since"])
        self._make_lists()

    def _rebuild(self, index: Any, since: int) -> None:
        total, done = Article.objects.filter(pk__gt=since).count(), 0
        try:
            for last, number in rebuild(index, since=since):
                since, done = last, done + number
                self._show(index.name, done, total)
        except KeyboardInterrupt:
            raise CommandError(_("Stopped; continue with %s") % f"--only {index.name} --since {since}") from None
        self._show(index.name, done, total, end="\n")

    def _make_lists(self) -> None:
        """What is wanting is known by the stories themselves: stopped here, nothing has to be told to go on."""
        total = waiting()
        try:
            for left in make_lists():
                self._show(_("lists"), max(0, total - left), total)
        except KeyboardInterrupt:
            raise CommandError(_("Stopped; the worker makes the lists that are wanting.")) from None
        self._show(_("lists"), total, total, end="\n")

    def _show(self, name: str, done: int, total: int, end: str = "") -> None:
        bar = "█" * round(30 * done / total) if total else ""
        self.stdout.write(f"\r{name:10} {bar:30} {done:,}" + (f" / {total:,}" if total else ""), ending=end)
        self.stdout.flush()
