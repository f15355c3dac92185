import datetime as dt

import pytest
from django.utils import timezone

from articles.duplicates import likeness, near_duplicates, shingles
from articles.models import Article
from articles.states import State
from tests.factories import make_article, make_section

pytestmark = pytest.mark.django_db
WORDS = [f"word{number}" for number in range(100)]
BANGLA = "<p>সিরিয়ার ইদলিব প্রদেশে একটি অস্ত্রমুক্ত অঞ্চল গড়তে একমত হয়েছেন দুই দেশের প্রেসিডেন্ট।</p>"


def story(*, changed=0, headline="Ferries return", **fields):
    """A story of 100 words, the last `changed` of which are others."""
    words = WORDS[: 100 - changed] + [f"other{number}" for number in range(changed)]
    return make_article(headline=headline, body=f"<p>{' '.join(words)}</p>", **fields)


def duplicates_of(article):
    return near_duplicates(article, timezone.now())


@pytest.mark.parametrize(("changed", "alike"), [(0, True), (8, True), (30, False), (100, False)])
def test_nearly_the_same_text_is_found_and_another_is_not(changed, alike):
    other = story(changed=changed)
    assert duplicates_of(story(published=False)) == ([other] if alike else [])


def test_the_most_alike_comes_first():
    near, same = story(changed=5), story()
    assert duplicates_of(story(published=False)) == [same, near]


def test_markup_and_case_make_no_difference():
    other = make_article(
        headline="FERRIES RETURN", body=f"<h2>{' '.join(WORDS[:50])}</h2><p><em>{' '.join(WORDS[50:])}</em></p>"
    )
    assert duplicates_of(story(published=False)) == [other]


def test_a_story_that_was_sent_again_in_another_section_is_found():
    other = story(section=make_section(name="Sport"))
    assert duplicates_of(story(published=False)) == [other]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.WITHDRAWN},
        {"published": False},
        {"language": "bn"},
        {"publish_at": timezone.now() - dt.timedelta(days=31)},
    ],
)
def test_what_is_not_there_or_is_long_ago_is_not_compared(fields):
    story(**fields)
    assert duplicates_of(story(published=False)) == []


def test_bangla_words_are_compared_whole():
    other = make_article(headline="ইদলিব", language="bn", body=BANGLA)
    mine = make_article(headline="ইদলিব", language="bn", body=BANGLA, published=False)
    assert duplicates_of(mine) == [other]


def test_a_story_is_no_duplicate_of_itself():
    assert duplicates_of(story()) == []


def test_texts_of_a_few_words_and_of_none():
    one, two, empty = Article(headline="Live"), Article(headline="live"), Article()
    assert likeness(shingles(one), shingles(two)) == 1
    assert likeness(shingles(one), shingles(empty)) == likeness(shingles(empty), shingles(empty)) == 0


@pytest.mark.parametrize("number", [2, 20])
def test_costs_two_queries(number, django_assert_num_queries):
    for _ in range(number):
        story()
    mine = story(published=False)
    with django_assert_num_queries(2):
        assert len(duplicates_of(mine)) == number
