"""Two texts of a story side by side, with the words that differ marked inside them."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import regex
from diff_match_patch import diff_match_patch
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from articles.contents import Content, changed, role_of
from articles.models import Article
from articles.states import Role
from newsportal.core.text import nfc

# Words with their marks, runs of space, and every other character alone: what a diff moves as one.
_PIECES = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d'’]+|\s+|.", regex.DOTALL)
_BLOCK_END = regex.compile(r"(</(?:p|h[1-6]|li|blockquote|figcaption|tr)>|<hr>|<br>)")
# Paragraphs are lines already; every other tag is shown, since a link or a list may be the change.
_PARAGRAPH = regex.compile(r"</?p>")
_EMPTY = regex.compile(r"\n\s*\n")
_LINE_END = regex.compile(r"\n(</(?:del|ins)>)?$")
# A side that is marked to the end of its line: nothing of the line is left to share.
_ENDED = regex.compile(r"\n</(?:del|ins)>$")
_NAMES = {"pinned": gettext_lazy("pinned related stories"), "excluded": gettext_lazy("excluded related stories")}
_CHOICES = {name: dict(Article._meta.get_field(name).flatchoices) for name in ("language", "story_type", "weight")}
# contents.FIELDS as a page has them: the text from its top to its end, then what belongs to it.
READING_ORDER = (
    *("kicker", "headline", "standfirst", "dateline", "lead_image", "lead_alt", "lead_caption", "body"),
    *("byline_code", "outlet", "contributors", "agency", "tags", "section", "language", "story_type", "weight", "slug"),
    *("pinned", "excluded"),
)
# More lines than these that are the same are folded away.
LONG_RUN = 3
# The private planes of Unicode number the pieces: 2 × 65,534 of them fit in one comparison.
_FIRST = 0xF0000
_MOST = 0x10FFFD - _FIRST


@dataclass(frozen=True)
class Line:
    """One line of both texts, or what stands between two lines that they share; as HTML with <del> and <ins>."""

    before: SafeString
    after: SafeString
    is_same: bool

    @property
    def sides(self) -> list[SafeString]:
        """Both sides as they are shown: without the end of the line, which would be shown as an empty one."""
        return [mark_safe(_LINE_END.sub(r"\1", side)) for side in (self.before, self.after)]


@dataclass(frozen=True)
class Difference:
    """One field in which two texts differ. `lines` set both side by side, joined by their ends they are both texts."""

    name: str
    label: str
    lines: list[Line]

    @property
    def runs(self) -> list[dict[str, Any]]:
        """The lines in runs of `is_same` or not; `is_long` are those that need not be read to see the change."""
        groups = [(is_same, list(lines)) for is_same, lines in groupby(self.lines, key=lambda line: line.is_same)]
        return [{"is_same": same, "is_long": same and len(lines) > LONG_RUN, "lines": lines} for same, lines in groups]


def compare(before: Content, after: Content) -> list[Difference]:
    """The fields in which two texts differ, what readers read first."""
    return [
        Difference(name, label(name), side_by_side(words_of(before, name), words_of(after, name)))
        for name in sorted(changed(before, after), key=READING_ORDER.index)
    ]


def label(name: str) -> str:
    """What the form calls a field."""
    return str(_NAMES.get(name) or Article._meta.get_field(name).verbose_name).capitalize()


def words_of(content: Content, name: str) -> str:
    """A field's value as text to read: names for references, lines for the blocks of a body."""
    value = content.get(name)
    if isinstance(value, dict):
        return str(value.get("name", ""))
    if name == "contributors":
        return ", ".join(_name(line) for line in value or [])
    if isinstance(value, list):
        return ", ".join(str(part.get("name", "")) if isinstance(part, dict) else str(part) for part in value)
    if name in _CHOICES:
        return str(_CHOICES[name].get(value, value))
    if name == "body":
        return _EMPTY.sub("\n", _PARAGRAPH.sub("", _BLOCK_END.sub(r"\1\n", value or ""))).strip()
    return str(value if value is not None else "")


def _name(line: dict[str, Any]) -> str:
    """A name of a byline with its role, where that is not the words, and with what tells a guest."""
    name = str(line.get("name", "")) if line.get("id") else gettext("%(name)s (guest)") % {"name": line.get("name", "")}
    role = role_of(line)
    return name if role == Role.WORDS else f"{Role(role).label}: {name}"


def mark(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both texts, escaped, with what only the first has in <del> and what only the second has in <ins>."""
    left, right = [], []
    for kind, text in _diff(nfc(old), nfc(new)):
        if kind <= 0:
            left.append(format_html("<del>{}</del>", text) if kind else escape(text))
        if kind >= 0:
            right.append(format_html("<ins>{}</ins>", text) if kind else escape(text))
    return mark_safe("".join(left)), mark_safe("".join(right))


def side_by_side(old: str, new: str) -> list[Line]:
    """Both texts line by line, each line beside what has become of it, marked as `mark` does."""
    lines, left, right = [], "", ""
    for kind, text in _diff(nfc(old), nfc(new)):
        if kind:
            marked = format_html("<del>{}</del>" if kind < 0 else "<ins>{}</ins>", text)
            left, right = left + (marked if kind < 0 else ""), right + (marked if kind > 0 else "")
            continue
        if (left or right) and all(not side or _ENDED.search(side) for side in (left, right)):
            lines.append(_line(left, right))
            left = right = ""
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append(_line(left + "\n", right + "\n"))
                left = right = ""
            left, right = left + escape(part), right + escape(part)
    return lines + ([_line(left, right)] if left or right else [])


def _line(left: str, right: str) -> Line:
    return Line(mark_safe(left), mark_safe(right), is_same=left == right)


def _diff(old: str, new: str) -> list[tuple[int, str]]:
    """Word by word: each piece becomes one character, so that a diff never cuts a word or a Bangla syllable."""
    numbers: dict[str, int] = {}
    pieces = [[numbers.setdefault(piece, len(numbers)) for piece in _PIECES.findall(text)] for text in (old, new)]
    if len(numbers) > _MOST:
        return [(-1, old), (1, new)]
    coded = ["".join(chr(_FIRST + number) for number in row) for row in pieces]
    machine = diff_match_patch()
    machine.Diff_Timeout = 2.0
    found = machine.diff_main(*coded, checklines=False)
    machine.diff_cleanupSemantic(found)
    words = list(numbers)
    return _to_line_ends([(kind, "".join(words[ord(letter) - _FIRST] for letter in text)) for kind, text in found])


def _to_line_ends(parts: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The same difference, with what was put in or taken out as whole lines: "A↵" rather than "↵A" before a "↵"."""
    moved: list[tuple[int, str]] = []
    for kind, text in parts:
        edits = 0
        while not kind and edits < len(moved) and moved[-1 - edits][0]:
            edits += 1
        last = moved[len(moved) - edits :]
        if last and all(part.startswith("\n") for part in [text, *(part for _kind, part in last)]):
            moved[len(moved) - edits :] = [(0, "\n"), *((edit, f"{part[1:]}\n") for edit, part in last)]
            text = text[1:]
        moved.append((kind, text))
    return moved
