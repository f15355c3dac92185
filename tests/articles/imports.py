"""Lines of imports for tests, and what came of them."""

import datetime as dt

from articles.importing import Line, Settings, import_stories, latest_digests
from articles.models import Article

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def line(number=1, /, **fields):
    values = {"id": f"a{number}", "headline": f"Story {number}", "body": "They wait.", **fields}
    return Line(number, fields=values, text=str(values), size=100)


def run(*lines, **options):
    options.setdefault("now", NOW)
    options["settings"] = Settings(**options.get("settings", {}))
    return import_stories(lines, latest=latest_digests(lines, now=NOW), **options)


def counts(report):
    return report.created, report.updated, report.unchanged, report.refused


def story(number=1):
    return Article.objects.get(source_id=f"a{number}")
