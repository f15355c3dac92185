"""The same text again: found by the sketches of the archive, and judged by its shingles."""

import datetime as dt

import pytest
from django.utils import timezone

from articles import checking
from articles.models import Article
from articles.related import catch_up, related_to
from articles.related.matching import near_duplicates
from articles.states import State
from tests.factories import make_article, make_section, make_tag

pytestmark = pytest.mark.django_db
WORDS = [f"word{number}" for number in range(100)]
BANGLA = "<p>সিরিয়ার ইদলিব প্রদেশে একটি অস্ত্রমুক্ত অঞ্চল গড়তে একমত হয়েছেন দুই দেশের প্রেসিডেন্ট।</p>"


def story(*, changed=0, headline="Ferries return", **fields):
    """A story of 100 words, the last `changed` of which are others."""
    words = WORDS[: 100 - changed] + [f"other{number}" for number in range(changed)]
    return make_article(headline=headline, body=f"<p>{' '.join(words)}</p>", **fields)


def duplicates_of(article):
    catch_up(now=timezone.now())
    return near_duplicates(article, timezone.now())


@pytest.mark.parametrize(("changed", "alike"), [(0, True), (4, True), (8, False), (30, False), (100, False)])
def test_nine_tenths_of_the_shingles_are_the_same_text_and_less_is_not(changed, alike):
    other = story(changed=changed)
    assert duplicates_of(story(published=False)) == ([other] if alike else [])


def test_a_short_text_under_another_headline_is_the_same_text():
    """Most of what the two have by weight are their headlines."""
    body = f"<p>{' '.join(WORDS[:50])}</p>"
    for _story in range(30):
        # The words of the text are common, those of the headlines are not.
        make_article(headline="Elsewhere", body=f"<p>{' '.join(reversed(WORDS[:50]))}</p>")
    headlines = [" ".join(f"{letter}headline{number}" for number in range(14)) for letter in "ab"]
    other = make_article(headline=headlines[0], body=body)
    again = make_article(headline=headlines[1], body=body)
    assert duplicates_of(again) == [other]
    assert other not in related_to(again, timezone.now())


def test_the_most_alike_comes_first():
    near, same = story(changed=4), story()
    assert duplicates_of(story(published=False)) == [same, near]


def test_markup_and_case_make_no_difference():
    other = make_article(
        headline="FERRIES RETURN", body=f"<h2>{' '.join(WORDS[:50])}</h2><p><em>{' '.join(WORDS[50:])}</em></p>"
    )
    assert duplicates_of(story(published=False)) == [other]


@pytest.mark.parametrize(
    "fields",
    [
        {"section": "Sport"},
        {"tags": ["Rivers"], "headline": "They sail again"},
        {"publish_at": timezone.now() - dt.timedelta(days=900)},
        {"publish_at": timezone.now() + dt.timedelta(hours=1)},
    ],
)
def test_whatever_stands_beside_the_text_it_is_found(fields):
    if "section" in fields:
        fields = {"section": make_section(name=fields["section"])}
    if "tags" in fields:
        fields = {**fields, "tags": [make_tag(name=name) for name in fields["tags"]]}
    other = story(**fields)
    assert duplicates_of(story(published=False)) == [other]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.WITHDRAWN},
        {"published": False},
        {"language": "bn"},
        {"hours_ago": 9, "unpublish_at": timezone.now() - dt.timedelta(hours=1)},
    ],
)
def test_what_readers_have_no_more_and_what_they_never_had_is_not_compared(fields):
    story(**fields)
    assert duplicates_of(story(published=False)) == []


def test_a_story_that_was_withdrawn_before_the_worker_has_been_is_not_compared():
    other, mine = story(), story(published=False)
    catch_up(now=timezone.now())
    Article.objects.filter(pk=other.pk).update(state=State.WITHDRAWN)
    assert near_duplicates(mine, timezone.now()) == []


def test_bangla_words_are_compared_whole():
    other = make_article(headline="ইদলিব", language="bn", body=BANGLA)
    mine = make_article(headline="ইদলিব", language="bn", body=BANGLA, published=False)
    assert duplicates_of(mine) == [other]


def test_a_story_is_no_duplicate_of_itself():
    assert duplicates_of(story()) == []


@pytest.mark.parametrize("text", ["", "<p>Live</p>"])
def test_texts_of_a_few_words_and_of_none_are_no_news(text):
    make_article(headline="Budget", body=text)
    assert duplicates_of(make_article(headline="Ferries", body=text, published=False)) == []


def test_a_text_that_was_never_saved_has_an_answer():
    other = story()
    catch_up(now=timezone.now())
    assert near_duplicates(Article(headline="Ferries return", body=other.body), timezone.now()) == [other]


def test_editors_are_told_before_they_publish():
    other, mine = story(section=make_section(name="Sport")), story(published=False)
    catch_up(now=timezone.now())
    found = [finding for finding in checking.findings(mine, timezone.now()) if finding.story]
    assert [(finding.story, finding.field, finding.level) for finding in found] == [(other, "body", "warning")]
    assert "Sport" in found[0].message


@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_however_many_there_are(number, django_assert_max_num_queries):
    for changed in range(number):
        story(changed=changed % 4)
    mine = story(published=False)
    catch_up(now=timezone.now())
    with django_assert_max_num_queries(5):
        assert len(near_duplicates(mine, timezone.now())) == number
