import pytest

from newsportal.core.page_cache.entries import Entry, entry_of, may_be_kept

PUBLIC = ("Cache-Control", "public, max-age=0, s-maxage=60, stale-while-revalidate=10, stale-if-error=900")
HTML = ("Content-Type", "text/html; charset=utf-8")


def page(*headers, body=b"<p>Fog</p>" * 100):
    tags = ("Cache-Tag", "site,story:5")
    return entry_of("200 OK", [HTML, PUBLIC, tags, *headers], body, number=7, born=1000.0, etag='W/"x"')


def test_ages_are_those_of_the_header():
    entry = page()
    assert (entry.age, entry.stale, entry.kept, entry.tags) == (60, 10, 900, ("site", "story:5"))
    assert [entry.is_fresh(time) for time in (1059, 1060)] == [True, False]
    assert [entry.is_fresh_enough(time) for time in (1069, 1070)] == [True, False]
    assert [entry.is_kept(time) for time in (1959, 1960)] == [True, False]


def test_packed_entry_is_the_same():
    entry = page(("Content-Language", "bn")).without_plain()
    again = Entry.unpack(entry.pack())
    assert again == entry
    assert again.body("identity")[0] == b"<p>Fog</p>" * 100


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x00\x00\x02{}", b"\x00\x00\x00\x02[]", b"garbage that is longer than four"]
)
def test_garbage_is_refused(data):
    with pytest.raises(ValueError, match="page|delimiter|value|unpack|index"):
        Entry.unpack(data)


def test_plain_text_counts_once_it_is_made():
    entry = page().without_plain()
    before = entry.size
    entry.body("identity")
    assert entry.has_grown
    assert entry.size == before + 1000


@pytest.mark.parametrize(
    ("status", "headers", "kept"),
    [
        ("200 OK", [PUBLIC], True),
        ("410 Gone", [PUBLIC], True),
        ("301 Moved Permanently", [PUBLIC], True),
        ("302 Found", [PUBLIC], False),
        ("404 Not Found", [PUBLIC], False),
        ("500 Internal Server Error", [PUBLIC], False),
        ("200 OK", [], False),
        ("200 OK", [("Cache-Control", "public, no-store, s-maxage=60")], False),
        ("200 OK", [("Cache-Control", "private, s-maxage=60")], False),
        ("200 OK", [PUBLIC, ("Set-Cookie", "sessionid=1")], False),
        ("200 OK", [PUBLIC, ("Vary", "Accept-Encoding")], True),
        ("200 OK", [PUBLIC, ("Vary", "Cookie, Accept-Encoding")], False),
        ("200 OK", [PUBLIC, ("Vary", "*")], False),
        ("200 OK", [PUBLIC, ("Content-Security-Policy", "script-src 'nonce-abc'")], False),
    ],
)
def test_only_what_is_the_same_for_everybody_is_kept(status, headers, kept):
    assert may_be_kept(status, headers) is kept
