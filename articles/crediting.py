"""Who is printed above a story: what the list in its form says, put together with what its byline code names.

Whoever a code names stands in the byline in some role, with the words unless the list says otherwise; the list holds
everybody else beside them: guests, who took the pictures, who helped with the reporting, people without a code.
"""

from typing import Any

from articles import contents
from articles.contents import Content
from articles.states import Role

Line = dict[str, Any]


def credited(mine: Content, before: Content, listed: list[Line] | None) -> Content:
    """`mine`, whose contributors are those whom its code names, with its whole byline.

    `before` is the text that the form was opened on, {} for a new story. `listed` is the form's list; None for a form
    that has none, which leaves it as it was. An untouched code keeps the outlet and the people it stood for, since
    initials pass on to others, unless it named somebody then whom nobody knew.
    """
    had: list[Line] = before.get("contributors") or []
    lines = had if listed is None else listed
    known = {line["id"] for line in had if line["id"]}
    if before.get("byline_code") == mine["byline_code"] and len(known) >= mine["byline_code"].count("/"):
        named = [line for line in mine["contributors"] if line["id"] in known]
        return mine | {"outlet": before.get("outlet"), "contributors": _with_named(lines, named)}
    named = mine["contributors"]
    # A code that names nobody is being typed.
    left = _named_by(before) if named or not mine["byline_code"] else set()
    return mine | {"contributors": _signed_anew(lines, named, left)}


def _with_named(lines: list[Line], named: list[Line]) -> list[Line]:
    """With those of `named` who are missing, after the others whose words they are."""
    credited = {line["id"] for line in lines}
    words = [place for place, line in enumerate(lines, 1) if _is_words(line)]
    place = words[-1] if words else 0
    return [*lines[:place], *(line for line in named if line["id"] not in credited), *lines[place:]]


def _signed_anew(lines: list[Line], named: list[Line], left: set[int]) -> list[Line]:
    """Without the words of those who `left` the code; those of `named` in its order, where the first of them stood."""
    moved = left | {line["id"] for line in named}
    gone = [place for place, line in enumerate(lines) if _is_words(line) and line["id"] in moved]
    if not gone:
        return _with_named(lines, named)
    wrote = {lines[place]["id"] for place in gone}
    kept = [line for place, line in enumerate(lines) if place not in gone]
    elsewhere = {line["id"] for line in kept}
    new = [line for line in named if line["id"] in wrote or line["id"] not in elsewhere]
    return [*kept[: gone[0]], *new, *kept[gone[0] :]]


def _named_by(text: Content) -> set[int]:
    """The contributors whom the code of a text names today."""
    resolved = contents.parse_byline(text.get("byline_code") or "")
    return {person.pk for person in resolved.contributors} if resolved else set()


def _is_words(line: Line) -> bool:
    return contents.role_of(line) == Role.WORDS
