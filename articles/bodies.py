"""What stands in a story's body besides text: its links and its pictures."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from newsportal.core.addresses import absolute

# Addresses on this site in links and pictures; readers' programs know no "this site".
_OWN_ADDRESS = re.compile(r'(<(?:a|img)(?: [a-z]+="[^"]*")*? (?:href|src)=")(/(?!/)[^"]*)')


@dataclass
class Link:
    """One link: its address and the words (or the alternative text of the picture) that one clicks on."""

    href: str
    words: str = ""


@dataclass
class Picture:
    """One picture: its address, its alternative text, and the caption of the figure that it stands in."""

    src: str
    alt: str
    caption: str = ""


@dataclass
class Parts:
    """The links and pictures of a body, in order."""

    links: list[Link] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def parts_of(body: str) -> Parts:
    """The parts of a sanitised body."""
    reader = _Reader()
    reader.feed(body)
    reader.close()
    return reader.parts


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts = Parts()
        self.link: Link | None = None
        self.figure: list[Picture] = []
        self.in_caption = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: (value or "").strip() for name, value in attrs}
        if tag == "a":
            self.link = Link(found.get("href", ""))
            self.parts.links.append(self.link)
        elif tag == "img":
            picture = Picture(found.get("src", ""), found.get("alt", ""))
            self.parts.pictures.append(picture)
            self.figure.append(picture)
            if self.link:
                self.link.words += picture.alt
        elif tag == "figure":
            self.figure = []
        elif tag == "figcaption":
            self.in_caption = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.link = None
        elif tag == "figcaption":
            self.in_caption = False

    def handle_data(self, data: str) -> None:
        if self.link:
            self.link.words += data.strip()
        if self.in_caption:
            for picture in self.figure:
                picture.caption += data.strip()


def with_whole_addresses(body: str) -> str:
    """A sanitised body whose links and pictures on this site have scheme and host, for those who read it elsewhere."""
    return _OWN_ADDRESS.sub(lambda found: found[1] + absolute(found[2]), body)
