"""`manage.py purge_pages [TAG …]`: pages that show something are made anew; without a tag, all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsportal.core.page_cache.purging import purge
from newsportal.core.page_cache.tags import EVERYTHING, WELL_FORMED


class Command(BaseCommand):
    help = "Has pages made anew: those with one of the tags (as in their Cache-Tag header), or all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tags", nargs="*", metavar="TAG", help="such as story:42, section:3, front:en")

    def handle(self, *args: Any, tags: list[str], **options: Any) -> None:
        if odd := [tag for tag in tags if not WELL_FORMED.fullmatch(tag)]:
            raise CommandError(f"“{odd[0]}” is no tag; tags are such as story:42 or front:en.")
        purge(*(tags or [EVERYTHING]))
        self.stdout.write(f"Purged {', '.join(tags) or 'all pages'}.")
