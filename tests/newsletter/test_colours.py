import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.composing.colours import DARK_PAPER, PAPER, READABLE, contrast, readable

COLOURS = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def test_contrast_is_that_of_wcag():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@given(COLOURS)
def test_any_colour_becomes_readable_on_both_papers(colour):
    for paper in (PAPER, DARK_PAPER):
        found = readable(colour, paper)
        assert re.fullmatch(r"#[0-9a-f]{6}", found)
        assert contrast(found, paper) >= READABLE


def test_a_readable_colour_stays_as_it_is():
    assert readable("#00624a", PAPER) == "#00624a"
