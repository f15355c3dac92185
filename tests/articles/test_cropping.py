"""The arithmetic of crops and sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from articles import cropping
from articles.cropping import CARD, CROPS, SHARE, SQUARE, WHOLE, WIDE, Stamp

sides = some.integers(16, 4000)
percent = some.integers(0, 100)


@given(sides, sides, some.sampled_from(sorted(CROPS)), percent, percent)
def test_a_crop_holds_its_focal_point_and_stays_inside_the_picture(width, height, crop, x, y):
    left, top, right, bottom = cropping.box(width, height, crop, x, y)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert left <= width * x / 100 + 1
    assert width * x / 100 - 1 <= right
    assert top <= height * y / 100 + 1
    assert height * y / 100 - 1 <= bottom


@given(sides, sides, some.sampled_from(sorted(CROPS)))
def test_nothing_is_made_larger_than_the_picture_is(width, height, crop):
    made = cropping.sizes(width, height, crop)
    left, _top, right, _bottom = cropping.box(width, height, crop, 50, 50)
    widths, steps = [size[0] for size in made], cropping.CROP_WIDTHS.get(crop, cropping.SETS[cropping.NEWEST])
    # The steps that fit, and its own width unless the last step fits, too.
    fitting = [step for step in steps if step < right - left]
    assert widths == [*fitting, right - left][: len(steps)]
    assert all(height >= 1 for _width, height in made)


@pytest.mark.parametrize(
    ("x", "y", "expected"), [(50, 50, (200, 0, 1000, 800)), (0, 0, (0, 0, 800, 800)), (100, 20, (400, 0, 1200, 800))]
)
def test_a_square_of_a_wide_picture_moves_with_the_focal_point(x, y, expected):
    assert cropping.box(1200, 800, SQUARE, x, y) == expected


def test_a_large_picture_has_six_widths_and_a_small_one_its_own():
    assert [width for width, _height in cropping.sizes(2400, 1600, WIDE)] == [320, 480, 664, 800, 1200, 1920]
    assert [width for width, _height in cropping.sizes(2400, 1600, WIDE, 1)] == [320, 480, 800, 1200, 1920]
    assert cropping.sizes(700, 350, WHOLE) == [(320, 160), (480, 240), (664, 332), (700, 350)]
    assert cropping.sizes(2400, 1600, SHARE) == [(1200, 630)]


def test_names_tell_focal_points_apart_but_not_for_the_whole_picture():
    one, other = Stamp("ab", 10, 20), Stamp("ab", 30, 20)
    assert one.name(CARD, 320, "avif") != other.name(CARD, 320, "avif")
    assert one.name(WHOLE, 320, "avif") == other.name(WHOLE, 320, "avif")


@pytest.mark.parametrize("stamp", [Stamp("ab"), Stamp("a.b.c", 0, 100), Stamp("ab", 1, 2, widths=1)])
def test_a_stamp_reads_what_it_wrote(stamp):
    assert Stamp.read(str(stamp)) == stamp


def test_a_stamp_without_a_number_is_of_the_first_set():
    assert Stamp.read("ab.50.50") == Stamp("ab", widths=1)


@pytest.mark.parametrize(
    "text", ["", "ab", "ab.1", "ab.x.1", "ab.-1.2", "ab.1.2@", "ab.1.2@99", "ab.1.2@2@2", "ab.১.2"]
)
def test_what_is_no_stamp_reads_as_none(text):
    assert Stamp.read(text) is None
