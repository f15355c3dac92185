"""Pictures on their way in."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pixels

from articles.imaging import store_image
from articles.models import Image
from newsportal.core import pictures
from tests.factories import png

pytestmark = pytest.mark.django_db


def jpeg(*, size=(80, 40), **options):
    buffer = io.BytesIO()
    Pixels.new("RGB", size, "brown").save(buffer, "JPEG", **options)
    return buffer.getvalue()


def stored(data):
    return store_image(io.BytesIO(data))


def test_a_picture_is_stored_with_its_size_under_a_random_name():
    image = stored(png(width=90, height=60))
    assert (image.width, image.height) == (90, 60)
    assert image.file.name.startswith("images/")
    assert len(image.file.name) > 25


def test_the_same_file_again_is_the_same_row():
    assert stored(png()) == stored(png())
    assert Image.objects.count() == 1


def test_metadata_such_as_the_place_is_gone():
    exif = Pixels.Exif()
    exif[0x0110] = "Camera of a reporter"
    exif.get_ifd(0x8825)[1] = "N"
    image = stored(jpeg(exif=exif))
    with image.file.open() as file, Pixels.open(file) as picture:
        assert not picture.getexif()
        assert "exif" not in picture.info


def test_a_picture_lying_on_its_side_is_turned_upright():
    exif = Pixels.Exif()
    exif[0x0112] = 6
    image = stored(jpeg(size=(80, 40), exif=exif))
    assert (image.width, image.height) == (40, 80)


def test_a_large_picture_is_kept_at_a_useful_size(monkeypatch):
    monkeypatch.setattr(pictures, "KEPT_SIDE", 100)
    image = stored(png(width=400, height=200))
    assert (image.width, image.height) == (100, 50)


def test_transparency_survives():
    buffer = io.BytesIO()
    Pixels.new("RGBA", (40, 40), (0, 0, 0, 0)).save(buffer, "PNG")
    assert stored(buffer.getvalue()).file.name.endswith(".webp")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a",
        png()[:60],
        jpeg()[:200],
        png(width=4, height=400),
    ],
    ids=["empty", "text", "svg", "header only", "cut png", "cut jpeg", "too narrow"],
)
def test_what_is_no_whole_picture_is_refused_and_nothing_stored(data):
    with pytest.raises(ValidationError, match="."):
        stored(data)
    assert not Image.objects.exists()


def test_a_decompression_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    with pytest.raises(ValidationError, match="pixels"):
        stored(png(width=64, height=64))


def test_too_many_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    with pytest.raises(ValidationError, match="larger"):
        stored(png())


def test_every_awkward_file_is_refused_or_rewritten(awkward_files):
    for path in awkward_files("images"):
        try:
            image = store_image(io.BytesIO(path.read_bytes()))
        except ValidationError:
            continue
        with image.file.open() as file:
            data = file.read()
        assert b"<script" not in data.lower(), path.name
        assert b"onclick" not in data.lower(), path.name
