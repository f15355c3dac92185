"""Versions of one report stand once in a search, spans of time narrow it, and other spellings are one word."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.models import StoryTerms
from articles.related import catch_up
from articles.search import Filters, search
from tests.articles.search_stories import findable, found

pytestmark = pytest.mark.django_db
REPORT = "<p>" + " ".join(f"word{number}" for number in range(80)) + "</p>"


def versions(number, **fields):
    """The same report so many times, as the worker leaves it."""
    stories = [findable(headline=f"Ferry report {place}", body=REPORT, **fields) for place in range(number)]
    catch_up(now=timezone.now())
    return stories


def ask(text="ferry", **filters):
    return search(text, language=None, now=timezone.now(), filters=Filters(**filters))


def test_versions_of_a_report_stand_once_and_are_counted():
    versions(3)
    findable(headline="Another ferry")
    results = ask()
    assert [results.number, sorted(hit.versions for hit in results.hits)] == [2, [0, 2]]


def test_the_versions_can_be_asked_for():
    stories = versions(3)
    findable(headline="Another ferry")
    number = next(hit.same_text for hit in ask().hits if hit.versions)
    assert {hit.article.pk for hit in ask(same_text=number).hits} == {story.pk for story in stories}


def test_a_withdrawn_version_is_not_counted():
    stories = versions(2)
    stories[0].state = "withdrawn"
    stories[0].save()
    assert [(hit.article, hit.versions) for hit in ask().hits] == [(stories[1], 0)]


def test_stories_without_terms_are_shown_one_by_one():
    versions(2)
    StoryTerms.objects.all().delete()
    assert ask().number == 2


def test_a_span_of_time_leaves_out_what_is_older():
    for days in (0.5, 3, 20, 200, 900):
        findable(headline=f"Rice {days}", hours_ago=24 * days)
    numbers = [len(ask("rice", period=period).hits) for period in ("day", "week", "month", "year", "")]
    assert numbers == [1, 2, 3, 4, 5]
    assert [facet.number for facet in ask("rice").facets["period"]] == [1, 2, 3, 4]


def test_a_span_that_tells_nothing_is_not_offered():
    findable(headline="Rice", hours_ago=1)
    findable(headline="Rice again", hours_ago=2)
    assert "period" not in ask("rice").facets


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Chittagong", "Chattogram port"),
        ("Chattogram", "Chittagong port"),
        ("comilla", "Cumilla"),
        ("সরকারী", "সরকারি"),
        ("শ্রেণি", "শ্রেণীর"),
        ("ইগল", "ঈগলের"),
        ("রাণী", "রানির"),
    ],
)
def test_both_spellings_of_a_word_are_one_also_where_stories_have_both(typed, written):
    findable(headline=written)
    for _story in range(4):
        findable(headline=typed)
    assert len(found(typed)) == 5


def test_a_dash_before_a_word_leaves_nothing_out():
    findable(headline="Ferries –fog stops them")
    assert found("ferries –fog") == ["Ferries –fog stops them"]


def test_a_search_of_all_editions_counts_them():
    findable(headline="Padma")
    findable(headline="Padma পদ্মা", language="bn")
    assert {facet.value: facet.number for facet in ask("padma").facets["language"]} == {"en": 1, "bn": 1}
    assert found("padma", filters=Filters(language="bn")) == ["Padma পদ্মা"]


def test_a_story_that_appears_later_is_in_no_span_yet():
    findable(headline="Rice", publish_at=timezone.now() + dt.timedelta(hours=1))
    assert ask("rice", period="day").hits == []
