"""Byline codes at the end of bodies, on a labelled sample of our own words: what is taken out, and what stays."""

import json
from pathlib import Path

import pytest

from articles.importing.bodies import to_html
from articles.recognising import outlet_codes, take_code
from newsportal.core.text import plain
from tests.factories import make_outlet

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "byline_codes.jsonl"
ROWS = [json.loads(line) for line in SAMPLE.read_text().splitlines()]
KNOWN = frozenset({"bd24live", "courier", "ডেল্টা"})


def taken(row):
    body, code = take_code(to_html(row["body"]), KNOWN)
    return body, str(code) if code else None


def test_the_sample_is_large_enough_and_in_both_languages():
    assert len(ROWS) >= 300
    for language in ("en", "bn"):
        assert sum(row["language"] == language and row["code"] is not None for row in ROWS) >= 75
        assert sum(row["language"] == language and row["code"] is None for row in ROWS) >= 50


def test_at_least_98_in_100_codes_are_found():
    coded = [row for row in ROWS if row["code"]]
    missed = [(row["kind"], row["code"], row["body"][-60:]) for row in coded if taken(row)[1] != row["code"]]
    assert len(missed) / len(coded) <= 0.02, missed


def test_nothing_else_is_taken_out():
    wrong = [row["body"][-60:] for row in ROWS if row["code"] is None and taken(row)[1]]
    assert wrong == []


def test_what_is_no_code_is_left_to_the_letter():
    assert all(taken(row)[0] == to_html(row["body"]) for row in ROWS if row["code"] is None)


def test_every_word_before_the_code_stays():
    found = [(row, *taken(row)) for row in ROWS]
    assert any(code for _row, _body, code in found)
    for row, body, code in found:
        if code:
            before, after = plain(to_html(row["body"])), plain(body)
            assert before.startswith(after)
            assert len(before) - len(after) <= len(code) + 12


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("<p>It rained.</p><p>Bd24live/Hk</p>", "<p>It rained.</p>"),
        ("<p>It rained. Bd24live / Hk.</p>", "<p>It rained.</p>"),
        ("<p>It rained.<br>Bd24live/Hk</p>", "<p>It rained.</p>"),
        ("<p><strong>It rained. Bd24live/Hk</strong></p>", "<p><strong>It rained.</strong></p>"),
        ("<p>“It rained.”</p><p><em>Bd24live/Hk</em></p><p></p>", "<p>“It rained.”</p>"),
        ("<p>It &amp; rained.</p><p>(Bd24live/Hk)</p>", "<p>It &amp; rained.</p>"),
    ],
)
def test_the_paragraph_is_whole_afterwards(body, kept):
    body, code = take_code(body, KNOWN)
    assert (body, str(code)) == (kept, "Bd24live/Hk")


@pytest.mark.parametrize(
    "body", ["", "<p></p>", "<p>/</p>", "<p>" + "/" * 5000 + "</p>", "<p>" + "a/" * 20000 + "</p>"]
)
def test_odd_bodies_are_left_alone(body):
    assert take_code(body, KNOWN) == (body, None)


def test_a_text_that_is_nothing_but_a_code_stays():
    assert take_code("<p>Bd24live/Hk</p>", KNOWN)[1] is None


@pytest.mark.django_db
def test_outlets_are_known_whatever_their_case():
    make_outlet(code="Courier")
    assert take_code("<p>It rained.</p><p>COURIER/Na</p>", outlet_codes())[1] is not None
    assert take_code("<p>It rained.</p><p>Herald/Na</p>", outlet_codes())[1] is None
