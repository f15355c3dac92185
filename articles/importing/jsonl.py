"""JSON Lines (one JSON object a line, UTF-8), read line by line: memory does not grow with the file."""

import json
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from articles.importing.records import Line

# A story of 4 MB has a million words; more is a mistake, and one line is held in memory as a whole.
MOST_BYTES = 4 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"


def read(file: IO[bytes]) -> Iterator[Line]:
    """The lines of `file` that hold anything, numbered from 1; never raises for what they hold."""
    number = 0
    while raw := file.readline(MOST_BYTES + 1):
        number += 1
        if len(raw) > MOST_BYTES and not raw.endswith(b"\n"):
            _skip_line(file)
            yield Line(number, problem=_("The line is longer than %(size)s MB.") % {"size": MOST_BYTES // 1024 // 1024})
            continue
        if number == 1:
            raw = raw.removeprefix(_BOM)
        if raw.strip():
            yield _parsed(number, raw)


def _skip_line(file: IO[bytes]) -> None:
    while (raw := file.readline(MOST_BYTES)) and not raw.endswith(b"\n"):
        pass


def _parsed(number: int, raw: bytes) -> Line:
    shown = raw.decode("utf-8", "replace").strip()
    try:
        fields = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        problem = _("The line is not UTF-8: byte %(place)s is %(byte)s.") % {
            "place": error.start + 1,
            "byte": f"0x{raw[error.start]:02X}",
        }
    except json.JSONDecodeError as error:
        problem = _("The line is not JSON: %(why)s at character %(place)s.") % {
            "why": error.msg,
            "place": error.pos + 1,
        }
    except RecursionError:
        problem = _("The line is not JSON that can be read: it is nested too deep.")
    except ValueError:
        # Numbers of thousands of digits, which Python refuses to read.
        problem = _("The line is not JSON that can be read: it has a number without sense.")
    else:
        if isinstance(fields, dict):
            return Line(number, fields=fields, text=shown, size=len(raw))
        problem = _("The line is no JSON object but %(kind)s.") % {"kind": _kind(fields)}
    return Line(number, problem=problem, text=shown, size=len(raw))


def _kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return {list: _("a list"), str: _("a text"), int: _("a number"), float: _("a number")}[type(value)]
