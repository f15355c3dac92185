import gzip
import random

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsportal.core.page_cache.encodings import (
    ENCODINGS,
    IDENTITY,
    NEARLY,
    ROUND_TRIP,
    choose,
    compress,
    in_all,
    zstd,
)

UNPACK = {IDENTITY: bytes, "br": brotli.decompress, "gzip": gzip.decompress, "zstd": zstd.decompress}


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=0, *;q=0.1", "zstd"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("gzip;q=0", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("GZIP ; Q=0.8", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip;q=abc", "identity"),
        ("gzip;q=2", "identity"),
        ("deflate", "identity"),
        ("gzip" + ",gzip" * 1000, "identity"),
    ],
)
def test_the_browser_chooses(accepted, chosen):
    assert choose(accepted) == chosen


@given(st.text(max_size=200))
def test_any_header_gets_something_it_can_read(accepted):
    assert choose(accepted) in (*ENCODINGS, IDENTITY)


@given(st.text(alphabet="abc <>", max_size=2000))
def test_every_form_is_the_same_page(text):
    body = text.encode()
    for encoding, packed in in_all(body, "text/html; charset=utf-8").items():
        assert UNPACK[encoding](packed) == body
        assert encoding == IDENTITY or len(packed) < len(body)


@pytest.mark.parametrize(("size", "is_harder"), [(0.95, False), (1.03, True), (1.3, False)])
def test_a_page_that_is_nearly_one_round_trip_is_compressed_harder(size, is_harder):
    chance, words = random.Random(3), [f"word{number}" for number in range(3_000)]
    text, plain = "", b""
    while len(plain) < size * ROUND_TRIP:
        text += " ".join(chance.choices(words, k=100))
        plain = brotli.compress(text.encode(), quality=6)
    assert (ROUND_TRIP < len(plain) <= NEARLY) == is_harder
    assert (len(compress(text.encode(), "br")) < len(plain)) == is_harder


def test_pictures_are_left_as_they_are():
    assert list(in_all(b"x" * 9000, "image/png")) == [IDENTITY]
