"""`manage.py related --format jsonl`: the list of related stories of each published story."""

import datetime as dt
import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from articles.models import Article
from articles.related import LIMIT, catch_up, related_to, waiting
from articles.related.steering import judgments, shown_id

# How many seconds a process that makes lists may take for its next step.
PATIENCE = 60


class Command(BaseCommand):
    help = "Prints the stories shown beside each published story, best first; makes the lists that are wanting before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["jsonl"], default="jsonl", help="JSON Lines, the only format")
        parser.add_argument("--limit", type=int, default=LIMIT, help=f"how many stories a list has at most ({LIMIT})")
        parser.add_argument(
            "--judgments", action="store_true", help="print what editors pinned (1) and excluded (0) instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] < 1:
            raise CommandError("--limit has to be 1 or more.")
        for line in judgments() if options["judgments"] else _lists(options["limit"]):
            self.stdout.write(json.dumps(line, ensure_ascii=False))


def _bring_up_to_date(now: dt.datetime) -> None:
    """Makes the lists that are wanting, together with a worker that may be at it: what that one holds is waited for."""
    patience = time.monotonic() + PATIENCE
    while waiting():
        if catch_up(now=now):
            patience = time.monotonic() + PATIENCE
        elif time.monotonic() > patience:
            raise CommandError("Another process holds stories whose lists are wanting: try again when it is through.")
        else:
            time.sleep(0.2)


def _lists(limit: int) -> Any:
    now = timezone.now()
    _bring_up_to_date(now)
    for story in Article.objects.published(now).order_by("pk").defer("body").iterator(chunk_size=500):
        yield {"id": shown_id(story), "related": [shown_id(other) for other in related_to(story, now, limit)]}
