"""The picture library's verb: a file becomes a row, once."""

import hashlib
import secrets
from typing import IO, Any

from django.core.files.base import ContentFile

from articles.models import Image
from newsportal.core.pictures import read_bounded, reencode


def store_image(
    file: IO[bytes], *, title: str = "", alt_text: str = "", caption: str = "", credit: str = "", by: Any = None
) -> Image:
    """Stores a picture and returns its row; the same file again returns the row it already has.

    Raises ValidationError with a sentence for the person who sent it; then nothing is stored.
    """
    data = read_bounded(file)
    digest = hashlib.sha256(data).hexdigest()
    if existing := Image.objects.filter(digest=digest).first():
        return existing
    image = Image(title=title, alt_text=alt_text, caption=caption, credit=credit, digest=digest)
    attach(image, data)
    image.save()
    return image


def attach(image: Image, data: bytes) -> list[str]:
    """Puts the re-encoded picture of `data` on an unsaved change of `image`, under a random name.

    Returns sentences on what was changed that its sender should know. Raises ValidationError.
    """
    taken = reencode(data)
    image.digest = hashlib.sha256(data).hexdigest()
    image.file = ContentFile(taken.content, name=f"{secrets.token_hex(10)}.{taken.extension}")
    return taken.notes
