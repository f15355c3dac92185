"""Renditions, as the worker makes them."""

import datetime as dt
import io
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image as Pixels

from articles import cropping, rendering
from articles.cropping import AVIF, CARD, JPEG, SHARE, SQUARE, WEBP, WHOLE, Stamp
from articles.imaging import store_image
from articles.models import Image, Rendition, RetiredFile
from tests.factories import make_image, noise

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def photo(*, size=(600, 400), mode="RGB", **options):
    buffer = io.BytesIO()
    noise(size=size).convert(mode).save(buffer, "PNG", **options)
    return store_image(io.BytesIO(buffer.getvalue()))


def rendered(image=None):
    image = image or photo()
    rendering.render_due(now=NOW)
    image.refresh_from_db()
    return image


def opened(name):
    with default_storage.open(name) as file, Pixels.open(io.BytesIO(file.read())) as picture:
        picture.load()
        return picture


def test_every_size_and_format_is_made_as_its_row_says():
    image = rendered()
    rows = image.renditions.all()
    assert {(row.crop, row.format) for row in rows} >= {(WHOLE, AVIF), (WHOLE, JPEG), (CARD, AVIF), (SHARE, JPEG)}
    for row in rows:
        picture = opened(row.name)
        assert picture.size == (row.width, row.height)
        assert picture.format == {AVIF: "AVIF", JPEG: "JPEG"}[row.format]
        assert default_storage.size(row.name) == row.size


def test_a_picture_shows_its_file_until_the_set_is_whole():
    image = photo()
    assert image.plain.url == image.file.url
    image = rendered(image)
    assert image.plain.url.startswith("/media/renditions/")
    assert image.shown_stamp == image.stamp


def test_nothing_is_due_once_all_is_made():
    rendered()
    assert rendering.render_due(now=NOW) == 0


def test_the_newest_picture_comes_first(monkeypatch):
    old, new = photo(size=(60, 40)), photo(size=(61, 40))
    seen = []
    monkeypatch.setattr(rendering, "render", lambda image, **how: seen.append(image.pk) or True)
    rendering.render_due(now=NOW)
    assert seen == [new.pk, old.pk]


def test_a_worker_that_stops_half_way_leaves_what_it_made_and_the_next_goes_on():
    image = photo()
    answers = iter([False, False, False, True])
    assert rendering.render_due(now=NOW, stopping=lambda: next(answers)) == 0
    half = set(image.renditions.values_list("name", flat=True))
    assert half
    assert not Image.objects.get().rendered
    before = {name: default_storage.get_modified_time(name) for name in half}
    rendered(image)
    assert {name: default_storage.get_modified_time(name) for name in half} == before
    assert image.renditions.count() > len(half)


def test_a_file_left_by_a_killed_worker_is_written_anew_under_the_same_name():
    image = photo()
    name = image.stamp.name(WHOLE, 320, JPEG)
    default_storage.save(name, io.BytesIO(b"half a file"))
    rendered(image)
    assert opened(name).size == (320, 213)


def test_transparent_pictures_stay_so_and_have_a_plain_one_on_white():
    buffer = io.BytesIO()
    Pixels.new("RGBA", (400, 300), (200, 0, 0, 0)).save(buffer, "PNG")
    image = rendered(store_image(io.BytesIO(buffer.getvalue())))
    assert opened(image.rendition(SQUARE, WEBP, 320)[0].url.removeprefix("/media/")).mode == "RGBA"
    assert opened(image.plain.url.removeprefix("/media/")).getpixel((5, 5)) == (255, 255, 255)


def test_what_phones_load_is_at_most_sixty_kilobytes():
    """Noise is the picture that compresses worst."""
    image = rendered(photo(size=(1300, 900)))
    phones = [row for row in image.renditions.all() if row.width <= 800 or (row.format == AVIF and row.width <= 1200)]
    assert max(row.size for row in phones if row.crop != SHARE) <= rendering.PHONE_BYTES


def test_a_moved_focal_point_makes_the_crops_anew_and_keeps_the_whole():
    image = rendered()
    whole, crop = image.plain.url, image.rendition(CARD, AVIF, 320)[0].url
    image.focal_x = 10
    image.save(update_fields=["focal_x"])
    assert image.rendition(CARD, AVIF, 320)[0].url == crop
    image = rendered(image)
    assert image.plain.url == whole
    assert image.rendition(CARD, AVIF, 320)[0].url != crop
    assert RetiredFile.objects.filter(name=crop.removeprefix("/media/")).exists()


def test_an_upgrade_shows_what_was_made_before_until_one_width_more_is_made():
    image = rendered(photo(size=(1000, 600)))
    image.renditions.filter(width=664).delete()
    Image.objects.update(wanted=Stamp(image.stamp.stem, widths=1), rendered=Stamp(image.stamp.stem, widths=1))
    more_widths = import_module("articles.migrations.0045_more_widths")
    more_widths.want(apps, None)
    image.refresh_from_db()
    assert [file.width for file in image.rendition(WHOLE, AVIF, 800)] == [320, 480, 800]
    kept = set(image.renditions.values_list("name", flat=True))
    image = rendered(image)
    assert [file.width for file in image.rendition(WHOLE, AVIF, 800)] == [320, 480, 664, 800]
    assert kept < set(image.renditions.values_list("name", flat=True))
    assert not RetiredFile.objects.exists()
    more_widths.do_without(apps, None)
    image.refresh_from_db()
    assert image.wanted == image.rendered == f"{image.stamp.stem}.50.50"


def test_what_a_later_release_wants_is_left_to_its_own_workers():
    image = rendered(photo(size=(1000, 600)))
    before, shown = set(image.renditions.values_list("name", flat=True)), image.rendered
    Image.objects.update(wanted=f"{image.stamp.stem}.50.50@99")
    image = rendered(image)
    assert image.rendered == shown
    assert set(image.renditions.values_list("name", flat=True)) == before
    assert "does not know" in image.render_error
    assert not Image.objects.renditions_due(NOW)
    assert Image.objects.renditions_due(NOW + rendering.PAUSE)


def test_a_set_is_made_as_the_row_wants_it():
    image = photo(size=(1000, 600))
    Image.objects.update(wanted=Stamp(image.stamp.stem, widths=1))
    image = rendered(image)
    assert image.rendered == f"{image.stamp.stem}.50.50"
    assert not image.renditions.filter(width=664).exists()


def test_a_crop_shows_what_the_focal_point_says():
    half = Pixels.new("RGB", (600, 300), "black")
    half.paste("white", (300, 0, 600, 300))
    buffer = io.BytesIO()
    half.save(buffer, "PNG")
    image = store_image(io.BytesIO(buffer.getvalue()))
    image.focal_x = 100
    image.save()
    square = rendered(image).rendition(SQUARE, JPEG, 320)[-1]
    assert opened(square.url.removeprefix("/media/")).getpixel((5, 5))[0] > 240


def test_another_file_serves_itself_until_its_renditions_are_made():
    image = rendered()
    other = photo(size=(500, 300))
    image.file = other.file
    image.save()
    assert image.shown_stamp is None


def test_retired_files_go_when_caches_cannot_name_them_any_more():
    image = rendered()
    name = image.renditions.first().name
    image.delete()
    assert not Rendition.objects.exists()
    assert rendering.delete_retired(now=timezone.now()) == 0
    assert default_storage.exists(name)
    assert rendering.delete_retired(now=timezone.now() + rendering.KEPT + dt.timedelta(minutes=1)) > 1
    assert not default_storage.exists(name)
    assert not default_storage.exists(image.file.name)


def test_a_focal_point_moved_back_and_forth_keeps_its_files():
    image = rendered()
    for x in (20, 50):
        image.focal_x = x
        image.save()
        image = rendered(image)
    rendering.delete_retired(now=timezone.now() + 2 * rendering.KEPT)
    names = [row.name for row in image.renditions.all()]
    assert names
    assert all(map(default_storage.exists, names))


def test_a_missing_file_is_noted_and_the_other_pictures_are_made():
    fine, broken = photo(size=(60, 40)), make_image()
    default_storage.delete(broken.file.name)
    assert rendering.render_due(now=NOW) == 2
    assert "No such file" in Image.objects.get(pk=broken.pk).render_error
    assert Image.objects.get(pk=fine.pk).rendered
    assert rendering.render_due(now=NOW) == 0
    assert rendering.render_due(now=NOW + rendering.PAUSE) == 1


def test_nothing_that_is_served_says_where_it_was_taken():
    exif = Pixels.Exif()
    exif[0x0110] = "Camera of a reporter"
    exif.get_ifd(0x8825)[1] = "N"
    image = rendered(photo(exif=exif, icc_profile=b""))
    for name in [image.file.name, *image.renditions.values_list("name", flat=True)]:
        with default_storage.open(name) as file:
            data = file.read()
        assert b"Camera of a reporter" not in data, name
        assert not opened(name).getexif(), name


def test_the_parts_of_a_picture_are_named_once_each():
    image = photo()
    names = [part.name for part in cropping.parts(image.stamp, 2400, 1600, transparent=False)]
    assert len(names) == len(set(names)) == 47


def test_pictures_of_before_get_renditions_too():
    image = photo()
    Image.objects.update(wanted="")
    assert rendering.render_due(now=NOW) == 0
    import_module("articles.migrations.0027_renditions_wanted").ask(apps, None)
    import_module("articles.migrations.0045_more_widths").want(apps, None)
    assert rendered(image).rendered == str(image.stamp)
