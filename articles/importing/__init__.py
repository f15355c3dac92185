"""Imports of stories: the door. A reader yields lines, each becomes a record or is refused; batches are stored.

Safe to run again and to kill at any point: a batch is stored whole or not at all, and a story is known by its id at the
source, so that the next run finishes what is missing and changes nothing else.
"""

from articles.importing.files import import_file
from articles.importing.readers import READERS
from articles.importing.records import Line, section_names
from articles.importing.repeats import latest_digests
from articles.importing.reports import Refusal, Report
from articles.importing.runs import import_stories
from articles.importing.store import Settings

__all__ = [
    "READERS",
    "Line",
    "Refusal",
    "Report",
    "Settings",
    "import_file",
    "import_stories",
    "latest_digests",
    "section_names",
]
