from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.related.terms import KEPT, WORDS, extract, likeness, pack, read, shingles, sketch, stem, term, unpack


def terms(body="", headline="", language="en", tags=()):
    return extract(language, headline, "", f"<p>{body}</p>", tags)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "floods", "flooded"),
        ("en", "minister", "minister's"),
        ("en", "minister", "minister’s"),
        ("bn", "প্রধানমন্ত্রী", "প্রধানমন্ত্রীর"),
        ("bn", "সরকার", "সরকারের"),
    ],
)
def test_a_word_and_its_forms_have_one_stem(language, one, other):
    assert stem(one, language) == stem(other, language)


def test_short_bangla_words_are_left_whole():
    assert stem("ঘর", "bn") == "ঘর"


def test_a_word_of_another_language_is_another_term():
    assert term("padma", "en") != term("padma", "bn")


def test_stop_words_are_no_terms():
    assert terms("The of and এবং").weights.keys() == terms("এবং").weights.keys()


def test_what_comes_first_weighs_more():
    weights = terms("dam " + "filler " * 100 + "budget").weights
    assert weights[term("dam", "en")] > weights[term("budget", "en")]


def test_the_headline_weighs_more_than_the_body():
    weights = terms("budget", headline="dam").weights
    assert weights[term("dam", "en")] > weights[term("budget", "en")]


def test_no_more_terms_are_kept_than_fit():
    assert len(terms(" ".join(f"w{n}" for n in range(1000))).weights) == KEPT


def test_a_text_of_a_million_words_is_read_in_part():
    assert len(read("", f"<p>{'word ' * 1_000_000}</p>")) == WORDS


def test_a_cut_inside_a_tag_leaves_no_piece_of_it():
    assert set(read("", "<p>word</p>" * 10_000)) == {"word"}


@given(st.text(max_size=300), st.text(max_size=3000), st.sampled_from(["en", "bn"]))
def test_any_text_has_terms_that_pack_and_unpack(headline, body, language):
    found = extract(language, headline, headline, body, [headline])
    numbers, weights = unpack(pack(found.weights))
    assert numbers == tuple(found.weights)
    assert weights == pytest.approx(tuple(found.weights.values()), rel=1e-3, abs=1e-3)


@given(st.lists(st.text("abcdকখ", min_size=1, max_size=4), min_size=1, max_size=40))
def test_runs_worked_out_side_by_side_are_those_of_each_three_words(words):
    numbers = [crc32(word.encode()) for word in words] + [1] * (3 - len(words))
    runs = zip(numbers, numbers[1:], numbers[2:], strict=False)
    each = (((one * 0x9E3779B1 + two) * 0x85EBCA6B + three) * 0xC2B2AE35 for one, two, three in runs)
    assert shingles(words) == {run >> 7 & 0xFFFFFFFF for run in each}


@pytest.mark.parametrize("changed", [0, 5, 20, 100])
def test_sketches_tell_what_share_two_texts_have(changed):
    one = [f"w{n}" for n in range(1000)]
    other = [f"x{n}" if n % 100 < changed else word for n, word in enumerate(one)]
    a, b = shingles(one), shingles(other)
    assert likeness(sketch(one), sketch(other)) == pytest.approx(len(a & b) / len(a | b), abs=0.15)


def test_two_texts_of_nothing_are_not_alike():
    assert likeness(sketch([]), sketch([])) == 0
