"""Where a form may stand inside a story: between two paragraphs, with enough to read before it and after."""

import re
from html.parser import HTMLParser

# So many paragraphs above the form, and at least so many below it; of a shorter story the form stands beside it.
ABOVE, BELOW = 4, 3
_ENDS = re.compile("(?<=</p>)")
_VOID = frozenset({"br", "hr", "img", "wbr", "source", "col"})


def halves(body: str, *, above: int = ABOVE, below: int = BELOW) -> tuple[str, str]:
    """A sanitised body in two, cut where the form goes; ("", "") where it is too short for one."""
    finder, wanted = _Paragraphs(), above + below
    # A paragraph at a time: most of a long story need not be taken apart.
    for piece in _ENDS.split(body):
        finder.feed(piece)
        if len(finder.ends) >= wanted:
            break
    ends = finder.ends
    if len(ends) < wanted:
        return "", ""
    cut = _offset(body, ends[above - 1])
    return body[:cut], body[cut:]


class _Paragraphs(HTMLParser):
    """Where the paragraphs end that stand in nothing else, as (line, column) before their closing tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.depth = 0
        self.ends: list[tuple[int, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag not in _VOID

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in _VOID
        if tag == "p" and self.depth == 0:
            self.ends.append(self.getpos())


def _offset(body: str, position: tuple[int, int]) -> int:
    """The place after the closing tag that begins at (line, column)."""
    line, column = position
    start = sum(len(text) + 1 for text in body.split("\n")[: line - 1]) + column
    return body.index(">", start) + 1
