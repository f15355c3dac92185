"""Lines short enough for mail: at most 998 octets (RFC 5322 section 2.1.1), so that no part has to be encoded for them.

Bangla takes three octets a letter: a paragraph on one line would make Django send the whole part as quoted-printable,
at twice the size.
"""

import re
import textwrap
from collections.abc import Iterator

# Room is left for what is put in the place of a placeholder (newsletter.placeholders).
MOST_OCTETS = 700
COLUMNS = 72

# White space that HTML folds; a no-break space is none of it.
_GAP = r"[ \t\r\n]"
# Comments (Outlook's conditions live there) and tags are pieces; a tag may be broken before an attribute only.
_PIECE = re.compile(r"<!--.*?-->|<(?:\"[^\"]*\"|[^<>\"])*>|[^<]+|<", re.DOTALL)
_ATTRIBUTE = re.compile(rf"{_GAP}+(?=[^\s=\"<>/]+(?:=|[\s>]))")
_WORD = re.compile(rf"{_GAP}*[^ \t\r\n]+|{_GAP}+$")
_INDENT = re.compile(r"^\s*(?:[-•>] |[0-9০-৯]+\. )?")


def wrap_markup(markup: str) -> str:
    """`markup` with a line break in the place of a space wherever a line would grow past MOST_OCTETS.

    Only white space between words and between attributes is touched, which HTML reads as it did; text in <pre> has to
    be short by itself.
    """
    wrapped: list[str] = []
    octets = 0
    for part in _parts(markup):
        first, *rest = part.split("\n")
        if octets + _octets(first) > MOST_OCTETS and part[0] in " \t":
            wrapped.append("\n")
            part = part.lstrip(" \t")
            octets, first = 0, part.split("\n")[0]
        wrapped.append(part)
        octets = _octets(rest[-1]) if rest else octets + _octets(first)
    return "".join(wrapped)


def wrap_text(text: str) -> str:
    """Plain text in lines of 72 characters; addresses stay whole, items of lists hang, at most one line is empty."""
    wrapped = "\n".join(_fill(line.rstrip()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", wrapped).strip() + "\n"


def _fill(line: str) -> str:
    if len(line) <= COLUMNS:
        return line
    indent = " " * len(_INDENT.match(line)[0])
    return textwrap.fill(
        line, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )


def _parts(markup: str) -> Iterator[str]:
    """The markup in parts; those that begin with a space may stand on a line of their own."""
    for piece in _PIECE.findall(markup):
        if piece.startswith("<!--"):
            yield piece
        elif piece.startswith("<"):
            places = [0, *(found.start() for found in _ATTRIBUTE.finditer(piece) if _outside(piece, found.start()))]
            yield from (piece[one:other] for one, other in zip(places, [*places[1:], None], strict=True))
        else:
            yield from _WORD.findall(piece)


def _outside(tag: str, place: int) -> bool:
    """Whether a place in a tag is in no attribute's value."""
    return tag.count('"', 0, place) % 2 == 0


def _octets(text: str) -> int:
    return len(text.encode())
