"""How a picture is cropped around its focal point, in which sizes it is made, and what their files are called.

Nothing but arithmetic; imports nothing of ours. A file's name follows from the picture, so that a page knows the
addresses of all renditions without asking for them.
"""

import re
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
# How wide they are made, by the number of the set: pages go on with the files of an older one until the newest is made.
# 664 is what most cheap phones show: 360 points of two pixels, or 412 of one and three quarters, less the edges.
SETS = {1: (320, 480, 800, 1200, 1920), 2: (320, 480, 664, 800, 1200, 1920)}
NEWEST = max(SETS)
SMALLEST = 320
# The same in each set: squares are thumbnails and portraits.
CROP_WIDTHS = {SQUARE: (120, 200, 320, 480, 800), SHARE: (1200,)}
AVIF, WEBP, JPEG = "avif", "webp", "jpg"
FOLDER = "renditions"

_STAMP = re.compile(r"(.+)\.(\d{1,3})\.(\d{1,3})(?:@(\d+))?", re.ASCII)

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Stamp:
    """What the renditions of a picture are made from: the name of its file without folder and extension, the focal
    point in per cent from the left and from the top, and the set of widths (a key of SETS).
    """

    stem: str
    x: int = 50
    y: int = 50
    widths: int = NEWEST

    def __str__(self) -> str:
        # The first set was the only one, and had no number.
        number = f"@{self.widths}" if self.widths > 1 else ""
        return f"{self.stem}.{self.x}.{self.y}{number}" if self.stem else ""

    @classmethod
    def read(cls, text: str) -> "Stamp | None":
        """The stamp that was written as `text`; None for "" and what is no stamp."""
        made = _STAMP.fullmatch(text)
        if made is None or int(made[4] or 1) not in SETS:
            return None
        return cls(made[1], int(made[2]), int(made[3]), int(made[4] or 1))

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


def sizes(width: int, height: int, crop: str, widths: int = NEWEST) -> list[tuple[int, int]]:
    """The sizes in which a crop of a picture is made, smallest first: never larger than the picture is. `widths` is the
    set of them (a key of SETS).
    """
    left, top, right, bottom = box(width, height, crop, 0, 0)
    across, down = right - left, bottom - top
    if across < 1 or down < 1:
        return []
    steps = CROP_WIDTHS.get(crop, SETS[widths])
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
    steps = [(crop, across, down) for crop in CROPS for across, down in sizes(width, height, crop, stamp.widths)]
    for crop, across, down in sorted(steps, key=lambda step: step[1]):
        for extension in formats(crop, transparent=transparent):
            yield Part(crop, across, down, extension, stamp.name(crop, across, extension))
