import unicodedata

import pytest
from django.urls import resolve, reverse

from articles.converters import SectionPathConverter, SlugConverter


@pytest.mark.parametrize("slug", ["padma", "নদী-ভাঙন", "র‍্যাব", "straße", "c++"])
def test_slug_survives_the_round_trip(slug):
    converter = SlugConverter()
    assert converter.to_python(converter.to_url(slug)) == unicodedata.normalize("NFC", slug)
    assert resolve(f"/tags/{slug}/").kwargs == {"slug": unicodedata.normalize("NFC", slug)}


def test_both_encodings_of_a_letter_are_one_address():
    one, other = "\u09df", "\u09af\u09bc"
    assert SectionPathConverter().to_python(one) == SectionPathConverter().to_python(other)
    assert reverse("tag", args=[one]) == reverse("tag", args=[other])


@pytest.mark.parametrize("path", ["/world/12/", "/world/asia/12/", "/world/asia/east/12/"])
def test_sections_are_up_to_three_parts(path):
    assert resolve(path).kwargs["pk"] == 12


@pytest.mark.parametrize("number", ["0", "012", "-1", "1.5", "১২", "9" * 19])
def test_what_is_no_story_number_is_no_story(number):
    assert resolve(f"/world/{number}/slug/").url_name == "section"


def test_the_largest_number_fits_the_database(db, client):
    assert client.get(f"/world/{'9' * 18}/slug/").status_code == 404
