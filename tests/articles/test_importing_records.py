"""One line of an import: what becomes a record, and what is refused with which reason."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.exceptions import NewsroomError
from articles.importing import bodies, records
from newsportal.core import text

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def line(**fields):
    return {"id": "a1", "headline": "Fog stops the ferries", "body": "They wait.", **fields}


def parse(**fields):
    return records.parse(line(**fields), now=NOW)


def reason(**fields):
    with pytest.raises(NewsroomError) as refusal:
        parse(**fields)
    return str(refusal.value)


def test_three_keys_are_enough():
    record = parse()
    assert (record.id, record.headline, record.body) == ("a1", "Fog stops the ferries", "<p>They wait.</p>")
    assert (record.language, record.section, record.tags, record.byline) == ("en", (), (), None)
    assert (record.published_at, record.story_type, record.weight) == (None, "news", 0)


@pytest.mark.parametrize("key", sorted(records.KEYS - {"id", "headline", "body"}))
def test_null_is_the_same_as_missing(key):
    assert parse(**{key: None}) == parse()


@pytest.mark.parametrize(("given_id", "kept"), [(17, "17"), (" x ", "x"), ("বাংলা", "বাংলা"), (0, "0")])
def test_ids_that_are_taken(given_id, kept):
    assert parse(id=given_id).id == kept


@pytest.mark.parametrize("bad", [None, "", "  ", True, 1.5, [], {}, "a\x00b", "a\nb", "\ud800", "x" * 201])
def test_ids_that_are_refused(bad):
    assert reason(id=bad).startswith("“id” ")


@pytest.mark.parametrize("bad", [None, "", " ", "\u200b\u200d", 5, ["x"], "x" * 251])
def test_headlines_that_are_refused(bad):
    assert reason(headline=bad).startswith("“headline” ")


def test_a_headline_of_the_full_length_is_not_cut():
    assert parse(headline="ক" * 250).headline == "ক" * 250


@pytest.mark.parametrize("bad", [None, "", " \n ", "<script>alert(1)</script>", "<p>&nbsp;</p>", 5, {}, "\x00"])
def test_bodies_that_are_refused(bad):
    assert reason(body=bad).startswith("“body” ")


def test_a_body_of_more_than_a_million_characters_is_refused():
    assert reason(body="x" * 1_000_001) == "“body” has 1000001 characters; 1000000 are allowed."


@pytest.mark.parametrize(
    ("key", "bad"),
    [
        ("standfirst", "x" * 601),
        ("kicker", "x" * 61),
        ("dateline", "x" * 81),
        ("source", "x" * 121),
        ("tags", "Padma, Dhaka"),
        ("tags", [1]),
        ("tags", ["x" * 101]),
        ("tags", [str(number) for number in range(101)]),
        ("authors", ["x" * 121]),
        ("authors", {"name": "x"}),
        ("section", "A/B/C/D"),
        ("section", "!!!"),
        ("section", "x" * 81),
        ("language", "fr"),
        ("language", 1),
        ("story_type", "poem"),
        ("weight", 3),
        ("weight", True),
        ("weight", "2"),
        ("url", "javascript:alert(1)"),
        ("url", "example.org/x"),
        ("url", "https://[broken"),
        ("url", "https://example.org/" + "x" * 500),
        ("image", "a\x00b.png"),
        ("published_at", "yesterday"),
        ("published_at", "2024-02-30"),
        ("published_at", "0001-01-01T00:00:00+14:00"),
        ("published_at", "9999-12-31T23:59:59-12:00"),
        ("published_at", "2037-01-01"),
        ("published_at", 1700000000),
        ("unpublish_at", "never"),
    ],
)
def test_values_without_sense_are_refused_with_the_name_of_their_key(key, bad):
    assert f"“{key}”" in reason(**{key: bad})


def test_a_byline_that_cannot_be_read_is_refused():
    assert "By Hasan Kabir" in reason(byline="By Hasan Kabir")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-12-30T06:00:00Z", "2025-12-30T06:00:00+00:00"),
        ("2025-12-30t06:00:00z", "2025-12-30T06:00:00+00:00"),
        ("2025-12-30T06:00:00+06:00", "2025-12-30T00:00:00+00:00"),
        ("2025-12-30 06:00", "2025-12-30T00:00:00+00:00"),
        ("2025-12-30", "2025-12-29T18:00:00+00:00"),
        ("1963-01-04T00:00:00Z", "1963-01-04T00:00:00+00:00"),
    ],
)
def test_times_without_an_offset_are_the_sites(settings, written, meant):
    settings.TIME_ZONE = "Asia/Dhaka"
    assert parse(published_at=written).published_at.isoformat() == meant


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ({"headline": "নদীতে কুয়াশা", "body": "ফেরি বন্ধ।"}, "bn"),
        ({"headline": "BNP", "body": "দলটি জানিয়েছে, সভা হবে।"}, "bn"),
        ({"headline": "১২৩", "body": "Prices rose by ২০%."}, "en"),
        ({"language": "BN-BD"}, "bn"),
        ({"language": "en_GB", "headline": "নদীতে কুয়াশা"}, "en"),
    ],
)
def test_the_language_is_told_by_the_line_or_by_its_letters(fields, language):
    assert parse(**fields).language == language


def test_tags_that_differ_in_case_only_are_one():
    assert parse(tags=["Padma", " padma ", None, "", "Dhaka"]).tags == ("Padma", "Dhaka")


def test_an_old_address_is_kept_in_letters_and_in_its_own_encoding():
    record = parse(url="https://example.org/%E0%A6%AC%E0%A7%9F/?a=%2F")
    assert record.url == "https://example.org/ব\u09df/?a=%2F"


def test_pictures_on_other_sites_are_counted():
    record = parse(body='<p>a</p><img src="https://example.org/a.png"><img src="/media/b.png">')
    assert record.pictures_left_out == 1


def test_the_digest_follows_what_is_said_and_not_how():
    assert parse().digest == parse(tags=[], kicker="", extra=1, published_at=None).digest
    assert parse().digest != parse(kicker="Weather").digest
    assert parse().digest != parse(body="They wait!").digest


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        ("one\n\ntwo\nthree", "<p>one</p><p>two<br>three</p>"),
        ("one\r\n\r\n\r\ntwo\rthree", "<p>one</p><p>two<br>three</p>"),
        ("one\n \t\ntwo", "<p>one</p><p>two</p>"),
        ("5 < 6 & 7 > 2", "<p>5 &lt; 6 &amp; 7 &gt; 2</p>"),
        ("Q&amp;A", "<p>Q&amp;amp;A</p>"),
        ("He wrote <i>Diplomacy</i>.\n\nThen\nhe left.", "<p>He wrote <em>Diplomacy</em>.</p><p>Then\nhe left.</p>"),
        ("<p>one</p>\n<p></p>\n<p>two</p>", "<p>one</p>\n\n<p>two</p>"),
        ("<div>one</div><div><p>two</p></div>", "<p>one</p><p>two</p>"),
        ("<h1>a</h1><p>b</p>", "<h2>a</h2><p>b</p>"),
        ('<img src="/media/a.png">', '<p><img src="/media/a.png"></p>'),
        ("<IMG SRC=\"javascript:alert('XSS')\"", "<p>&lt;IMG SRC=\"javascript:alert('XSS')\"</p>"),
        ("x <y> z", "<p>x &lt;y&gt; z</p>"),
    ],
)
def test_bodies_become_the_html_of_our_editor(body, markup):
    assert bodies.to_html(body) == markup


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="<>\ufffe\uffff"), min_size=1))
def test_plain_text_is_kept_whole(words):
    assert text.plain(bodies.to_html(f"a {words} b")) == text.clean_line(f"a {words} b")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(records.KEYS)) | st.text(max_size=5), json_values))
def test_any_line_becomes_a_record_or_is_refused(fields):
    for candidate in (fields, {**fields, **line()}, {**line(), **fields}):
        with contextlib.suppress(NewsroomError):
            record = records.parse(candidate, now=NOW)
            # What a database is sent must be able to leave Python: no half of a surrogate pair, no NUL.
            sent = "".join(
                (record.id, record.headline, record.body, record.standfirst, record.image, record.url, *record.tags)
            )
            assert b"\x00" not in sent.encode()
