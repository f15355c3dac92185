"""The one allow-list for HTML that people write, and the field that applies it on every way in.

Checked by nh3 (ammonia, an HTML5 parser): what is not listed goes, its text stays; what can only be code goes whole.
"""

import html
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.db import models
from django_prose_editor.fields import ProseEditorField

from newsportal.core.text import nfc

EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Heading": {"levels": [2, 3]},
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Caption": True,
    "Figure": True,
    "Image": True,
    "History": True,
    "HTML": True,
    "SpecialCharacters": True,
}

TAGS = {
    *("p", "br", "hr", "h2", "h3", "strong", "em", "s", "sub", "sup", "ul", "ol", "li", "blockquote", "a"),
    *("figure", "figcaption", "img", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    # What makes blocks of them (articles.blocks): a picture of the library, a gallery, a pull quote, a fact box.
    "figure": {"data-picture", "data-size", "data-gallery"},
    "blockquote": {"data-kind"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
# Their content is code, not text: it goes with the tag.
CLEAN_CONTENT = {"script", "style", "template", "noscript", "object", "svg", "math"}
# What other editors write for tags that we have.
RENAMED = {"b": "strong", "i": "em", "del": "s", "strike": "s", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
EMPTY = {"<p></p>", "<p> </p>", "<p><br></p>"}
# How many "<", and how many "&", are read as markup: more than any story has. The parser's time grows with the square
# of both (nested tags; ampersands): 10,000 take half a second at worst, 100,000 a minute.
MOST_MARKS = 10_000
ROUNDS = 6

_RENAMED = re.compile(rf"<(/?)({'|'.join(RENAMED)})(?=[\s/>])", re.IGNORECASE)
# Tags that go although they end a line: without a space the words on both sides would join.
_BLOCK = re.compile(
    r"<(?=/?(?:address|article|aside|caption|center|dd|details|div|dl|dt|fieldset|footer|form|header|iframe|legend|main"
    r"|nav|option|pre|section|select|summary|textarea|title)[\s/>])",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?([a-z][^\s/<>]*)[^<>]*>?", re.IGNORECASE)
_CODE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_NBSP = "\u00a0"
_PICTURE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_NAMES = re.compile(r' ([a-z]+)="[^"]*"')
# Not allowed in XML, hence in feeds: controls, halves of surrogate pairs, noncharacters.
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def sanitise(markup: str) -> str:
    """`markup` with nothing in it that could run, load from elsewhere or break the page; NFC; "" for an empty editor.

    Links keep http, https, mailto and addresses on the site; pictures keep addresses on the site only, since a page
    loads nothing from third parties. What comes out is what goes in the next time: sanitised twice is sanitised once.
    """
    markup = _UNSAYABLE.sub("", markup)
    for _round in range(ROUNDS):
        if _is_heavy(markup):
            break
        before, markup = markup, _sanitised_once(markup)
        if markup == before:
            return markup
    # Too much of it, or hostile nesting that changes with every reading; its text reads the same every time.
    return _text_only(markup)


def _sanitised_once(markup: str) -> str:
    markup = _RENAMED.sub(lambda tag: f"<{tag[1]}{RENAMED[tag[2].lower()]}", _BLOCK.sub("\n<", _composed(markup)))
    # Replaced, not removed: a control character written as an entity may stand inside "javascript:".
    cleaned = _UNSAYABLE.sub("\ufffd", _CLEANER.clean(markup))
    cleaned = _PICTURE.sub(lambda tag: tag[0] if "src" in _NAMES.findall(tag[1]) else "", cleaned)
    cleaned = _composed(cleaned.replace("<figure></figure>", "")).strip()
    return "" if cleaned in EMPTY else cleaned


def _composed(markup: str) -> str:
    """NFC of what stands between angle brackets: ">" and U+0338 would compose to "≯", and tag and text be lost."""
    if unicodedata.is_normalized("NFC", markup):
        return markup
    return "".join(nfc(part) for part in re.split(r"([<>])", markup))


def _is_heavy(markup: str) -> bool:
    return markup.count("<") > MOST_MARKS or markup.count("&") > MOST_MARKS


def _text_only(markup: str) -> str:
    """Nothing but the text, in paragraphs where it had paragraphs or line breaks, made without a parser."""
    marked = _TAG.sub(lambda tag: "\n" if tag[1].lower() in ("p", "br") else " ", _CODE.sub(" ", markup))
    lines = (nfc(_UNSAYABLE.sub("", html.unescape(line))).strip() for line in re.split(r"[\r\n]+", marked))
    return "".join(f"<p>{html.escape(line, quote=False).replace(_NBSP, '&nbsp;')}</p>" for line in lines if line)


BLOCK_VALUES = {
    "data-picture": re.compile(r"[1-9][0-9]{0,17}"),
    "data-size": re.compile("wide|full"),
    "data-gallery": re.compile("1"),
    "data-kind": re.compile("pull|facts"),
}


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in BLOCK_VALUES:
        return value if BLOCK_VALUES[name].fullmatch(value) else None
    if tag == "img" and name == "src":
        return value if _is_ours(value) else None
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if value.isascii() and value.isdigit() and len(value) < 6 else None
    return value


def _is_ours(address: str) -> bool:
    """Whether a picture's address is on this site (a path, or the site's or the storage's own host)."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return address.startswith("/") and "\\" not in address
    hosts = {urlsplit(settings.SITE_URL).netloc, urlsplit(settings.MEDIA_URL).netloc} - {""}
    return parts.scheme in ("http", "https") and parts.netloc in hosts


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    clean_content_tags=CLEAN_CONTENT,
    url_schemes={"http", "https", "mailto"},
    attribute_filter=_attribute,
    link_rel="noopener",
    strip_comments=True,
)


class SanitisedHTMLField(ProseEditorField):
    """A text column of HTML, edited with the prose editor and sanitised whenever a row is written.

    `pre_save` runs for `save()` and `bulk_create()` alike, so imports and the shell are covered; only
    `QuerySet.update()` goes past it, and nothing of ours updates a body that way.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("extensions", EXTENSIONS)
        kwargs.setdefault("sanitize", sanitise)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        cleaned = sanitise(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, cleaned)
        return cleaned
