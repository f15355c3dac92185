"""Misspelt words and names spelt otherwise."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles.search import search
from articles.search.spelling import distance, nearest, skeleton
from tests.articles.search_stories import findable, found

NAMES = [
    ("Mohammad", "Muhammed"),
    ("Sheikh", "Shaikh"),
    ("Khaleda", "Khalida"),
    ("Rohingya", "Rohinga"),
    ("Chattogram", "Chatogram"),
    ("Hasina", "Haseena"),
    ("Tarique", "Tareq"),
    ("চট্টগ্রাম", "চট্রগ্রাম"),
    ("প্রধান উপদেষ্টা", "প্রধান উপদেস্টা"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("written", "typed"), NAMES)
def test_a_name_is_found_in_another_spelling(written, typed):
    findable(headline=f"{written} 2026")
    results = search(typed, language=None, now=timezone.now())
    assert [hit.article.headline for hit in results.hits] == [f"{written} 2026"]
    assert results.suggestion == written.casefold()


@pytest.mark.django_db
def test_only_the_wrong_word_of_a_query_is_corrected():
    findable(headline="Padma bridge opens")
    results = search("Padma brigde", language=None, now=timezone.now())
    assert [results.suggestion, len(results.hits)] == ["Padma bridge", 1]


@pytest.mark.django_db
def test_a_word_that_stories_have_is_not_corrected():
    for number in range(3):
        findable(headline=f"Form {number}")
    findable(headline="Farm")
    assert search("form", language=None, now=timezone.now()).suggestion == ""
    assert "Farm" not in found("form")


@pytest.mark.django_db
def test_a_word_is_corrected_to_one_that_more_stories_have():
    for number in range(2):
        findable(headline=f"Padma bridge {number}")
    findable(headline="Padma bridgr")
    assert search("bridgr", language=None, now=timezone.now()).suggestion == "bridge"
    assert search("bridge", language=None, now=timezone.now()).suggestion == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "form"), [("ফেরি", "ফেরির"), ("bridge", "bridges")])
def test_a_form_of_the_same_word_is_not_offered_for_it(typed, form):
    findable(headline=f"{typed} 2026")
    findable(headline=f"{form} 2027")
    results = search(typed, language=None, now=timezone.now())
    assert [results.suggestion, len(results.hits)] == ["", 2]


@pytest.mark.django_db
def test_a_word_that_resembles_nothing_finds_nothing():
    findable(headline="Padma bridge opens")
    assert found("xylophone") == []


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("", "", 0), ("a", "", 1), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ca", "abc", 3)],
)
def test_the_distance_of_two_spellings(one, other, apart):
    assert distance(one, other) == distance(other, one) == apart


def test_short_words_stand_for_nothing_else():
    assert nearest("cat", ["bat", "car", "cats"]) == []
    assert nearest("rail", ["bail", "jail", "fail"]) == []
    assert nearest("dengue", ["dense"]) == []


@pytest.mark.django_db
def test_of_spellings_that_sound_alike_the_frequent_one_is_offered():
    findable(headline="Tarek speaks")
    for number in range(4):
        findable(headline=f"Tarique speaks {number}")
    assert search("Tareq", language=None, now=timezone.now()).suggestion == "tarique"


@pytest.mark.parametrize(("one", "other"), NAMES[:3] + NAMES[-1:])
def test_spellings_of_a_name_have_one_skeleton(one, other):
    assert skeleton(one.casefold()) == skeleton(other.casefold())


@given(st.text(max_size=12))
def test_any_word_has_a_skeleton_no_longer_than_itself(word):
    assert len(skeleton(word.casefold())) <= len(word.casefold()) * 3
