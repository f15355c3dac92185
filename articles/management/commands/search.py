"""`manage.py search WORDS [--language bn] --format jsonl`: the ids of what readers would find, best first."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.search import Results, search


class Command(BaseCommand):
    help = "Searches the published stories and prints ids, best first: those of the import where there was one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("words", nargs="+", metavar="WORDS", help='what to look for; "several words" are a phrase')
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], help="one edition only")
        parser.add_argument("--format", choices=["jsonl", "text"], default="text", help="a line of JSON a hit, or text")
        parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many (20)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] < 1:
            raise CommandError(_("--limit is a number above 0."))
        found = search(
            " ".join(options["words"]), language=options["language"], now=timezone.now(), limit=options["limit"]
        )
        if found.took_too_long:
            raise CommandError(_("The search took too long: ask for rarer words."))
        self._print(found, options["format"])

    def _print(self, found: Results, form: str) -> None:
        if found.suggestion:
            self.stderr.write(_("Searched for: %(words)s") % {"words": found.suggestion})
        for hit in found.hits:
            name = hit.article.source_id or hit.article.pk
            if form == "jsonl":
                line = {"id": name, "score": hit.score, "headline": hit.article.headline}
                self.stdout.write(json.dumps(line, ensure_ascii=False))
            else:
                self.stdout.write(f"{name}\t{hit.score:.2f}\t{hit.article.headline}")
