"""Pictures on their way in: checked, turned upright, stripped of what they say about their maker, written anew.

What a browser gets is never the file that was sent, but pixels that Pillow decoded and encoded again.
"""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image as Pixels
from PIL import ImageCms

MOST_BYTES = 25 * 1024 * 1024
# JPEG is made smaller while it is decoded; every other format takes the memory of all its pixels, and a copy.
MOST_PIXELS, MOST_UNPACKED = 64_000_000, 40_000_000
LEAST_SIDE, MOST_SIDE = 16, 20_000
# The longest side that is kept, in pixels.
KEPT_SIDE = 2400
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
JPEG_QUALITY = 85
# Of renditions, best first: the next one is tried where the file would be too large.
QUALITIES = {"avif": (50, 42, 34, 26, 18, 10), "webp": (80, 68, 56, 42, 28, 12), "jpg": (78, 68, 58, 46, 32, 18)}
OPTIONS = {
    "avif": {"format": "AVIF", "speed": 8},
    "webp": {"format": "WEBP", "method": 4},
    "jpg": {"format": "JPEG", "progressive": True, "optimize": True},
}
# EXIF's orientation (tag 0x0112), and what turns a picture upright again.
TURNS = {
    2: Pixels.Transpose.FLIP_LEFT_RIGHT,
    3: Pixels.Transpose.ROTATE_180,
    4: Pixels.Transpose.FLIP_TOP_BOTTOM,
    5: Pixels.Transpose.TRANSPOSE,
    6: Pixels.Transpose.ROTATE_270,
    7: Pixels.Transpose.TRANSVERSE,
    8: Pixels.Transpose.ROTATE_90,
}
# A decoded picture takes up to 200 MB: a process has one in hand at a time, however many are sent at once.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Taken:
    """A picture as it is kept: the file, its extension, and sentences on changes that its sender should know of."""

    content: bytes
    extension: str
    notes: list[str] = field(default_factory=list)


def read_bounded(file: IO[bytes]) -> bytes:
    """The bytes of an upload; ValidationError when there are none, or too many."""
    file.seek(0)
    data = file.read(MOST_BYTES + 1)
    if not data:
        raise ValidationError(_("The file is empty."))
    if len(data) > MOST_BYTES:
        raise ValidationError(_("The picture is larger than %(size)s MB.") % {"size": MOST_BYTES // 1024 // 1024})
    return data


def reencode(data: bytes) -> Taken:
    """Pixels of `data`, upright, in sRGB, at most KEPT_SIDE long, without metadata; of a film its first picture.

    Raises ValidationError for what is no picture, is broken, or is out of bounds.
    """
    with _decoding(data) as opened:
        _check_size(opened)
        notes = []
        if getattr(opened, "is_animated", False) and opened.format != "MPO":
            notes.append(_("The picture is animated: its first frame is kept, since pages show still pictures."))
        opened.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
        picture = _in_full_colour(opened)
        picture.thumbnail((KEPT_SIDE, KEPT_SIDE), Pixels.Resampling.LANCZOS)
        return Taken(*_encode(_upright(_in_srgb(picture, opened.info.get("icc_profile")), opened)), notes)


def decoded(data: bytes) -> Pixels.Image:
    """A picture that is kept here, for making others from it. Raises ValidationError where it cannot be read."""
    with _decoding(data) as opened:
        return opened.convert("RGBA" if _has_alpha(opened) else "RGB")


def resized(picture: Pixels.Image, box: tuple[int, int, int, int], size: tuple[int, int]) -> Pixels.Image:
    """The part `box` of a decoded picture in `size`."""
    part = picture.resize(size, Pixels.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    part.info = {}
    return part


def encode(picture: Pixels.Image, extension: str, *, most: int = 0) -> bytes:
    """A file of one of OPTIONS, of at most `most` bytes (0: no limit): less good, or softer, where it has to be."""
    if extension == "jpg":
        picture = _on_white(picture)
    content = b""
    for softness, quality in _steps(extension):
        buffer = io.BytesIO()
        _softened(picture, softness).save(buffer, quality=quality, **OPTIONS[extension])
        content = buffer.getvalue()
        if not most or len(content) <= most:
            break
    return content


def _steps(extension: str) -> Iterator[tuple[int, int]]:
    """(softness, quality) to try in turn. Few pictures need more than the first; noise needs them all."""
    yield from ((1, quality) for quality in QUALITIES[extension])
    yield from ((softness, QUALITIES[extension][-1]) for softness in (2, 4, 8))


def _softened(picture: Pixels.Image, softness: int) -> Pixels.Image:
    """The picture in its size with details of fewer than `softness` pixels lost."""
    return picture if softness == 1 else picture.reduce(softness).resize(picture.size, Pixels.Resampling.BICUBIC)


@contextmanager
def _decoding(data: bytes) -> Iterator[Pixels.Image]:
    """The opened picture, with whatever goes wrong in it said in a sentence."""
    try:
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            warnings.simplefilter("ignore", Pixels.DecompressionBombWarning)
            with Pixels.open(io.BytesIO(data), formats=FORMATS) as opened:
                yield opened
    except ValidationError:
        raise
    except Pixels.UnidentifiedImageError:
        raise ValidationError(
            _("This is not a picture that we take: send a JPEG, PNG, WebP, AVIF or GIF file.")
        ) from None
    except Pixels.DecompressionBombError:
        raise ValidationError(_too_many(MOST_PIXELS)) from None
    except Exception:
        # Pillow's decoders raise whatever they like on broken files (OSError, SyntaxError, struct.error, …).
        raise ValidationError(_("The picture is broken: it cannot be read to its end.")) from None


def _check_size(opened: Pixels.Image) -> None:
    width, height = opened.size
    if min(width, height) < LEAST_SIDE:
        raise ValidationError(
            _("The picture is too small: %(pixels)s pixels a side at least.") % {"pixels": LEAST_SIDE}
        )
    most = MOST_PIXELS if opened.format in ("JPEG", "MPO") else min(MOST_PIXELS, MOST_UNPACKED)
    if max(width, height) > MOST_SIDE or width * height > most:
        raise ValidationError(_too_many(most))


def _too_many(most: int) -> str:
    return _("The picture has too many pixels: %(millions)s million at most.") % {"millions": most // 1_000_000}


def _has_alpha(picture: Pixels.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


def _in_full_colour(picture: Pixels.Image) -> Pixels.Image:
    """With channels that can be averaged: palettes unfolded, 16 bits made 8 (Pillow would cut off what is bright)."""
    if picture.mode in ("I", "I;16", "I;16B", "I;16L", "I;16N"):
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if _has_alpha(picture):
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    if picture.mode in ("RGB", "L", "CMYK"):
        return picture
    return picture.convert("RGB")


def _in_srgb(picture: Pixels.Image, profile: bytes | None) -> Pixels.Image:
    """In the colours that browsers assume of a picture without a profile; one that is broken counts for nothing."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    plain = picture.convert("RGB") if alpha else picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else None
        if source:
            plain = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or plain
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        pass
    plain = plain.convert("RGB")
    if alpha:
        plain.putalpha(alpha)
    return plain


def _upright(picture: Pixels.Image, opened: Pixels.Image) -> Pixels.Image:
    """Turned as the camera says; one that says something unreadable is taken as it lies."""
    try:
        turn = TURNS.get(opened.getexif().get(0x0112))
    except Exception:  # what a broken EXIF block raises depends on where it is broken
        return picture
    return picture if turn is None else picture.transpose(turn)


def _on_white(picture: Pixels.Image) -> Pixels.Image:
    if picture.mode != "RGBA":
        return picture
    white = Pixels.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _encode(picture: Pixels.Image) -> tuple[bytes, str]:
    buffer = io.BytesIO()
    # What is in `info` would go into the file: the profile, comments, text of the sender.
    picture = picture.copy()
    picture.info = {}
    if picture.mode == "RGBA":
        picture.save(buffer, "WEBP", quality=90, method=4)
        return buffer.getvalue(), "webp"
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return buffer.getvalue(), "jpg"
