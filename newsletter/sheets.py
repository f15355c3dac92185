"""Tables of addresses as files: CSV in the encodings that spreadsheets write, and XLSX; in and out, row by row.

Whatever cannot be read is refused in words (UnreadableFile). Memory stays flat: files are read and written in pieces.
"""

import codecs
import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from newsletter.states import FileFormat

Pieces = Callable[[], Iterator[bytes]]
Row = tuple[int, list[str]]

# Excel writes UTF-16 as "Unicode text"; anything by Windows programs of the west is cp1252.
_BOMS = ((codecs.BOM_UTF32_LE, ""), (codecs.BOM_UTF32_BE, ""), (codecs.BOM_UTF8, "utf-8-sig"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_OLD_EXCEL, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_DELIMITERS = ",;\t|"
LONGEST_CELL, LONGEST_LINE = 10_000, 1_000_000
# What a packed file may grow to: well above any honest list, well below what stops a machine.
LARGEST_UNPACKED = 400 * 1024 * 1024
MOST_COLUMNS = 200
# Spreadsheets take a cell that begins so for a formula, and anybody may subscribe under such an address.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class UnreadableFile(Exception):
    """The file cannot be read; the message is fit for an editor."""


@dataclass(frozen=True)
class Sheet:
    """What a file turned out to be. `lines` is how many it has, roughly: for a progress bar."""

    format: FileFormat
    encoding: str
    lines: int


def recognise(pieces: Pieces) -> Sheet:
    """Looks through a whole file once. Raises UnreadableFile."""
    head = next(iter(pieces()), b"")
    if not head:
        raise UnreadableFile(_("The file is empty."))
    if head.startswith(_OLD_EXCEL):
        raise UnreadableFile(_("This is a file of an old Excel (.xls). Save it as .xlsx or .csv first."))
    if head.startswith(_ZIP):
        with _workbook(pieces) as sheet:
            return Sheet(FileFormat.XLSX, "", sheet.max_row or 0)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return _text(pieces, [encoding] if encoding else [])
    return _text(pieces, _guesses(head))


def rows(pieces: Pieces, sheet: Sheet) -> Iterator[Row]:
    """The rows that are not empty, with the numbers of their lines. Raises UnreadableFile at what cannot be read."""
    return _xlsx_rows(pieces) if sheet.format == FileFormat.XLSX else _csv_rows(pieces, sheet.encoding)


def guarded(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def csv_lines(table: Iterable[list[str]]) -> Iterator[bytes]:
    """The lines of a CSV file for spreadsheets: UTF-8 with a mark at the beginning, CRLF, cells guarded."""
    yield codecs.BOM_UTF8
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in table:
        writer.writerow([guarded(value) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def write_xlsx(table: Iterable[list[str]], file: IO[bytes]) -> None:
    """Writes an XLSX file; every cell is text, and none a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in table:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", guarded(value)) for value in row])
    book.save(file)


def _guesses(head: bytes) -> list[str]:
    """The encodings to try for a text without a mark at its beginning, the likely one first."""
    if b"\x00" not in head:
        return ["utf-8", "cp1252"]
    even, odd = head[:400:2].count(0), head[1:400:2].count(0)
    return ["utf-16-le"] if odd > 4 * even else ["utf-16-be"] if even > 4 * odd else []


def _text(pieces: Pieces, encodings: list[str]) -> Sheet:
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        lines = 1
        try:
            for piece in pieces():
                lines += decoder.decode(piece).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeError:
            continue
        return Sheet(FileFormat.CSV, encoding, lines)
    raise UnreadableFile(
        _("This is no text in UTF-8, UTF-16 or Windows-1252. Save the table as CSV in UTF-8, or as an Excel file.")
    )


def _csv_rows(pieces: Pieces, encoding: str) -> Iterator[Row]:
    with io.TextIOWrapper(io.BufferedReader(_Stream(pieces())), encoding=encoding, newline="") as text:
        first = text.readline(LONGEST_LINE)
        delimiter = max(_DELIMITERS, key=first.count)
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(chain([first], text), delimiter=delimiter)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield reader.line_num, row[:MOST_COLUMNS]
        except csv.Error:
            raise UnreadableFile(
                _("Line %(line)d cannot be read: perhaps a quotation mark is never closed.") % {"line": reader.line_num}
            ) from None


def _xlsx_rows(pieces: Pieces) -> Iterator[Row]:
    with _workbook(pieces) as sheet:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            row = ["" if cell is None else str(cell)[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]]
            if any(cell.strip() for cell in row):
                yield number, row


@contextmanager
def _workbook(pieces: Pieces) -> Iterator[Any]:
    """The first sheet of an XLSX file. A broken one raises whatever the library finds: to an editor it is all one."""
    with tempfile.TemporaryFile() as file:
        for piece in pieces():
            file.write(piece)
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as packed:
                size = sum(entry.file_size for entry in packed.infolist())
            if size > LARGEST_UNPACKED:
                raise UnreadableFile(_("Unpacked, this file would be larger than any list of addresses."))
            book = load_workbook(file, read_only=True, data_only=True)
            yield book.worksheets[0]
            book.close()
        except (UnreadableFile, GeneratorExit):
            raise
        except Exception as error:
            raise UnreadableFile(_("This Excel file is damaged, or it is none.")) from error


class _Stream(io.RawIOBase):
    """Pieces of bytes as a file that is read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
