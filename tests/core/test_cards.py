import io

import pytest
from PIL import Image

from newsportal.core import cards

GROUND, PAPER = (0, 98, 74), (255, 253, 249)


def drawn(title, label="World", name="The Delta Courier"):
    with Image.open(io.BytesIO(cards.draw(title, label, name))) as picture:
        return picture.convert("RGB")


def inked(picture, box):
    """How many pixels of a box are not the ground's."""
    part = picture.crop(box)
    return sum(number for number, colour in part.getcolors(part.width * part.height) if colour != GROUND)


TITLE = (0, 160, cards.WIDTH, 500)


@pytest.mark.parametrize("title", ["Ferries return", "প্রধানমন্ত্রীর ফেরি র‍্যাব", "“Déjà vu” — 12 %", "Ferry ফেরি"])
def test_a_title_is_drawn_within_the_margins(title):
    picture = drawn(title)
    assert picture.size == (1200, 630)
    assert inked(picture, TITLE) > 2000
    assert inked(picture, (cards.WIDTH - cards.MARGIN + 4, 0, cards.WIDTH, cards.HEIGHT)) == 0
    assert inked(picture, (0, 0, cards.MARGIN - 12, cards.HEIGHT)) == 0


@pytest.mark.parametrize("title", ["word " * 80, "প্রধানমন্ত্রী " * 60, "a" * 250, "ক" * 250, ""])
def test_a_long_title_runs_into_nothing(title):
    picture = drawn(title, label="", name="")
    assert inked(picture, (cards.WIDTH - cards.MARGIN + 4, 0, cards.WIDTH, cards.HEIGHT)) == 0
    assert inked(picture, (0, cards.HEIGHT - 92, cards.WIDTH, cards.HEIGHT)) == 0


@pytest.mark.parametrize("title", ["漢字の見出し", "عنوان", "Emoji 🙂"])
def test_what_the_font_cannot_write_is_left_out_and_not_drawn_as_boxes(title):
    assert inked(drawn(title), TITLE) == 0


def test_without_shaping_bangla_is_left_out(monkeypatch):
    monkeypatch.setattr(cards.features, "check", lambda name: False)
    assert inked(drawn("ফেরি"), TITLE) == 0
    assert inked(drawn("Ferries"), TITLE) > 2000


def test_bangla_is_shaped():
    if not cards.features.check("raqm"):
        pytest.skip("this Pillow knows no shaping")
    font = cards._font(64)
    assert font.getlength("ক্ষ") < font.getlength("ক") + font.getlength("ষ")


def test_lines_keep_every_word_in_order():
    title = "After fog the ferries on the river went back to work on Sunday morning"
    assert " ".join(cards._lines(title, cards._font(76))) == title
