"""Two texts of a story side by side, with the words that differ marked inside them."""

from dataclasses import dataclass

import regex
from diff_match_patch import diff_match_patch
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from articles.contents import Content, changed
from articles.models import Article
from newsportal.core.text import nfc

# Words with their marks, runs of space, and every other character alone: what a diff moves as one.
_PIECES = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d'’]+|\s+|.", regex.DOTALL)
_BLOCK_END = regex.compile(r"(</(?:p|h[1-6]|li|blockquote|figcaption|tr)>|<hr>|<br>)")
# Paragraphs are lines already; every other tag is shown, since a link or a list may be the change.
_PARAGRAPH = regex.compile(r"</?p>")
# The private planes of Unicode number the pieces: 2 × 65,534 of them fit in one comparison.
_FIRST = 0xF0000
_MOST = 0x10FFFD - _FIRST


@dataclass(frozen=True)
class Difference:
    """One field in which two texts differ: both as HTML with <del> and <ins> around the words."""

    name: str
    label: str
    before: SafeString
    after: SafeString


def compare(before: Content, after: Content) -> list[Difference]:
    """The fields in which two texts differ, in the order of the form."""
    found = []
    for name in changed(before, after):
        old, new = words_of(before, name), words_of(after, name)
        left, right = mark(old, new)
        found.append(Difference(name, label(name), left, right))
    return found


def label(name: str) -> str:
    """What the form calls a field."""
    return str(Article._meta.get_field(name).verbose_name).capitalize()


def words_of(content: Content, name: str) -> str:
    """A field's value as text to read: names for references, lines for the blocks of a body."""
    value = content.get(name)
    if isinstance(value, dict):
        return str(value.get("name", ""))
    if isinstance(value, list):
        return ", ".join(str(part.get("name", "")) if isinstance(part, dict) else str(part) for part in value)
    if name == "body":
        return _PARAGRAPH.sub("", _BLOCK_END.sub(r"\1\n", value or "")).strip()
    return str(value if value is not None else "")


def mark(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both texts, escaped, with what only the first has in <del> and what only the second has in <ins>."""
    left, right = [], []
    for kind, text in _diff(nfc(old), nfc(new)):
        if kind <= 0:
            left.append(format_html("<del>{}</del>", text) if kind else escape(text))
        if kind >= 0:
            right.append(format_html("<ins>{}</ins>", text) if kind else escape(text))
    return mark_safe("".join(left)), mark_safe("".join(right))


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
    return [(kind, "".join(words[ord(letter) - _FIRST] for letter in text)) for kind, text in found]
