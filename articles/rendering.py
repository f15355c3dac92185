"""Renditions: each picture of the library in the crops, sizes and formats that pages ask for, made by the worker.

What is due is a comparison of two columns; each file has a row as soon as it is stored, so that a worker that is killed
goes on where it was. Pages use a set when it is complete; until then they show the picture's own file.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from itertools import groupby

import structlog
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import DatabaseError, transaction

from articles import cropping
from articles.cropping import Part, Stamp
from articles.models import Image, Rendition, RetiredFile
from articles.picture_pages import purge_picture
from newsportal.core.pictures import decoded, encode, resized

logger = structlog.get_logger(__name__)

# A file that no row uses any more may still be named by pages in caches: so long it stays.
KEPT = dt.timedelta(days=2)
# After an error (no such file, no room) a picture waits.
PAUSE = dt.timedelta(hours=1)
# What a phone loads, by format: the width up to which a file may have PHONE_BYTES at most.
PHONE_BYTES, PHONE_WIDTHS = 60_000, {"avif": 1200, "webp": 1200, "jpg": 800}
BATCH = 20


def render_due(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """The duty that makes the renditions that are missing, newest pictures first; returns of how many pictures.

    Several workers may do it at once: at worst they make a file twice.
    """
    done = 0
    for image in Image.objects.renditions_due(now)[:BATCH]:
        if stopping() or not render(image, now=now, stopping=stopping):
            break
        done += 1
    return done


def render(image: Image, *, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Makes the renditions of a picture that are missing, and shows the set once it is whole.

    False when it was told to stop. What goes wrong is noted in the row and logged; the picture waits then: so does one
    that a later release wants in other sizes, while workers of this one are still there.
    """
    stamp = Stamp.read(image.wanted)
    if stamp is None:
        _note(image, ValueError(f"Sizes that this release does not know: {image.wanted}"), now)
        return True
    parts = list(cropping.parts(stamp, image.width, image.height, transparent=image.is_transparent))
    known = set(image.renditions.values_list("name", flat=True))
    try:
        if not _make([part for part in parts if part.name not in known], image, stopping):
            return False
    except DatabaseError:
        raise
    except Exception as error:  # whatever a storage or an encoder raises, the other pictures have to be made
        _note(image, error, now)
        return True
    _show(image, {part.name for part in parts}, now)
    return True


def retire(names: Iterable[str], *, now: dt.datetime) -> None:
    """Says of files that no row uses them any more; they are deleted after KEPT."""
    rows = [RetiredFile(name=name, since=now) for name in names if name]
    RetiredFile.objects.bulk_create(rows, ignore_conflicts=True)


def delete_retired(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """The duty that deletes files that were retired long enough ago; returns how many."""
    storage = Image._meta.get_field("file").storage
    gone = 0
    for row in RetiredFile.objects.filter(since__lte=now - KEPT).order_by("since")[:500]:
        if stopping():
            break
        with transaction.atomic():
            # The row goes first and holds its place: whoever makes the file anew takes its row away before.
            if RetiredFile.objects.filter(pk=row.pk).delete()[0]:
                storage.delete(row.name)
                gone += 1
    return gone


def _make(parts: list[Part], image: Image, stopping: Callable[[], bool]) -> bool:
    if not parts:
        return True
    with image.file.storage.open(image.file.name) as file:
        picture = decoded(file.read())
    for (crop, width), group in groupby(parts, key=lambda part: (part.crop, part.width)):
        if stopping():
            return False
        box = cropping.box(*picture.size, crop, image.focal_x, image.focal_y)
        formats = list(group)
        pixels = resized(picture, box, (width, formats[0].height))
        for part in formats:
            most = PHONE_BYTES if width <= PHONE_WIDTHS[part.extension] else 0
            _keep(part, encode(pixels, part.extension, most=most), image)
    return True


def _keep(part: Part, content: bytes, image: Image) -> None:
    RetiredFile.objects.filter(name=part.name).delete()
    _write(image.file.storage, part.name, content)
    facts = {"image": image, "crop": part.crop, "width": part.width, "height": part.height, "format": part.extension}
    Rendition.objects.get_or_create(name=part.name, defaults={**facts, "size": len(content)})


def _write(storage: Storage, name: str, content: bytes) -> None:
    """Stores a file under exactly this name, in the place of what a killed worker may have left of it."""
    storage.delete(name)
    kept = storage.save(name, ContentFile(content))
    if kept != name:
        # Another worker was quicker, with the same file.
        storage.delete(kept)


@transaction.atomic
def _show(image: Image, names: set[str], now: dt.datetime) -> None:
    """From now on pages use this set, unless file or focal point changed meanwhile; what it replaces is retired."""
    fields = {"rendered": image.wanted, "render_after": None, "render_error": ""}
    if not Image.objects.filter(pk=image.pk, wanted=image.wanted).update(**fields):
        return
    purge_picture(image)
    RetiredFile.objects.filter(name__in=names).delete()
    old = image.renditions.exclude(name__in=names)
    retire(old.values_list("name", flat=True), now=now)
    old.delete()
    logger.info("picture_rendered", image=image.pk, files=len(names))


def _note(image: Image, error: Exception, now: dt.datetime) -> None:
    said = " ".join(error.messages) if isinstance(error, ValidationError) else f"{type(error).__name__}: {error}"
    Image.objects.filter(pk=image.pk, wanted=image.wanted).update(render_after=now + PAUSE, render_error=said[:300])
    logger.error("picture_not_rendered", image=image.pk, error=said)
