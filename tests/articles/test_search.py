"""What is found, in which order, and what is not."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.models import Article
from articles.search import Filters, search
from tests.articles.search_stories import findable, found
from tests.factories import make_contributor, make_section

pytestmark = pytest.mark.django_db
FILLER = "word " * 80


def test_a_word_is_found_with_other_endings():
    findable(headline="Floods in Sylhet")
    assert found("flood") == found("flooding") == ["Floods in Sylhet"]


def test_case_accents_and_apostrophes_do_not_matter():
    findable(headline="Café owner’s plea")
    assert found("CAFE owners") == ["Café owner’s plea"]


def test_a_story_with_more_of_the_words_stands_above_one_with_less():
    findable(headline="Bridge opens")
    findable(headline="Padma bridge opens to traffic")
    findable(headline="Padma fish")
    assert found("padma bridge traffic")[0] == "Padma bridge opens to traffic"


def test_a_rare_word_counts_more_than_a_common_one():
    for number in range(6):
        findable(headline=f"Ferry report {number}")
    findable(headline="Dolphin seen")
    assert found("ferry dolphin")[0] == "Dolphin seen"


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"headline": "Monsoon"}, {"standfirst": "Monsoon"}),
        ({"standfirst": "Monsoon"}, {"body": f"<p>{FILLER} monsoon</p>"}),
        ({"body": f"<p>{FILLER} monsoon</p>"}, {"tags": ["Monsoon"]}),
    ],
)  # fmt: skip
def test_headline_over_standfirst_over_body_over_tags(better, worse):
    usual = {"headline": "Other", "body": f"<p>{FILLER} other</p>"}
    expected = findable(**usual | better)
    findable(**usual | worse)
    results = search("monsoon", language=None, now=timezone.now())
    assert [len(results.hits), results.hits[0].article] == [2, expected]


def test_of_two_that_match_alike_the_newer_stands_first():
    findable(headline="Storm warning", hours_ago=24 * 900)
    newer = findable(headline="Storm warning", hours_ago=2)
    assert search("storm", language=None, now=timezone.now()).hits[0].article == newer


def test_a_phrase_is_found_as_it_stands():
    findable(headline="Prime minister speaks")
    findable(headline="Minister of prime importance")
    assert found('"prime minister"') == ["Prime minister speaks"]


def test_a_phrase_does_not_go_from_one_text_into_another():
    findable(headline="Ferry sinks", standfirst="Off the coast.")
    assert found('"sinks off"') == []


def test_a_phrase_is_found_across_the_end_of_the_start():
    words = [f"w{number}x" for number in range(130)]
    findable(headline="Long", body=f"<p>{' '.join(words)}</p>")
    assert all(found(f'"{one} {two}"') for one, two in zip(words, words[1:], strict=False))


def test_a_minus_leaves_stories_out():
    findable(headline="Cricket in Dhaka")
    findable(headline="Cricket in Delhi")
    assert found("cricket -delhi") == ["Cricket in Dhaka"]


def test_the_last_word_may_be_unfinished():
    findable(headline="Government resigns")
    assert found("governm") == ["Government resigns"]


def test_a_whole_word_is_no_beginning():
    findable(headline="Portal opens")
    findable(headline="Port opens")
    assert found("port") == ["Port opens"]


def test_one_letter_is_no_beginning():
    findable(headline="Government resigns")
    assert found("g") == []


def test_bangla_words_are_whole():
    findable(headline="প্রধানমন্ত্রীর ভাষণ", language="bn")
    assert [found("প"), found("নমন"), found("ত্র"), found("প্র")] == [[]] * 4


@pytest.mark.parametrize("typed", ["প্রধানমন্ত্রী", "প্রধানমন্ত্রীর", "প্রধানমন্ত্রীকে"])
def test_bangla_endings_do_not_matter(typed):
    findable(headline="প্রধানমন্ত্রীর ভাষণ", language="bn")
    assert found(typed) == ["প্রধানমন্ত্রীর ভাষণ"]


def test_both_encodings_of_a_bangla_letter_are_one():
    findable(headline="বাড়ি ভাড়া", language="bn")
    assert found("ভা\u09a1\u09bcা") == found("ভা\u09dcা") == ["বাড়ি ভাড়া"]


def test_joiners_and_digits_of_either_script_do_not_matter():
    findable(headline="র\u200d্যাব ২০২৬", language="bn")
    assert found("র্যাব") == found("2026") == ["র\u200d্যাব ২০২৬"]


def test_names_and_tags_are_found():
    findable(headline="Untitled", tags=["Rooppur"], signed_by=[make_contributor(name="Nasrin Akhter")])
    assert found("nasrin akhter") == found("rooppur") == ["Untitled"]


def test_an_edition_finds_its_own_stories():
    findable(headline="Dhaka")
    findable(headline="Dhaka ঢাকা", language="bn")
    assert found("dhaka", language="en") == ["Dhaka"]
    assert len(found("dhaka")) == 2


def test_drafts_are_found_only_where_they_are_asked_for():
    findable(headline="Secret plan", published=False)
    assert found("secret") == []
    assert found("secret", stories=Article.objects.all()) == ["Secret plan"]


def test_a_scheduled_story_is_found_from_its_minute_on():
    now = timezone.now()
    findable(headline="Budget", publish_at=now + dt.timedelta(minutes=1), unpublish_at=now + dt.timedelta(minutes=3))
    assert [bool(found("budget", now=now + dt.timedelta(minutes=m))) for m in (0, 1, 2, 3)] == [
        False,
        True,
        True,
        False,
    ]


def test_an_embargo_holds_in_search():
    now = timezone.now()
    findable(headline="Embargoed", embargo_until=now + dt.timedelta(hours=1))
    assert [found("embargoed", now=now), found("embargoed", now=now + dt.timedelta(hours=2))] == [[], ["Embargoed"]]


def test_filters_narrow():
    asia = make_section(name="Asia", parent=make_section(name="World"))
    author = make_contributor(name="Rina Das")
    findable(headline="Rice one", section=asia, story_type="opinion", signed_by=[author])
    findable(headline="Rice two", section=make_section(name="Business"))
    month = timezone.localtime().strftime("%Y-%m")
    for filters in [
        Filters(section=asia.parent_id), Filters(author=author.pk), Filters(story_type="opinion"),
        Filters(section=asia.pk, month=month),
    ]:  # fmt: skip
        assert found("rice", filters=filters) == ["Rice one"]
    assert found("rice", filters=Filters(month="1999-01")) == []


def test_facets_count_the_matches():
    business = make_section(name="Business")
    for number in range(3):
        findable(headline=f"Rice {number}", section=business if number else None)
    facets = search("rice", language=None, now=timezone.now()).facets
    assert [(facet.label, facet.number) for facet in facets["section"]] == [("Business", 2), ("World", 1)]


def test_by_date_the_newest_with_all_words_stands_first():
    findable(headline="Rice price rice price", hours_ago=9)
    findable(headline="Price of rice", hours_ago=3)
    findable(headline="Rice alone", hours_ago=1)
    assert found("rice price", sort="date") == ["Price of rice", "Rice price rice price"]


@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_pages_follow_each_other_without_gap_or_repetition(sort):
    for number in range(11):
        findable(headline=f"Rice {number}", hours_ago=number + 1)
    now, after, seen = timezone.now(), "", []
    for _page in range(3):
        results = search("rice", language=None, now=now, sort=sort, after=after, limit=4)
        seen += [hit.article.pk for hit in results.hits]
        findable(headline="Rice new") if sort == "date" else None
        after = results.next
    assert [len(seen), len(set(seen)), after] == [11, 11, ""]


def test_a_search_costs_the_same_queries_with_2_stories_and_with_20(django_assert_max_num_queries):
    for size in (2, 20):
        for number in range(size):
            findable(headline=f"Rice field {number}")
        with django_assert_max_num_queries(18):
            assert found("rice field")
