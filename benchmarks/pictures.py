"""How long a photograph takes on its way in, how long all its renditions take, and how much memory that needs at most.

Each file is measured in a process of its own, with Django loaded as in a worker. The pictures are made of noise of many
sizes, which compresses worse than photographs do.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import django
from PIL import Image as Pixels

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsportal.settings")
    django.setup()

from articles import cropping, rendering
from articles.cropping import Stamp
from newsportal.core.pictures import decoded, encode, reencode, resized

TITLE = "Pictures (every rendition of one)"
HEADINGS = ("file", "megabytes", "taken in, s", "processor, s", "renditions, s", "processor, s", "peak MB", "phone, KB")
# Name, size in pixels, and what Pillow is told.
FILES = {
    "JPEG, 24 million pixels": ((6000, 4000), "RGB", {"format": "JPEG", "quality": 90}),
    "the same, progressive, 4:4:4": (
        *((6000, 4000), "RGB"),
        {"format": "JPEG", "quality": 90, "progressive": True, "subsampling": 0},
    ),
    "JPEG, 60 million pixels": ((9504, 6336), "RGB", {"format": "JPEG", "quality": 80}),
    "PNG with transparency, 40 million": ((7740, 5160), "RGBA", {"format": "PNG", "compress_level": 6}),
    "PNG of 16 bits, 40 million": ((7740, 5160), "I;16", {"format": "PNG", "compress_level": 6}),
}
OCTAVES = ((512, 1.0), (128, 0.45), (32, 0.35), (8, 0.25), (2, 0.12))


def rows() -> Iterator[tuple]:
    """One row a file, in the order of HEADINGS."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (size, mode, options) in FILES.items():
            path = Path(folder) / "picture"
            _picture(size, mode).save(path, **options)
            answer = subprocess.run(
                [sys.executable, "-m", "benchmarks.pictures", str(path)], capture_output=True, text=True, check=True
            )
            yield name, f"{path.stat().st_size / 1e6:.1f}", *json.loads(answer.stdout)


def _picture(size: tuple[int, int], mode: str) -> Pixels.Image:
    picture = Pixels.new("RGB", size)
    for grain, share in OCTAVES:
        width, height = size[0] // grain + 2, size[1] // grain + 2
        noise = random.Random(grain).randbytes(width * height * 3)  # noqa: S311
        layer = Pixels.frombytes("RGB", (width, height), noise).resize(size, Pixels.Resampling.BICUBIC)
        picture = Pixels.blend(picture, layer, share)
    if mode == "RGBA":
        picture.putalpha(Pixels.linear_gradient("L").resize(size))
    return (
        picture.convert("L").convert("I").point(lambda value: value * 256).convert("I;16") if "I" in mode else picture
    )


def _measured(path: str) -> list[str]:
    """What HEADINGS names from the third on, of the file `path`."""
    taken, *in_seconds = _timed(lambda: reencode(Path(path).read_bytes()))
    sizes, *out_seconds = _timed(lambda: list(_renditions(taken.content, transparent=taken.extension == "webp")))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*(f"{figure:.2f}" for figure in in_seconds + out_seconds), f"{peak:.0f}", f"{max(sizes) / 1000:.0f}"]


def _timed(work) -> tuple:
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - processor


def _renditions(content: bytes, *, transparent: bool) -> Iterator[int]:
    """Makes them all, as articles.rendering does; the sizes of the files that phones load."""
    picture = decoded(content)
    parts = cropping.parts(Stamp("a"), *picture.size, transparent=transparent)
    for (crop, width), group in groupby(parts, key=lambda part: (part.crop, part.width)):
        formats = list(group)
        pixels = resized(picture, cropping.box(*picture.size, crop, 50, 50), (width, formats[0].height))
        for part in formats:
            most = rendering.PHONE_BYTES if width <= rendering.PHONE_WIDTHS[part.extension] else 0
            size = len(encode(pixels, part.extension, most=most))
            if most:
                yield size


if __name__ == "__main__":
    print(json.dumps(_measured(sys.argv[1])))
