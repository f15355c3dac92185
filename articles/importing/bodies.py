"""Bodies of stories from elsewhere, plain text or HTML, as the HTML that our editor would have written."""

import html
import re

from newsportal.core.sanitising import sanitise
from newsportal.core.text import clean_line

_BLOCKS = (
    "address article aside blockquote center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr li main nav ol p pre section summary table tbody td th thead tr ul"
).split()
_INLINE = (
    "a abbr acronym b bdi bdo big br cite code del dfn em embed font i iframe img ins kbd label mark noscript object q "
    "s samp script small span strike strong style sub sup svg template time tt u var video audio wbr input button "
    "select textarea body html head meta link title base math form frameset frame layer"
).split()
_ELEMENT = re.compile(rf"</?(?:{'|'.join((*_BLOCKS, *_INLINE))})(?:[\s/][^<>]*)?>", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{'|'.join(_BLOCKS)})(?=[\s/>])", re.IGNORECASE)
# Containers that only divide the page: what stands in them becomes paragraphs.
_DIVISION = re.compile(
    r"<(/?)(?:address|article|aside|center|dd|details|div|dt|footer|header|main|nav|pre|section|summary)(?=[\s/>])",
    re.IGNORECASE,
)
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;)*</p>")
_LINE_END = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
# Enough for markup that was sanitised: its attributes have no bare ">".
_TAG = re.compile(r"<[^>]*>")
_PICTURE = re.compile(r"<img[\s/>]", re.IGNORECASE)


def to_html(body: str) -> str:
    """Sanitised HTML of a body; "" when neither text nor a picture is left.

    Without a single HTML element it is plain text: blank lines part paragraphs, single line ends become line breaks.
    With inline elements only, blank lines part paragraphs. `<div>` and its like become paragraphs.
    """
    body = _LINE_END.sub("\n", body)
    if not _ELEMENT.search(body):
        markup = _paragraphs(html.escape(body, quote=False), line_break="<br>")
    elif not _BLOCK.search(body):
        markup = _paragraphs(body, line_break="\n")
    else:
        markup = _DIVISION.sub(r"<\1p", body)
    markup = _EMPTY_PARAGRAPH.sub("", sanitise(markup)).strip()
    return markup if pictures_in(markup) or clean_line(html.unescape(_TAG.sub("", markup))) else ""


def pictures_in(markup: str) -> int:
    """How many pictures the markup shows."""
    return len(_PICTURE.findall(markup))


def _paragraphs(markup: str, *, line_break: str) -> str:
    parts = (part.strip() for part in _BLANK_LINES.split(markup))
    return "".join(f"<p>{_broken(part, line_break)}</p>" for part in parts if part)


def _broken(paragraph: str, line_break: str) -> str:
    return line_break.join(line.strip() for line in paragraph.split("\n"))
