"""`python -m benchmarks [NAME …]`: every benchmark, or those named, in a database of their own that is then dropped."""

import logging
import os
import sys
import tempfile
import warnings
from types import ModuleType

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsportal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import override_settings, setup_databases, teardown_databases  # noqa: E402

from benchmarks import (  # noqa: E402
    newsletters,
    newsletters_large,
    newsroom,
    page_cache,
    pages,
    pictures,
    related,
    related_lists,
    relevance,
    relevance_search,
    searching,
    subscriber_files,
    subscription_flood,
)

ALL = {
    "pages": pages,
    "pictures": pictures,
    "newsroom": newsroom,
    "related": related,
    "related_lists": related_lists,
    "relevance": relevance,
    "relevance_search": relevance_search,
    "searching": searching,
    "subscriber_files": subscriber_files,
}
# Only when asked for by name (make bench-newsletter, bench-cache): they take minutes, or need other programs.
APART = {
    "newsletters": newsletters,
    "newsletters_large": newsletters_large,
    "page_cache": page_cache,
    "subscription_flood": subscription_flood,
}
# Files are not measured here, and collecting them first would take longer than the rest.
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def table(benchmark: ModuleType) -> None:
    """Runs a benchmark and prints its rows in columns."""
    lines = [benchmark.HEADINGS, *(tuple(map(str, row)) for row in benchmark.rows())]
    widths = [max(len(line[column]) for line in lines) for column in range(len(benchmark.HEADINGS))]
    print(f"{benchmark.TITLE} ({connection.vendor})")
    for line in lines:
        print(
            "  ".join(
                cell.rjust(width) if column else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
        )


def main(names: list[str]) -> None:
    known = {**ALL, **APART}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(known)}.")
    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore", "No directory at", UserWarning)
    if connection.vendor == "postgresql":
        # Not the one of a test run that may be under way.
        connection.settings_dict["TEST"]["NAME"] = f"benchmark_{connection.settings_dict['NAME']}"
    else:
        # On disk, as a real one.
        folder = tempfile.TemporaryDirectory()
        connection.settings_dict["TEST"]["NAME"] = f"{folder.name}/benchmark.sqlite3"
    databases = setup_databases(verbosity=0, interactive=False)
    # Keys of their own, so that a shared cache is neither read nor emptied.
    settings.CACHES["default"]["KEY_PREFIX"] = cache.key_prefix = f"benchmark-{os.getpid()}"
    try:
        with override_settings(
            STORAGES={**settings.STORAGES, "staticfiles": PLAIN_FILES}, ALLOWED_HOSTS=["testserver"]
        ):
            for name in names or ALL:
                table(known[name])
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1:])
