import html

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from articles import comparing, contents
from newsportal.core.text import nfc
from tests.factories import make_article

WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d'’]+")
PART = regex.compile(r"<(del|ins)>(.*?)</\1>|([^<]+)", regex.DOTALL)
bangla = st.text(alphabet=st.characters(min_codepoint=0x0980, max_codepoint=0x09FE), max_size=30)
mixed = st.lists(
    st.one_of(bangla, st.text(max_size=8), st.sampled_from([" ", "\n", "ক্ষ", "র‌্যাব", "নদী", "।"])), max_size=12
)
texts = mixed.map("".join)


def parts(marked):
    """(marked or not, text) for each part of a side, in order."""
    return [(bool(tag), html.unescape(inner if tag else plain)) for tag, inner, plain in PART.findall(marked)]


def said(marked):
    return "".join(text for _marked, text in parts(marked))


@given(texts, texts)
def test_what_is_unmarked_and_deleted_is_the_old_text_and_inserted_the_new(old, new):
    before, after = comparing.mark(old, new)
    assert (said(before), said(after)) == (nfc(old), nfc(new))


@given(texts, texts)
def test_what_is_unmarked_is_the_same_on_both_sides(old, new):
    before, after = ("".join(text for marked, text in parts(side) if not marked) for side in comparing.mark(old, new))
    assert before == after


@given(texts, texts)
def test_no_word_is_cut_inside(old, new):
    for side, whole in zip(comparing.mark(old, new), (old, new), strict=True):
        words = [word for _marked, text in parts(side) for word in WORD.findall(text)]
        assert words == WORD.findall(nfc(whole))


@given(texts, texts)
def test_the_lines_are_both_texts_again(old, new):
    lines = comparing.side_by_side(old, new)
    joined = ("".join(line.before for line in lines), "".join(line.after for line in lines))
    assert joined == tuple(comparing.mark(old, new))
    assert all(line.is_same == (line.before == line.after) for line in lines)


def test_one_changed_bangla_word_is_marked_whole():
    before, after = comparing.mark("পদ্মা নদীর তীরে", "পদ্মা নদীতে তীরে")
    assert before == "পদ্মা <del>নদীর</del> তীরে"
    assert after == "পদ্মা <ins>নদীতে</ins> তীরে"


def test_markup_in_the_text_is_shown_and_not_obeyed():
    assert comparing.mark("<b>", "<i>") == ("&lt;<del>b</del>&gt;", "&lt;<ins>i</ins>&gt;")


def test_an_inserted_paragraph_stands_beside_nothing():
    lines = comparing.side_by_side("one\ntwo\nthree", "one\nnew here\ntwo\nthree")
    assert [(line.before, line.after) for line in lines] == [
        ("one\n", "one\n"), ("", "<ins>new here\n</ins>"), ("two\n", "two\n"), ("three", "three")
    ]  # fmt: skip


def test_an_inserted_paragraph_is_marked_as_a_line_of_its_own_whatever_the_diff_says():
    lines = comparing.side_by_side("one.\ntwo.\nthree.", "one.\nnew.\ntwo.\nthree.")
    assert [line.sides for line in lines] == [
        ["one.", "one."], ["", "<ins>new.</ins>"], ["two.", "two."], ["three.", "three."]
    ]  # fmt: skip


def test_long_runs_of_the_same_lines_can_be_folded_away():
    same = "\n".join(f"line {number}" for number in range(9))
    runs = comparing.Difference("body", "Body", comparing.side_by_side(f"{same}\nold", f"{same}\nnew")).runs
    assert [(run["is_same"], run["is_long"], len(run["lines"])) for run in runs] == [(True, True, 9), (False, False, 1)]


@pytest.mark.django_db
def test_fields_come_as_readers_read_them_with_their_words():
    story = make_article(headline="Ferries", weight=0)
    old = contents.take(story)
    new = old | {"headline": "Ferries return", "weight": 2, "tags": ["Padma"]}
    found = {difference.name: difference for difference in comparing.compare(old, new)}
    assert list(found) == ["headline", "tags", "weight"]
    assert found["weight"].lines[0].after == "<ins>Lead</ins>"
    assert found["tags"].label == "Tags"


@pytest.mark.django_db
def test_a_body_is_compared_by_its_blocks_without_paragraph_marks():
    old = contents.take(make_article(body="<p>Fog.</p><h2>Ferries</h2><p>They sail.</p>"))
    assert comparing.words_of(old, "body") == "Fog.\n<h2>Ferries</h2>\nThey sail."


@pytest.mark.django_db
def test_empty_lines_between_the_blocks_of_a_body_are_no_lines():
    old = contents.take(make_article(body="<p>Fog.</p>\n\n<p>Sun.</p>\n"))
    assert comparing.words_of(old, "body") == "Fog.\nSun."


def test_a_reference_is_named_even_when_it_is_gone():
    content = {"section": {"id": 1, "name": "World"}, "contributors": [{"id": 7, "name": "Hasan Kabir"}]}
    assert comparing.words_of(content, "section") == "World"
    assert comparing.words_of(content, "contributors") == "Hasan Kabir"


def test_every_field_of_a_text_has_its_place_and_a_label():
    assert sorted(comparing.READING_ORDER) == sorted(contents.FIELDS)
    assert all(comparing.label(name) for name in contents.FIELDS)


def test_one_word_in_twenty_thousand_is_found():
    words = " ".join(f"word{number}" for number in range(20_000))
    before, after = comparing.mark(words, words.replace("word777 ", "other "))
    assert ("<del>word777</del>" in before, "<ins>other</ins>" in after) == (True, True)
