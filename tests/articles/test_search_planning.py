"""What a query costs is bounded, and rare words are found however common their company."""

import pytest

from articles.search import planning, postgresql
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
