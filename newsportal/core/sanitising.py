"""The one allow-list for HTML that people write, and the field that applies it on every way in.

Checked by nh3 (ammonia, an HTML5 parser): what is not listed goes, its text stays; what can only be code goes whole.
"""

import re
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
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
# Their content is code, not text: it goes with the tag.
CLEAN_CONTENT = {"script", "style", "template", "noscript", "object", "svg", "math"}
# A picture whose address was refused is no picture.
_NO_PICTURE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
EMPTY = {"<p></p>", "<p> </p>", "<p><br></p>"}


def sanitise(markup: str) -> str:
    """`markup` with nothing in it that could run, load from elsewhere or break the page; NFC; "" for an empty editor.

    Links keep http, https, mailto and addresses on the site; pictures keep addresses on the site only, since a page
    loads nothing from third parties.
    """
    cleaned = _NO_PICTURE.sub("", _CLEANER.clean(nfc(markup.replace("\x00", ""))))
    return "" if cleaned.strip() in EMPTY else cleaned.strip()


def _attribute(tag: str, name: str, value: str) -> str | None:
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
