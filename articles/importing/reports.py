"""What came of an import, in numbers and, up to a limit, in words."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from articles.importing.records import StoryRecord
from articles.importing.store import Outcome

# What a report holds in words; everything is counted.
MOST_SHOWN = 50
MOST_KEYS = 50


@dataclass(frozen=True)
class Refusal:
    """A line that did not become a story; `text` is the line as it stood in the file."""

    line: int
    reason: str
    id: str = ""
    text: str = ""


@dataclass
class Report:
    """The outcome of one import. `refusals` holds the first MOST_SHOWN of the refused."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    # Keys that no field of a story takes, and how many lines have them.
    unknown_keys: Counter[str] = field(default_factory=Counter)
    # What was left out of stories that were stored, and how often.
    remarks: Counter[str] = field(default_factory=Counter)

    def add_refusal(self, refusal: Refusal) -> None:
        """Counts a refused line, and keeps its words while there is room."""
        self.refused += 1
        if len(self.refusals) < MOST_SHOWN:
            self.refusals.append(Refusal(refusal.line, refusal.reason, refusal.id))

    def add_keys(self, keys: set[str]) -> None:
        """Counts keys that are not known; beyond MOST_KEYS different ones, together as "…"."""
        for key in sorted(keys):
            shown = key[:40].encode("utf-8", "replace").decode()
            room = shown in self.unknown_keys or len(self.unknown_keys) < MOST_KEYS
            self.unknown_keys[shown if room else "…"] += 1

    def add_outcome(self, outcome: Outcome, record: StoryRecord) -> None:
        """Counts a story that was accepted, and what it was stored without."""
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)
        if outcome is Outcome.UNCHANGED:
            return
        if record.pictures_left_out:
            self.remarks[_("pictures in bodies that stand on other sites")] += record.pictures_left_out
        if record.byline and record.authors and len(record.authors) != len(record.byline.initials):
            self.remarks[_("authors' names that do not match the initials of the byline")] += len(record.authors)

    def complaints(self) -> list[str]:
        """The refused lines in words, the first MOST_SHOWN of them."""
        said = [
            _("line %(line)s: %(reason)s") % {"line": refusal.line, "reason": refusal.reason}
            for refusal in self.refusals
        ]
        if self.refused > len(said):
            said.append(_("… and %(number)s more") % {"number": self.refused - len(said)})
        return said

    def lines(self, *, dry_run: bool = False) -> list[str]:
        """What came of the import, the numbers last."""
        said = []
        if self.unknown_keys:
            keys = ", ".join(f"{key} ({lines})" for key, lines in sorted(self.unknown_keys.items()))
            said.append(_("Keys that no field takes, with their number of lines: %(keys)s") % {"keys": keys})
        said += [
            _("Left out: %(what)s (%(number)s)") % {"what": remark, "number": number}
            for remark, number in self.remarks.items()
        ]
        if dry_run:
            said.append(_("Dry run, nothing was stored. It would be:"))
        return [*said, str(self)]

    def __str__(self) -> str:
        return f"created {self.created}, updated {self.updated}, unchanged {self.unchanged}, refused {self.refused}"
