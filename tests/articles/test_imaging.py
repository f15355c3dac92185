"""Pictures on their way in."""

import io
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pixels
from PIL import ImageCms

from articles.imaging import store_image, take_in
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


def test_the_same_picture_with_other_words_in_its_file_is_the_same_row():
    exif = Pixels.Exif()
    exif[0x010E] = "Sold by somebody else"
    assert stored(jpeg()) == stored(jpeg(exif=exif))
    assert Image.objects.count() == 1


def test_what_is_said_of_a_picture_counts_before_what_its_file_says():
    exif = Pixels.Exif()
    exif[0x010E], exif[0x013B] = "A ferry at dawn", "Mita Roy"
    image = take_in(io.BytesIO(jpeg(exif=exif)), {"credit": "The desk"}).image
    assert (image.caption, image.credit) == ("A ferry at dawn", "The desk")


def test_long_words_of_a_file_are_cut_to_what_the_library_holds():
    exif = Pixels.Exif()
    exif[0x010E] = "Fog and ferries " * 90
    assert len(stored(jpeg(exif=exif)).caption) <= 400


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


def saved(picture, extension, **options):
    buffer = io.BytesIO()
    picture.save(buffer, extension, **options)
    return buffer.getvalue()


def pixel(image, at=(20, 20)):
    with image.file.open() as file, Pixels.open(file) as picture:
        return picture.convert("RGB").getpixel(at)


def test_sixteen_bits_become_eight_and_grey_stays_grey():
    image = stored(saved(Pixels.new("I;16", (40, 40), 0x8000), "PNG"))
    assert all(abs(value - 128) < 3 for value in pixel(image))


def test_printers_colours_become_those_of_screens():
    image = stored(saved(Pixels.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = pixel(image)
    assert red > 200
    assert max(green, blue) < 60


def test_colours_of_a_profile_are_kept_without_the_profile():
    """Green of a wide profile (Adobe RGB's is one) is more than sRGB holds: taken without it the picture would fade."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    broken = stored(saved(Pixels.new("RGB", (40, 40), "teal"), "PNG", icc_profile=lab))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    fine = stored(saved(Pixels.new("RGB", (41, 40), "teal"), "PNG", icc_profile=srgb))
    assert all(abs(one - other) < 4 for one, other in zip(pixel(broken), pixel(fine), strict=True))
    with fine.file.open() as file, Pixels.open(file) as picture:
        assert "icc_profile" not in picture.info


def test_of_an_animation_the_first_frame_is_kept_and_that_is_said():
    frames = [Pixels.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    taken = pictures.reencode(data)
    assert ["animated" in note for note in taken.notes] == [True]
    assert pixel(stored(data))[0] > 200


def test_a_palette_is_unfolded_before_it_is_averaged():
    striped = Pixels.new("RGB", (80, 80), "black")
    striped.paste("white", (0, 0, 40, 80))
    assert pixel(stored(saved(striped.convert("P"), "PNG")), (5, 5)) > (240, 240, 240)


def test_the_name_of_a_file_says_nothing():
    assert stored(saved(Pixels.new("RGB", (40, 40), "red"), "AVIF")).file.name.endswith(".jpg")


def test_a_script_behind_a_picture_does_not_come_along():
    image = stored(png() + b"<script>alert(1)</script>")
    with image.file.open() as file:
        assert b"script" not in file.read()


def test_thirty_thousand_pixels_a_side_are_refused_by_what_the_header_says():
    header = b"\x00\x00\x75\x30\x00\x00\x75\x30\x08\x02\x00\x00\x00"
    chunk = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + chunk + zlib.crc32(chunk).to_bytes(4, "big") + png()[33:]
    with pytest.raises(ValidationError, match="too many pixels"):
        stored(data)


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
    refused = rewritten = 0
    for path in awkward_files("images"):
        try:
            image = store_image(io.BytesIO(path.read_bytes()))
        except ValidationError:
            refused += 1
            continue
        rewritten += 1
        with image.file.open() as file:
            data = file.read()
        assert b"<script" not in data.lower(), path.name
        assert b"onclick" not in data.lower(), path.name
    assert refused
    assert rewritten


@pytest.mark.parametrize(
    ("name", "title"),
    [("river_at_dusk.JPG", "river at dusk"), ("C:\\photos\\নদীর ধারে.png", "নদীর ধারে"), (7, ""), ("", "")],
)
def test_a_picture_that_says_nothing_is_called_as_its_file(name, title):
    file = io.BytesIO(png())
    file.name = name
    assert take_in(file, {}).image.title == title


def test_what_is_said_of_a_picture_goes_before_the_name_of_its_file():
    file = io.BytesIO(png())
    file.name = "DSC_0001.png"
    assert take_in(file, {"title": "Fog"}).image.title == "Fog"
    exif = Pixels.Exif()
    exif[0x010E] = "Fog over the ferry ghat"
    file = io.BytesIO(jpeg(exif=exif))
    file.name = "DSC_0002.jpg"
    image = take_in(file, {}).image
    assert (image.title, str(image)) == ("", "Fog over the ferry ghat")
