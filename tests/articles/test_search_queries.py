"""What people type: taken apart, marked in what was found, and never an error."""

import pytest
import regex
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Article
from articles.search import index, search
from articles.search.analysis import term_of
from articles.search.highlighting import Marker
from articles.search.queries import parse
from tests.articles.search_stories import findable, found

HOSTILE = [
    *(
        '"',
        '""',
        "'",
        "\\",
        "%",
        "_",
        "*",
        "(",
        ")",
        "-",
        "--",
        "AND",
        "NOT",
        "OR NOT",
        "NEAR(a b)",
        "a:b",
        "^a",
        "{a}",
    ),
    *(
        "a & | !",
        "!!!",
        "<->",
        ":*",
        "'); DROP TABLE x; --",
        "\x00",
        "a\x00b",
        "\ud800",
        "\ue000a",
        "\ue001s1",
        "🦆",
        "ﷺ",
    ),
    *('"a', 'a"', '-"', '"-a"', "-a -b", "\u202eabc", "é" * 50, "ক" * 500, "headline : x", "a*b*", "$1", "1e5", "NULL"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_queries_have_an_answer(text):
    findable(headline="A story")
    results = search(text, language=None, now=timezone.now())
    assert len(results.hits) <= 1


@pytest.mark.django_db
def test_every_awkward_line_has_an_answer(awkward_files):
    findable(headline="A story")
    lines = [line for path in awkward_files("strings") for line in path.read_bytes().splitlines()]
    for line in lines[::7]:
        for text in (line.decode(errors="replace"), line.decode("latin-1"), line.decode(errors="surrogateescape")):
            assert len(search(text, language=None, now=timezone.now()).hits) <= 1


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.text(st.sampled_from("ab\"-*:()&|!<>\\'% কি্\u200d\x00AND"), max_size=30))
def test_any_mixture_of_operators_has_an_answer(text):
    if not Article.objects.exists():
        findable(headline="Ab ba কি")
    assert len(search(text, language=None, now=timezone.now()).hits) <= 1


@pytest.mark.django_db
def test_a_query_of_ten_kilobytes_is_cut():
    findable(headline="Ferries")
    assert found("ferries " + "lorem ipsum " * 900) == ["Ferries"]


@pytest.mark.django_db
def test_a_story_of_any_text_can_be_found():
    for body in (
        "",
        "<p>x</p>",
        "<p>" + "word " * 60_000 + "</p>",
        "<p>" + "a" * 300_000 + "</p>",
        "<p>\ue000 \ue001s1</p>",
    ):
        findable(headline="Odd story", body=body)
    assert found("odd") == ["Odd story"] * 5


@pytest.mark.django_db
def test_the_same_text_a_hundred_times_is_an_answer():
    for _copy in range(100):
        article = findable(headline="Copy of copy")
    assert index([article]) == 0
    assert len(found("copy copy")) == 20


@pytest.mark.django_db
@pytest.mark.parametrize(
    "after", ["x", "1_2", "nan_nan_nan", "99999999999999_1_1", "0_inf_1", "_" * 90, "1_1_" + "9" * 60]
)
def test_an_odd_cursor_is_the_first_page(after):
    findable(headline="Ferries")
    assert found("ferries", after=after) == ["Ferries"]


def test_a_query_is_taken_apart():
    query = parse('Padma “bridge opens” -toll -"old ferry" covid-19')
    assert [word.typed for word in query.words] == ["padma", "covid", "19"]
    assert [query.phrases, query.excluded] == [(("bridg", "open"),), (("toll",), ("old", "ferri"))]


def test_a_quotation_mark_without_its_twin_is_none():
    assert [word.typed for word in parse('padma "bridge opens').words] == ["padma", "bridge", "opens"]


@pytest.mark.parametrize(("text", "is_open"), [("pad", True), ("pad ", False), ('"pad"', False), ("a -pad", False)])
def test_only_a_last_word_is_unfinished(text, is_open):
    assert parse(text).is_open is is_open


MARKER = Marker(frozenset({"ferri", "<script>", term_of("প্রধানমন্ত্রী")}))


def test_markup_in_a_headline_is_escaped_and_words_are_marked():
    assert MARKER.marked("<b>Ferries</b> & co") == "&lt;b&gt;<mark>Ferries</mark>&lt;/b&gt; &amp; co"


def test_bangla_words_are_marked_whole():
    assert MARKER.marked("প্রধানমন্ত্রীর ভাষণ") == "<mark>প্রধানমন্ত্রীর</mark> ভাষণ"


def test_a_snippet_shows_the_place_that_has_the_words():
    text = "start " * 100 + "then the ferries came " + "end " * 100
    snippet = MARKER.snippet("", text)
    assert "<mark>ferries</mark>" in snippet
    assert [snippet[:7], snippet[-5:], len(snippet) < 260] == ["… start", "end …", True]


def test_a_snippet_without_the_words_is_the_start():
    assert MARKER.snippet("Nothing here.", "Nor <here>.") == "Nothing here."


@given(st.text(max_size=300))
def test_a_marked_text_holds_no_markup_but_marks(text):
    marked = MARKER.marked(text) + MARKER.snippet(text, text)
    assert "<" not in marked.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("chattogram", "In Chittagong, ‘Chattogram’", ["Chittagong", "Chattogram"]),
        ("eclair 2026", "Éclair; ২০২৬", ["Éclair", "২০২৬"]),
        ("ইগল", "ঈগলের দিন", ["ঈগলের"]),
        ("ivoire", "Côte d'Ivoire, 'Ivoire'", ["Ivoire"]),
        ("covid-19", "COVID-19", ["COVID", "19"]),
        ("ζeta москва", "В Москва", ["Москва"]),
    ],
)
def test_every_spelling_of_a_word_is_marked(typed, text, marked):
    marker = Marker(frozenset(word.term for word in parse(typed).words))
    assert regex.findall("<mark>(.*?)</mark>", marker.marked(text)) == marked
