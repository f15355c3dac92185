"""Text blocks: what of HTML a mail takes, and the same text without any of it."""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser

import nh3
from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.html import linebreaks
from django.utils.translation import gettext

from newsportal.core.sanitising import sanitise

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "blockquote"}
# What the editor may write into a text block (newsportal.core.sanitising.EXTENSIONS has all of them).
EXTENSIONS = {
    **dict.fromkeys(("Bold", "Italic", "BulletList", "OrderedList", "ListItem", "Blockquote", "HardBreak"), True),
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "History": True,
}
# What begins a paragraph of its own in plain text.
PARAGRAPHS = {"p", "h3", "h4", "h5", "blockquote", "div"}
_CLEANER = nh3.Cleaner(
    tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=None, strip_comments=True
)
_BLOCKS = re.compile(r"<(?:p|ul|ol|h[3-5]|blockquote|table|hr)[\s>]")
_HREF = re.compile(r'href="([^"]*)"')


def clean(markup: str) -> str:
    """A text block as it is stored; what was typed without tags gets its paragraphs."""
    markup = markup.strip()
    if "<" not in markup:
        markup = linebreaks(markup.replace("&nbsp;", " ")) if markup else ""
    cleaned = _CLEANER.clean(sanitise(re.sub(r"<(/?)h2\b", r"<\1h3", markup)))
    return "" if not plain(cleaned).strip() else cleaned


def for_mail(markup: str, link: Callable[[str], str] = str) -> str:
    """A stored text block as it stands in a mail: in paragraphs, with `link` of each whole address."""

    def whole(found: re.Match[str]) -> str:
        address = html.unescape(found[1])
        address = settings.SITE_URL + address if address.startswith("/") else address
        return f'href="{html.escape(link(iri_to_uri(address)))}"'

    if markup and not _BLOCKS.search(markup):
        markup = f"<p>{markup}</p>"
    return _HREF.sub(whole, markup)


def plain(markup: str) -> str:
    """The same in plain text: paragraphs with an empty line between, "- " before items, addresses in brackets."""
    reader = _Reader()
    reader.feed(for_mail(markup))
    reader.close()
    lines = (re.sub(r"[ \t]+", " ", line).strip(" ") for line in "".join(reader.said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Says a passage aloud, so to speak."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.counts: list[int | None] = []
        self.links: list[tuple[str, int]] = []
        # Of each table that is open, whether it is one for readers and not for the layout.
        self.tables: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self.said.append("\n" if self.counts else "\n\n")
            self.counts.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.said.append("\n" + self._mark())
        elif tag == "br":
            self.said.append("\n")
        elif tag in PARAGRAPHS and not self._in_item():
            self.said.append("\n\n")
        elif tag == "hr":
            self.said.append("\n\n* * *\n\n")
        elif tag == "tr":
            self.said.append("\n")
        elif tag in ("td", "th") and self.said and not self.said[-1].endswith("\n"):
            self.said.append(" | ")
        elif tag == "img":
            self._picture(dict(attrs).get("alt") or "")
        elif tag == "table":
            self.tables.append(dict(attrs).get("role") != "presentation")
            self.said.append("\n\n")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.said)))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self.counts = self.counts[:-1]
            self.said.append("\n\n")
        elif tag == "table":
            self.tables = self.tables[:-1]
            self.said.append("\n\n")
        elif tag == "a" and self.links:
            address, since = self.links.pop()
            if address and address != "".join(self.said[since:]).strip():
                self.said.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        self.said.append(data.replace("\n", " "))

    def _picture(self, alt: str) -> None:
        if alt:
            self.said.append(f"[{gettext('Picture')}: {alt}]")

    def _mark(self) -> str:
        if not self.counts or self.counts[-1] is None:
            return "- "
        self.counts[-1] += 1
        return f"{self.counts[-1]}. "

    def _in_item(self) -> bool:
        return bool(self.counts) or any(self.tables)
