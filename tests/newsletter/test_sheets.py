"""Tables of addresses in the encodings and formats that come in."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from newsletter.sheets import UnreadableFile, csv_lines, guarded, recognise, rows, write_xlsx
from newsletter.states import FileFormat

NAMES = "email,name\r\nkarim@example.org,Café\r\n"


def read(data, piece=7):
    def pieces():
        return (data[start : start + piece] for start in range(0, len(data), piece))

    sheet = recognise(pieces)
    return sheet, list(rows(pieces, sheet))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_an_encoding_is_found_out(encoding):
    data = NAMES.encode(encoding)
    sheet, table = read(data, piece=len(data))
    assert sheet.encoding == {"utf-16": "utf-16", "utf-8-sig": "utf-8-sig"}.get(encoding, encoding)
    assert table == [(1, ["email", "name"]), (2, ["karim@example.org", "Café"])]


def test_letters_may_be_cut_by_the_edge_of_a_piece():
    assert (
        read("email\nকরিম@example.org\n".encode(), piece=1024)[1]
        == read("email\nকরিম@example.org\n".encode(), piece=600)[1]
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found_out(delimiter):
    assert read(f"name{delimiter}email\nA{delimiter}a@example.org\n".encode())[1][1] == (2, ["A", "a@example.org"])


def test_empty_lines_are_left_out_and_counted():
    assert read(b"email\n\n , \na@example.org")[1] == [(1, ["email"]), (4, ["a@example.org"])]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old Excel"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"\x00\x00\x00\x00abc", "UTF-8"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-8"),
        (b"a\x81\x8d\x8f\xff", "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(data, words):
    with pytest.raises(UnreadableFile, match=words):
        read(data, piece=1024)


def test_a_quotation_mark_that_is_never_closed_is_refused():
    with pytest.raises(UnreadableFile, match="quotation mark"):
        read(b'email\n"a@example.org\n' + b"b@example.org\n" * 2000, piece=1024)


def xlsx(table):
    file, book = io.BytesIO(), Workbook()
    for row in table:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_an_excel_file_is_read():
    sheet, table = read(xlsx([["email", "n"], ["a@example.org", 5], [None, None], ["b@example.org", None]]), piece=500)
    assert (sheet.format, sheet.lines) == (FileFormat.XLSX, 4)
    assert table == [(1, ["email", "n"]), (2, ["a@example.org", "5"]), (4, ["b@example.org", ""])]


def test_a_file_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("newsletter.sheets.LARGEST_UNPACKED", 1000)
    with pytest.raises(UnreadableFile, match="larger"):
        read(xlsx([["a@example.org"]] * 400), piece=4096)


def test_another_packed_file_is_no_excel_file():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("a.txt", "a")
    with pytest.raises(UnreadableFile, match="Excel"):
        read(file.getvalue(), piece=4096)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data):
    try:
        words = str(read(data, piece=64))
    except UnreadableFile as refusal:
        words = str(refusal)
    assert words


@pytest.mark.parametrize("cell", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\tx", "|x", "%x"])
def test_no_cell_is_a_formula(cell):
    assert guarded(cell) == f"'{cell}"
    assert b"".join(csv_lines([[cell]])).decode("utf-8-sig").lstrip('"').startswith("'")
    file = io.BytesIO()
    write_xlsx([[cell]], file)
    assert load_workbook(file).active["A1"].data_type == "s"


def test_an_address_is_no_formula():
    assert guarded("a@example.org") == "a@example.org"


def test_a_cell_that_excel_forbids_is_cleaned():
    file = io.BytesIO()
    write_xlsx([["a\x01b"]], file)
    assert load_workbook(file).active["A1"].value == "ab"
