"""A story's terms as PostgreSQL keeps them."""

import pytest

from articles.search.numbers import END, FIRST, WIDE, code, written
from tests.articles.search_stories import findable, found

NOTHING = [[], [], [], [], [], []]


def _written(**columns):
    names = ("head", "lead", "body", "names", "exact", "facets")
    return written([columns.get(name, "").split() for name in names])


def test_each_term_has_a_number_once_the_most_frequent_first():
    vector, _packed = _written(head="dhaka", body="bank bank dhaka dhaka", names="rahim", facets="s1")
    assert vector == "{" + ",".join(str(code(term)) for term in ("dhaka", "bank", "rahim", "s1")) + "}"


def test_the_text_is_spelt_with_the_places_of_its_terms():
    _vector, packed = _written(head="dhaka", lead="bank dhaka", body="bank dhaka", names="rahim", exact="banks")
    dhaka, bank, rahim, banks = (chr(FIRST + place) for place in range(4))
    assert packed.decode("latin-1") == END.join((dhaka, bank + dhaka, bank + dhaka, rahim + banks))


def test_few_different_terms_take_a_byte_each():
    _vector, packed = _written(body=" ".join(f"w{number}" for number in range(250)))
    assert len(packed) == 250 + 3


def test_a_text_of_many_different_terms_says_so():
    _vector, packed = _written(body=" ".join(f"w{number}" for number in range(260)))
    assert [packed.decode()[0], len(packed.decode())] == [WIDE, 1 + 260 + 3]


def test_a_story_without_a_word_has_its_parts():
    assert written(NOTHING) == ("{}", END.encode() * 3)


@pytest.mark.django_db
@pytest.mark.parametrize("different", [100, 1_000])
def test_words_of_long_and_short_stories_are_found_and_counted(different):
    words = [f"w{number}x" for number in range(different)]
    findable(headline="Once", body=f"<p>{' '.join(words)} padma</p>")
    findable(headline="Often", body=f"<p>{' '.join(words)} {'padma ' * 9}</p>")
    assert [found("padma"), found(f'"{words[-2]} {words[-1]}"', sort="date")] == [["Often", "Once"]] * 2


@pytest.mark.django_db
def test_a_phrase_that_is_excluded_leaves_out_its_stories_only():
    findable(headline="Padma bridge opens")
    findable(headline="Bridge over the Padma")
    assert found('padma -"padma bridge"') == ["Bridge over the Padma"]
