"""The one way in which pages show a picture of the library."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.safestring import SafeString

from articles.cropping import AVIF, CARD, JPEG, SQUARE, WEBP, WHOLE, WIDE
from articles.models import Image
from articles.models.images import Shown
from newsportal.core.parts import part

register = template.Library()

# Where cards turn from a thumbnail beside the words to a picture above them (static/css/parts.css).
ROOMY = "(min-width: 40rem)"


@dataclass(frozen=True)
class Cut:
    """One crop on a page: how wide it is shown (the `sizes` of HTML), and the renditions that are of use there."""

    crop: str
    sizes: str
    most: int
    least: int = 0


@dataclass(frozen=True)
class Use:
    """A place for a picture: its crop, and the crop of phones where that is another."""

    cut: Cut
    phone: Cut | None = None


# As wide as the words on a phone: the screen without its edges (static/css/layout.css).
COLUMN = "min(92vw, 100vw - 2rem)"
THUMB = Cut(SQUARE, "6rem", 320, least=200)
# The places of static/css/layout.css and parts.css.
USES = {
    "lead": Use(Cut(WIDE, f"(min-width: 64rem) min(46vw, 34rem), {COLUMN}", 1920)),
    "big": Use(Cut(WIDE, f"(min-width: 64rem) min(54vw, 41rem), (min-width: 40rem) 55vw, {COLUMN}", 1200)),
    "card": Use(Cut(CARD, "(min-width: 64rem) 22rem, (min-width: 40rem) 45vw, 6rem", 800), phone=THUMB),
    "large": Use(Cut(CARD, f"(min-width: 64rem) 22rem, (min-width: 40rem) 45vw, {COLUMN}", 1200)),
    "row": Use(Cut(CARD, "12rem", 480, least=480), phone=THUMB),
    "story": Use(Cut(WIDE, f"(min-width: 64rem) min(62vw, 46rem), {COLUMN}", 1920)),
    "author": Use(Cut(SQUARE, "9rem", 480, least=200)),
    "text": Use(Cut(WHOLE, f"(min-width: 40rem) 36.5rem, {COLUMN}", 1200)),
    "wide": Use(Cut(WHOLE, f"(min-width: 64rem) min(62vw, 46rem), {COLUMN}", 1920)),
    "full": Use(Cut(WHOLE, "100vw", 1920)),
}


@register.simple_tag
def picture(image: Image, use: str, alt: str = "", *, eager: bool = False) -> SafeString:
    """A picture in a place of the layout (a key of USES). No query.

    AVIF and what every browser knows, in the widths that are of use there; the picture's own file until the worker has
    made them. The square of phones is in AVIF alone: where that is not known, CSS cuts it from the other crop. `eager`
    is for the one picture that a page is opened for: it loads first, the others when they come into sight.
    """
    key = (image.file.name, image.width, image.height, image.rendered, use, alt, eager)
    return part("articles/_picture.html", key, lambda: _facts(image, use, alt, eager))


def _facts(image: Image, use: str, alt: str, eager: bool) -> dict[str, Any]:
    cut, phone = USES[use].cut, USES[use].phone
    files = image.rendition(cut.crop, WEBP if image.is_transparent else JPEG, cut.most, cut.least)
    cuts = [(cut, ROOMY), (phone, "")] if phone else [(cut, "")]
    return {
        "image": (files or [image.original])[-1],
        "srcset": _srcset(files),
        "sizes": cut.sizes if len(files) > 1 else "",
        "sources": [_source(image, one, media) for one, media in cuts] if files else [],
        "alt": alt,
        "eager": eager,
    }


def _source(image: Image, cut: Cut, media: str) -> dict[str, Any]:
    """With widths for one file, too: the sources of a picture have to be alike in this."""
    files = image.rendition(cut.crop, AVIF, cut.most, cut.least)
    return {"media": media, "srcset": _srcset(files), "sizes": cut.sizes}


def _srcset(files: list[Shown]) -> str:
    """`address 320w, address 480w`; none is nothing."""
    return ", ".join(f"{file.url} {file.width}w" for file in files)
