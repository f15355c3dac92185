"""JSON Lines are read line by line, and no line keeps the next from being read."""

import io

import pytest

from articles.importing import jsonl

GOOD = b'{"id": "1", "headline": "a"}'


def read(*lines):
    return list(jsonl.read(io.BytesIO(b"\n".join(lines))))


def test_lines_are_counted_as_they_stand_in_the_file():
    found = read(GOOD, b"", b"  \r", GOOD)
    assert [line.number for line in found] == [1, 4]
    assert found[1].fields == {"id": "1", "headline": "a"}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    found = read(b"\xef\xbb\xbf" + GOOD + b"\r", GOOD + b"\r")
    assert [line.problem for line in found] == ["", ""]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b'{"id": 1,}', "The line is not JSON"),
        (b'{"id": "\xff"}', "The line is not UTF-8: byte 9 is 0xFF."),
        (GOOD.decode().encode("utf-16"), "The line is not UTF-8: byte 1 is 0xFF."),
        (b"[1, 2]", "The line is no JSON object but a list."),
        (b'"text"', "The line is no JSON object but a text."),
        (b"12", "The line is no JSON object but a number."),
        (b"null", "The line is no JSON object but null."),
        (b"[" * 200_000, "nested too deep"),
        (b'{"id":' * 200_000, "nested too deep"),
        (b'{"id": ' + b"1" * 5000 + b"}", "a number without sense"),
        (b"\x00", "The line is not JSON"),
        (GOOD + GOOD, "The line is not JSON: Extra data"),
    ],
)
def test_a_bad_line_says_why_and_the_next_one_is_read(raw, problem):
    bad, good = read(raw, GOOD)
    assert problem in bad.problem
    assert bad.fields is None
    assert (good.number, good.fields) == (2, {"id": "1", "headline": "a"})


class Endless(io.RawIOBase):
    """A file whose first line has `size` bytes that exist only while they are read."""

    def __init__(self, size):
        self.left, self.longest = size, 0
        self.after = io.BytesIO(b"\n" + GOOD)

    def readline(self, limit=-1):
        assert limit > 0, "a line must never be read without a limit"
        self.longest = max(self.longest, limit)
        if not self.left:
            return self.after.readline(limit)
        chunk = min(limit, self.left)
        self.left -= chunk
        return b"x" * chunk


def test_a_line_of_50_megabytes_is_skipped_without_being_held():
    file = Endless(50_000_000)
    bad, good = jsonl.read(file)
    assert bad.problem == "The line is longer than 4 MB."
    assert bad.text == ""
    assert good.number == 2
    assert file.longest <= jsonl.MOST_BYTES + 1


def test_a_long_line_at_the_end_of_the_file_ends_it():
    (bad,) = jsonl.read(io.BytesIO(b"x" * (jsonl.MOST_BYTES + 2)))
    assert "longer" in bad.problem


def test_refused_lines_keep_their_text():
    (bad,) = read("{ভাঙা}".encode())
    assert bad.text == "{ভাঙা}"
