"""What a picture's file says about the picture: its IPTC, XMP and EXIF blocks, read before they are thrown away.

Where several say something, XMP counts before IPTC before EXIF (they are read in the order of the "Guidelines for
handling image metadata" of the Metadata Working Group, newest standard first). Nothing of the place is read.
"""

import io
import re
import xml.etree.ElementTree as Tree
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from PIL import Image as Pixels
from PIL import IptcImagePlugin

from newsportal.core.text import clean_line

MOST_XMP = 512 * 1024
MOST_VALUE = 2000
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "iptc": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "rights": "http://ns.adobe.com/xap/1.0/rights/",
    "cc": "http://creativecommons.org/ns#",
}
# The names of each fact in XMP, IPTC-IIM (record 2) and EXIF, best first.
XMP = {
    "title": ("dc:title", "photoshop:Headline"),
    "alt_text": ("iptc:AltTextAccessibility",),
    "caption": ("dc:description",),
    "creator": ("dc:creator",),
    "provider": ("photoshop:Credit",),
    "source": ("photoshop:Source",),
    "licence": ("rights:UsageTerms", "dc:rights", "cc:license", "rights:WebStatement"),
}
IPTC = {"title": (5, 105), "caption": (120,), "creator": (80,), "provider": (110,), "source": (115,), "licence": (116,)}
EXIF = {"caption": (0x010E,), "creator": (0x013B,), "licence": (0x8298,)}
UTF_8 = b"\x1b%G"
# What cameras write where a photographer would write something.
NOTHING_SAID = re.compile(
    r"(olympus|sony|minolta|kodak|samsung|casio|digital|camera|dsc|default|image|picture|untitled|[\W\d_])*",
    re.IGNORECASE,
)

Found = Mapping[str, str]


@dataclass(frozen=True)
class Facts:
    """What is said about a picture, each in one line of plain text; "" where nothing is."""

    title: str = ""
    alt_text: str = ""
    caption: str = ""
    credit: str = ""
    source: str = ""
    licence: str = ""


def facts(data: bytes) -> Facts:
    """The facts in the file `data`; what cannot be read is as if it were not there."""
    found = [reader(data) for reader in (_from_xmp, _from_iptc, _from_exif)]
    said = {name: next((one[name] for one in found if one.get(name)), "") for name in (*XMP, "creator")}
    names = [said["creator"]] if said["creator"] and said["creator"] not in said["provider"] else []
    said["credit"] = " / ".join([*names, *filter(None, [said["provider"]])])
    return Facts(**{one.name: said[one.name] for one in fields(Facts)})


def _opened(data: bytes) -> Pixels.Image:
    return Pixels.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "AVIF"))


def _from_xmp(data: bytes) -> Found:
    try:
        with _opened(data) as picture:
            packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
        # As text, so that no other encoding of the same hides from what is looked for next.
        packet = packet if isinstance(packet, str) else packet.decode()
        # XMP knows no document type; one is there to make a parser swell.
        if not packet or len(packet) > MOST_XMP or "<!DOCTYPE" in packet or "<!ENTITY" in packet:
            return {}
        values = _properties(Tree.fromstring(packet.strip("\ufeff\x00 \n\r\t")))  # noqa: S314
    except Exception:  # whatever is broken in what others wrote: the picture counts, not its words
        return {}
    return {name: _first(values, keys) for name, keys in XMP.items()}


def _properties(root: Tree.Element) -> dict[str, str]:
    """The simple properties and the lists of an XMP packet by `prefix:name`, with our prefixes."""
    names = {f"{{{uri}}}": f"{prefix}:" for prefix, uri in NAMESPACES.items()}
    values: dict[str, str] = {}
    for described in root.iter(f"{RDF}Description"):
        pairs = list(described.attrib.items()) + [(child.tag, _text(child)) for child in described]
        for tag, value in pairs:
            namespace, _bracket, name = tag.rpartition("}")
            if prefix := names.get(f"{namespace}}}"):
                values.setdefault(prefix + name, _clean(value))
    return values


def _text(element: Tree.Element) -> str:
    """A property's value: of alternatives in several languages the first, of other lists all."""
    items = [item.text or "" for item in element.iter(f"{RDF}li")]
    if items:
        return items[0] if element.find(f"{RDF}Alt") is not None else ", ".join(items)
    return element.get(f"{RDF}resource") or element.text or ""


def _from_iptc(data: bytes) -> Found:
    try:
        with _opened(data) as picture:
            records = IptcImagePlugin.getiptcinfo(picture) or {}
    except Exception:  # as above
        return {}
    is_utf_8 = records.get((1, 90)) == UTF_8
    values = {str(key[1]): _decoded(value, is_utf_8) for key, value in records.items() if key[0] == 2}
    return {name: _first(values, [str(number) for number in numbers]) for name, numbers in IPTC.items()}


def _decoded(value: Any, is_utf_8: bool) -> str:
    parts = value if isinstance(value, list) else [value]
    return ", ".join(_clean(_as_text(part, "utf-8" if is_utf_8 else "cp1252")) for part in parts)


def _from_exif(data: bytes) -> Found:
    try:
        with _opened(data) as picture:
            exif = picture.getexif()
            values = {str(tag): _clean(_exif_text(exif.get(tag))) for tags in EXIF.values() for tag in tags}
    except Exception:  # as above
        return {}
    found = {name: _first(values, [str(tag) for tag in tags]) for name, tags in EXIF.items()}
    return {name: "" if NOTHING_SAID.fullmatch(value) else value for name, value in found.items()}


def _exif_text(value: Any) -> str:
    """EXIF says ASCII; programs write UTF-8, which Pillow has read as Latin 1."""
    if not isinstance(value, str):
        return ""
    return _as_text(value.encode("latin-1", "ignore"), "latin-1") if not value.isascii() else value


def _as_text(value: bytes, otherwise: str) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode(otherwise, "replace")


def _first(values: Found, keys: Any) -> str:
    return next((values[key] for key in keys if values.get(key)), "")


def _clean(value: str) -> str:
    return clean_line(value[:MOST_VALUE].replace("\x00", " "))
