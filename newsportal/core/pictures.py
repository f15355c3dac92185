"""Pictures on their way in: checked, turned upright, stripped of what they say about their maker, written anew.

What a browser gets is never the file that was sent, but pixels that Pillow decoded and encoded again.
"""

import io
import warnings
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image as Pixels
from PIL import ImageOps

MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 60_000_000
LEAST_SIDE, MOST_SIDE = 16, 20_000
# The longest side that is kept, in pixels.
KEPT_SIDE = 2400
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
JPEG_QUALITY = 85


def read_bounded(file: IO[bytes]) -> bytes:
    """The bytes of an upload; ValidationError when there are none, or too many."""
    file.seek(0)
    data = file.read(MOST_BYTES + 1)
    if not data:
        raise ValidationError(_("The file is empty."))
    if len(data) > MOST_BYTES:
        raise ValidationError(_("The picture is larger than %(size)s MB.") % {"size": MOST_BYTES // 1024 // 1024})
    return data


def reencode(data: bytes) -> tuple[bytes, str]:
    """Pixels of `data`, upright, at most KEPT_SIDE long, without metadata: (file content, extension).

    Raises ValidationError for what is no picture, is broken, or is out of bounds.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pixels.DecompressionBombWarning)
            with Pixels.open(io.BytesIO(data), formats=FORMATS) as opened:
                _check_size(*opened.size)
                opened.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
                picture = ImageOps.exif_transpose(opened)
                picture.thumbnail((KEPT_SIDE, KEPT_SIDE), Pixels.Resampling.LANCZOS)
                return _encode(picture)
    except ValidationError:
        raise
    except Pixels.UnidentifiedImageError:
        raise ValidationError(_("This is not a picture that we take: send a JPEG, PNG, WebP or GIF file.")) from None
    except Exception:
        # Pillow's decoders raise whatever they like on broken files (OSError, SyntaxError, struct.error, …).
        raise ValidationError(_("The picture is broken: it cannot be read to its end.")) from None


def _check_size(width: int, height: int) -> None:
    if min(width, height) < LEAST_SIDE:
        raise ValidationError(
            _("The picture is too small: %(pixels)s pixels a side at least.") % {"pixels": LEAST_SIDE}
        )
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise ValidationError(
            _("The picture has too many pixels: %(millions)s million at most.") % {"millions": MOST_PIXELS // 1_000_000}
        )


def _encode(picture: Pixels.Image) -> tuple[bytes, str]:
    buffer = io.BytesIO()
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture.convert("RGBA").save(buffer, "WEBP", quality=90, method=4)
        return buffer.getvalue(), "webp"
    picture = picture.convert("RGB")
    picture.info = {}
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return buffer.getvalue(), "jpg"
