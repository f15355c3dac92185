"""The registry: what kinds of block there are, how each is recognised, and what its templates are told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles.blocks.splitting import Element, elements, text_of
from articles.models import Image
from newsportal.core import embeds
from newsportal.core.text import whole_number

PAGE, FEED, MAIL = "page", "feed", "mail"
SIZES = {"": "text", "wide": "wide", "full": "full"}

Pictures = Mapping[int, Image]
Facts = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One element of a body with what is needed to show it."""

    element: Element
    body: str
    pictures: Pictures

    @property
    def attrs(self) -> dict[str, str]:
        return self.element.attrs

    @property
    def inner(self) -> SafeString:
        """The markup inside: sanitised when it was stored."""
        return mark_safe(self.element.inner(self.body))


def render(body: str, flavour: str, *, pictures: Pictures | None = None) -> str:
    """A sanitised body in one of PAGE, FEED and MAIL. One query where it has pictures of the library, unless `pictures`
    are given (`pictures_of`).
    """
    if not has_blocks(body):
        return body
    pictures = pictures_of([body]) if pictures is None else pictures
    shown, place = [], 0
    for element in elements(body):
        part = Part(element, body, pictures)
        for kind, (tag, recognise) in REGISTRY.items():
            if tag == element.tag and (facts := recognise(part)) is not None:
                shown += [body[place : element.start], _shown(kind, flavour, facts)]
                place = element.end
                break
    return "".join([*shown, body[place:]])


def has_blocks(body: str) -> bool:
    """Whether a body may have blocks: most have none, and are not taken apart."""
    return any(mark in body for mark in MARKS)


def picture_ids(body: str) -> set[int]:
    """The ids of the pictures of the library that a body shows."""
    if "data-picture" not in body:
        return set()
    found = [picture for element in elements(body) for picture in (element, *element.children)]
    return {pk for one in found if (pk := whole_number(one.attrs.get("data-picture", ""))) is not None}


def pictures_of(bodies: Iterable[str]) -> Pictures:
    """The pictures that some bodies show, by id. One query, none where there are none."""
    ids = {pk for body in bodies for pk in picture_ids(body)}
    return Image.objects.in_bulk(ids) if ids else {}


def templates_of(kind: str, flavour: str) -> list[str]:
    """The templates of a kind, of which the first that there is counts: a mail shows what a feed shows, unless it has
    a form of its own.
    """
    folders = (MAIL, FEED) if flavour == MAIL else (flavour,)
    return [f"articles/blocks/{folder}/_{kind}.html" for folder in folders]


def _shown(kind: str, flavour: str, facts: Facts) -> str:
    return render_to_string(templates_of(kind, flavour), facts).strip()


def _picture(part: Part) -> Facts | None:
    """`<figure data-picture="42" data-size="wide"><img alt="…"><figcaption>…</figcaption></figure>`.

    One that the library no longer has stays as it was stored.
    """
    number = part.attrs.get("data-picture", "")
    image = part.pictures.get(whole_number(number) or 0)
    if image is None:
        return None
    stored, caption = part.element.find("img"), part.element.find("figcaption")
    said = caption.inner(part.body).strip() if caption else ""
    size = part.attrs.get("data-size", "")
    return {
        "image": image,
        "alt": (stored.attrs.get("alt", "") if stored else "") or image.alt_text,
        "caption": mark_safe(said) if said else image.caption,
        "size": size,
        "use": SIZES.get(size, "text"),
    }


def _gallery(part: Part) -> Facts | None:
    """`<figure data-gallery="1">` around pictures."""
    if "data-gallery" not in part.attrs:
        return None
    inside = [Part(child, part.body, part.pictures) for child in part.element.children if child.tag == "figure"]
    pictures = [facts for facts in map(_picture, inside) if facts]
    return {"pictures": pictures, "number": len(pictures)} if pictures else None


def _pull_quote(part: Part) -> Facts | None:
    """`<blockquote data-kind="pull">`."""
    return {"said": part.inner} if part.attrs.get("data-kind") == "pull" else None


def _fact_box(part: Part) -> Facts | None:
    """`<blockquote data-kind="facts">`."""
    return {"said": part.inner} if part.attrs.get("data-kind") == "facts" else None


def _table(part: Part) -> Facts:
    return {"table": mark_safe(part.body[part.element.start : part.element.end])}


def _embed(part: Part) -> Facts | None:
    """A paragraph that is nothing but an address, as text or as a link that says its own address."""
    links = [child for child in part.element.children if child.tag != "br"]
    said = "".join(text_of(part.inner)).strip()
    if any(link.tag != "a" for link in links) or len(links) > 1:
        return None
    embed = embeds.read(said)
    if embed is None or (links and links[0].attrs.get("href", "").strip() != said):
        return None
    return {"embed": embed}


# How a block is recognised, by its kind: the element it is, and what makes its facts (None: it is not one).
REGISTRY: dict[str, tuple[str, Callable[[Part], Facts | None]]] = {
    "gallery": ("figure", _gallery),
    "picture": ("figure", _picture),
    "pull_quote": ("blockquote", _pull_quote),
    "fact_box": ("blockquote", _fact_box),
    "table": ("table", _table),
    "embed": ("p", _embed),
}
# What a body has that has any block.
MARKS = ("data-", "<table", ">http://", ">https://")
