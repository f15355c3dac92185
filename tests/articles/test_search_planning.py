"""What a query costs is bounded, and rare words are found however common their company."""

import pytest
from django.db import connection

from articles.search import planning, postgresql, sqlite
from articles.search.planning import plan
from articles.search.queries import parse
from articles.search.terms import Frequencies, Plan, Term, facet_term
from tests.articles.search_stories import findable, found


def _planned(text, *, rows, **having):
    query = parse(text + " ")
    known = Frequencies(rows, 2_500, {Term((word,)): number for word, number in having.items()})
    return plan(query, known, {word.typed: [Term((word.term,))] for word in query.words})


def _groups(made):
    return [{term.parts[0] for term in group} for group in made.groups]


def test_of_rare_words_any_is_enough():
    made = _planned("ghat rupsha", rows=100_000, ghat=300, rupsha=40)
    assert [_groups(made), made.newest] == [[{"rupsha"}, {"ghat"}], None]


def test_of_common_words_all_are_needed_and_the_newest_are_looked_at():
    made = _planned("dhaka bank", rows=100_000, dhaka=60_000, bank=40_000)
    assert [_groups(made), made.newest] == [[{"dhaka", "bank"}], planning.NEWEST]


def test_in_a_small_archive_no_word_is_common():
    made = _planned("rupsha dhaka", rows=2_500, rupsha=40, dhaka=2_480)
    assert [_groups(made), made.newest] == [[{"rupsha"}, {"dhaka"}], None]


def test_common_words_in_company_do_not_crowd_a_rare_one_out():
    made = _planned("rupsha dhaka bank", rows=100_000, rupsha=40, dhaka=60_000, bank=40_000)
    assert _groups(made) == [{"rupsha"}]


def test_common_words_that_seldom_meet_find_stories_together():
    made = _planned("rupsha dhaka bank", rows=1_000_000, rupsha=40, dhaka=60_000, bank=20_000)
    assert _groups(made) == [{"rupsha"}, {"dhaka", "bank"}]


def test_a_plan_knows_what_share_of_the_archive_it_finds():
    known = Frequencies(1_000, 500, {Term(("dhaka",)): 600, Term(("bank",)): 500, facet_term("s1"): 100})
    made = Plan((tuple(known.having)[:2],), {}, 1_000, required=(("s1", "s2"),))
    assert known.share_of(made) == pytest.approx(0.6 * 0.5 * 0.1)


@pytest.mark.django_db
def test_all_that_match_are_found_when_the_newest_span_has_too_few(monkeypatch):
    """Of a word that was common once: the span in which as many were to be expected has hardly any."""
    findable(headline="Cyclone", hours_ago=9_000)
    for number in range(3):
        findable(headline=f"Rice {number}", hours_ago=number)
    newest = findable(headline="Cyclone again")
    monkeypatch.setattr(postgresql, "_recent", lambda cursor, made: newest.search_document.place)
    assert sorted(found("cyclone")) == ["Cyclone", "Cyclone again"]


@pytest.mark.django_db
def test_a_phrase_is_looked_for_in_all_when_the_newest_span_has_too_few(monkeypatch):
    """That the span has one story with the phrase says nothing about those before it."""
    findable(headline="Cyclone Remal", hours_ago=9_000)
    newest = findable(headline="Cyclone Remal again")
    monkeypatch.setattr(postgresql, "_recent", lambda cursor, made: newest.search_document.place)
    assert sorted(found('"cyclone remal"')) == ["Cyclone Remal", "Cyclone Remal again"]


@pytest.fixture
def common_words(monkeypatch):
    """Words that three stories have are too many to rank; six stories have these two, five of them in a row."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL bounds phrases by the rows that it reads, whatever their words")
    monkeypatch.setattr(sqlite, "BUDGET", 2)
    text = "<p>The river port is open.</p>"
    findable(headline="In the headline: river port", hours_ago=900)
    for number in range(1, 5):
        findable(headline=f"In the text {number}", body=text, hours_ago=24 * number)
    findable(headline="Apart", body="<p>The port on the river.</p>")


@pytest.mark.django_db
@pytest.mark.usefixtures("common_words")
def test_a_phrase_of_common_words_is_ranked_by_where_it_stands_and_then_by_time():
    texts = [f"In the text {number}" for number in range(1, 5)]
    assert found('"river port"') == ["In the headline: river port", *texts]
    assert found('"river port"', sort="date") == [*texts, "In the headline: river port"]


@pytest.mark.django_db
@pytest.mark.usefixtures("common_words")
def test_the_newest_with_a_phrase_of_common_words_are_enough(monkeypatch):
    monkeypatch.setattr("articles.search.searching.MOST", 2)
    assert found('"river port"') == ["In the text 1", "In the text 2"]


@pytest.mark.django_db
@pytest.mark.usefixtures("common_words")
def test_with_other_words_every_row_that_has_the_phrase_is_ranked(monkeypatch):
    findable(headline="Cyclone over the river port", hours_ago=2_000)
    assert found('"river port" cyclone')[0] == "Cyclone over the river port"
    assert found('"river port" -cyclone')[0] == "In the headline: river port"
