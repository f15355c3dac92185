"""How a picture is cropped around its focal point, in which sizes it is made, and what their files are called.

Nothing but arithmetic; imports nothing of ours. A file's name follows from the picture, so that a page knows the
addresses of all renditions without asking for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

WHOLE, WIDE, CARD, SQUARE, SHARE = "whole", "wide", "card", "square", "share"
# The crops and their proportions: None is the picture as it is; the last is what networks show beside a link.
CROPS: dict[str, tuple[int, int] | None] = {
    WHOLE: None,
    WIDE: (16, 9),
    CARD: (3, 2),
    SQUARE: (1, 1),
    SHARE: (1200, 630),
}
# How wide they are made; squares are thumbnails and portraits.
WIDTHS = (320, 480, 800, 1200, 1920)
CROP_WIDTHS = {SQUARE: (120, 200, 320, 480, 800), SHARE: (1200,)}
AVIF, WEBP, JPEG = "avif", "webp", "jpg"
FOLDER = "renditions"

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Stamp:
    """What the renditions of a picture are made from: the name of its file without folder and extension, and the focal
    point in per cent from the left and from the top.
    """

    stem: str
    x: int = 50
    y: int = 50

    def __str__(self) -> str:
        return f"{self.stem}.{self.x}.{self.y}" if self.stem else ""

    @classmethod
    def read(cls, text: str) -> "Stamp | None":
        """The stamp that was written as `text`; None for "" and what is no stamp."""
        parts = text.rsplit(".", 2)
        if len(parts) != 3 or not (parts[1].isdigit() and parts[2].isdigit()):
            return None
        return cls(parts[0], int(parts[1]), int(parts[2]))

    def name(self, crop: str, width: int, extension: str) -> str:
        """The name of a rendition in the storage."""
        point = "" if crop == WHOLE else f"-{self.x}-{self.y}"
        return f"{FOLDER}/{self.stem}/{crop}{point}-{width}.{extension}"


@dataclass(frozen=True)
class Part:
    """One rendition to be made: a crop in one size and format."""

    crop: str
    width: int
    height: int
    extension: str
    name: str


def box(width: int, height: int, crop: str, x: int, y: int) -> Box:
    """The largest part of a picture in the proportions of `crop`: left, top, right, bottom in pixels.

    What is cut off is shared out as the focal point says (CSS calls it `object-position: x% y%`): a point at the left
    edge keeps the left edge, and the focal point is always inside.
    """
    ratio = CROPS[crop]
    if ratio is None:
        return (0, 0, width, height)
    wide, high = ratio
    across = min(width, round(height * wide / high))
    down = min(height, round(width * high / wide))
    left, top = round((width - across) * x / 100), round((height - down) * y / 100)
    return (left, top, left + across, top + down)


def sizes(width: int, height: int, crop: str) -> list[tuple[int, int]]:
    """The sizes in which a crop of a picture is made, smallest first: never larger than the picture is."""
    left, top, right, bottom = box(width, height, crop, 0, 0)
    across, down = right - left, bottom - top
    if across < 1 or down < 1:
        return []
    steps = CROP_WIDTHS.get(crop, WIDTHS)
    wanted = [step for step in steps if step < across]
    if len(wanted) < len(steps):
        wanted.append(across)
    return [(step, max(1, round(step * down / across))) for step in wanted]


def formats(crop: str, *, transparent: bool) -> tuple[str, ...]:
    """The formats of a crop, best first: AVIF, and what every browser knows. A plain JPEG of the whole picture is made
    in any case, for mails and feeds.
    """
    if crop == SHARE:
        return (JPEG,)
    if not transparent:
        return (AVIF, JPEG)
    return (AVIF, WEBP, JPEG) if crop == WHOLE else (AVIF, WEBP)


def parts(stamp: Stamp, width: int, height: int, *, transparent: bool) -> Iterator[Part]:
    """Every rendition of a picture, small ones first: phones are what most readers have."""
    steps = [(crop, across, down) for crop in CROPS for across, down in sizes(width, height, crop)]
    for crop, across, down in sorted(steps, key=lambda step: step[1]):
        for extension in formats(crop, transparent=transparent):
            yield Part(crop, across, down, extension, stamp.name(crop, across, extension))
