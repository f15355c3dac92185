"""`manage.py import_stories FILE --format jsonl`: stories from elsewhere, in any number; safe to run again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from articles.exceptions import NewsroomError
from articles.importing import READERS, Settings, import_file, section_names


class Command(BaseCommand):
    help = (
        "Imports stories from a file: new ones are published, changed ones updated, the rest left alone. "
        "Prints how many were created, updated, unchanged and refused; ends with status 1 when any line was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the file to read; - for standard input")
        parser.add_argument("--format", choices=sorted(READERS), default="jsonl", help="what the file is (jsonl)")
        parser.add_argument("--draft", action="store_true", help="make new stories drafts instead of publishing them")
        parser.add_argument(
            "--section", default="", metavar="NAME", help="for stories without one, such as World or World/Asia"
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="also replace stories that were changed here after their import"
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        parser.add_argument(
            "--refused", default="", metavar="FILE", help="write all refused lines with their reasons here (JSON Lines)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            section = section_names(options["section"])
            report = import_file(
                options["file"],
                kind=options["format"],
                settings=Settings(draft=options["draft"], section=section, overwrite=options["overwrite"]),
                dry_run=options["dry_run"],
                refused_to=options["refused"],
            )
        except NewsroomError as error:
            raise CommandError(str(error)) from None
        for line in report.complaints():
            self.stderr.write(line)
        for line in report.lines(dry_run=options["dry_run"]):
            self.stdout.write(line)
        if report.refused:
            message = ngettext("%(number)s line was refused.", "%(number)s lines were refused.", report.refused)
            raise CommandError(message % {"number": report.refused})
