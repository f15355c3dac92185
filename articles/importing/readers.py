"""The formats that can be imported. A reader takes a file opened for bytes, and yields its lines as they come."""

from collections.abc import Callable, Iterator
from typing import IO

from articles.importing import jsonl
from articles.importing.records import Line

Reader = Callable[[IO[bytes]], Iterator[Line]]

READERS: dict[str, Reader] = {"jsonl": jsonl.read}
