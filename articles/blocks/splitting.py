"""A sanitised body taken apart into the elements that stand in nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

VOID = {"br", "hr", "img"}


@dataclass
class Element:
    """One element: where its source begins and ends, and where what is inside it does."""

    tag: str
    attrs: dict[str, str]
    start: int
    inside: int
    inside_end: int = 0
    end: int = 0
    children: list["Element"] = field(default_factory=list)

    def inner(self, body: str) -> str:
        """The markup inside."""
        return body[self.inside : self.inside_end]

    def find(self, tag: str) -> "Element | None":
        """The first element of this kind in it, at any depth."""
        for child in self.children:
            if child.tag == tag:
                return child
            if found := child.find(tag):
                return found
        return None


def elements(body: str) -> list[Element]:
    """The outermost elements of a sanitised body, in order, each with those in it."""
    reader = _Reader(body)
    reader.feed(body)
    reader.close()
    return reader.outermost


def text_of(markup: str) -> Iterator[str]:
    """The pieces of text in a piece of markup."""
    reader = _Text()
    reader.feed(markup)
    reader.close()
    return iter(reader.said)


class _Reader(HTMLParser):
    def __init__(self, body: str) -> None:
        super().__init__(convert_charrefs=False)
        self.outermost: list[Element] = []
        self.open: list[Element] = []
        self.body, self.lines, place = body, [0], 0
        for line in body.split("\n"):
            place += len(line) + 1
            self.lines.append(place)

    def _place(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._place()
        inside = start + len(self.get_starttag_text() or "")
        element = Element(tag, {name: value or "" for name, value in attrs}, start, inside, inside, inside)
        (self.open[-1].children if self.open else self.outermost).append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            return
        element = self.open.pop()
        element.inside_end = self._place()
        element.end = self.body.index(">", element.inside_end) + 1


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(unescape(data))
