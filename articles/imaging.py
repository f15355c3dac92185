"""The picture library's verb: a file becomes a row, once."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from articles.models import Image
from newsportal.core.picture_facts import facts
from newsportal.core.pictures import read_bounded, reencode
from newsportal.core.text import clean_line, excerpt

# What is said about a picture, in the order of its form.
WORDS = ("title", "alt_text", "caption", "credit", "source", "licence")


@dataclass(frozen=True)
class Stored:
    """What became of a file: its row, whether the row is new, and what was changed that its sender should know."""

    image: Image
    is_new: bool
    notes: list[str]


def store_image(file: IO[bytes], *, by: Any = None, **words: str) -> Image:
    """Stores a picture and returns its row; the same picture again returns the row it already has (see `take_in`)."""
    return take_in(file, words, by=by).image


def take_in(file: IO[bytes], words: Mapping[str, str], *, by: Any = None) -> Stored:
    """Stores a picture with `words` (by the names of WORDS); what they leave empty is taken from what the file says.

    The same picture again, also from a file that says other things about it, is the row that is there.
    Raises ValidationError with a sentence for the person who sent it; then nothing is stored.
    """
    data = read_bounded(file)
    if known := Image.objects.filter(digest=digest_of(data)).first():
        return Stored(known, is_new=False, notes=[])
    image = Image(**words)
    notes = attach(image, data)
    if twin := twin_of(image):
        return Stored(twin, is_new=False, notes=[])
    for name, said in words_of(data, getattr(file, "name", "")).items():
        setattr(image, name, getattr(image, name) or said)
    try:
        with transaction.atomic():
            image.save()
    except IntegrityError:
        # Somebody sent the same file at the same moment, and was first.
        image.file.delete(save=False)
        return Stored(Image.objects.get(digest=image.digest), is_new=False, notes=[])
    return Stored(image, is_new=True, notes=notes)


def attach(image: Image, data: bytes) -> list[str]:
    """Puts the re-encoded picture of `data` on an unsaved change of `image`, under a random name.

    Returns sentences on what was changed that its sender should know. Raises ValidationError.
    """
    taken = reencode(data)
    image.digest, image.kept_digest = digest_of(data), digest_of(taken.content)
    image.file = ContentFile(taken.content, name=f"{secrets.token_hex(10)}.{taken.extension}")
    return taken.notes


def twin_of(image: Image) -> Image | None:
    """The row that has the same picture as an image with a file attached: the same bytes sent, or the same kept."""
    others = Image.objects.exclude(pk=image.pk)
    same = others.filter(digest=image.digest).first()
    return same or (others.filter(kept_digest=image.kept_digest).first() if image.kept_digest else None)


def words_of(data: bytes, file_name: object = "") -> dict[str, str]:
    """What the file says of itself, by the names of WORDS, cut to what the columns hold.

    One that says neither title nor caption is called as it was sent: so its sender finds it again.
    """
    lengths = {name: Image._meta.get_field(name).max_length or 0 for name in WORDS}
    said = asdict(facts(data))
    if not said["title"] and not said["caption"] and isinstance(file_name, str):
        said["title"] = clean_line(PurePosixPath(file_name.replace("\\", "/")).stem.replace("_", " "))
    return {name: excerpt(words, lengths[name]) for name, words in said.items()}


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
