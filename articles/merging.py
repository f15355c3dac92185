"""Putting two texts together that were written on the same third: what does not collide is merged, nothing is lost."""

import difflib
from dataclasses import dataclass, field
from typing import Any

import regex

from articles.contents import FIELDS, Content, changed

# A body is merged by its blocks: paragraphs, headings, lists, figures, quotes.
_BLOCKS = regex.compile(r"<(p|h[1-6]|ul|ol|blockquote|figure|table|pre)\b.*?</\1>|<hr\s*/?>", regex.DOTALL)

BYLINE = dict.fromkeys(("byline_code", "outlet", "contributors"))


@dataclass
class Merge:
    """The outcome: `content` holds both sides' changes, and mine where they collide in `conflicts`."""

    content: Content
    conflicts: list[str] = field(default_factory=list)


def merge(base: Content, theirs: Content, mine: Content) -> Merge:
    """A three-way merge, field by field; bodies block by block, tags name by name."""
    outcome = Merge(content=dict(mine))
    my_changes, their_changes = set(changed(base, mine)), set(changed(base, theirs))
    for name in FIELDS:
        if name not in their_changes or name in BYLINE:
            continue
        if name not in my_changes:
            outcome.content[name] = theirs.get(name)
        elif changed({name: theirs.get(name)}, {name: mine.get(name)}):
            merged = _merged(name, base.get(name), theirs.get(name), mine.get(name))
            if merged is None:
                outcome.conflicts.append(name)
            else:
                outcome.content[name] = merged
    if their_changes & BYLINE.keys():
        _merge_bylines(outcome, theirs, mine, both=bool(my_changes & BYLINE.keys()))
    return outcome


def _merge_bylines(outcome: Merge, theirs: Content, mine: Content, *, both: bool) -> None:
    """The byline's code, outlet and people are one thing: they come from one side."""
    signed = {name: theirs.get(name) for name in BYLINE}
    if not both:
        outcome.content |= signed
    elif changed(signed, {name: mine.get(name) for name in BYLINE}):
        outcome.conflicts.append("byline_code")


def _merged(name: str, base: Any, theirs: Any, mine: Any) -> Any:
    """Both sides' changes to one field in one value; None when they collide."""
    if name == "tags":
        gone = set(base or []) - (set(theirs or []) & set(mine or []))
        return sorted((set(theirs or []) | set(mine or [])) - gone)
    if name == "excluded":
        return _merged_references(base or [], theirs or [], mine or [])
    if name == "body":
        return merge_blocks(base or "", theirs or "", mine or "")
    return None


def _merged_references(base: list, theirs: list, mine: list) -> list:
    """Both sides' additions, without what either took out; their order first. The order says nothing."""
    sides = [{row["id"] for row in side} for side in (base, theirs, mine)]
    gone = sides[0] - (sides[1] & sides[2])
    rows = {row["id"]: row for row in [*theirs, *mine]}
    return [row for pk, row in rows.items() if pk not in gone]


def blocks(body: str) -> list[str]:
    """A body's top-level blocks; joined again they are the body."""
    parts, end = [], 0
    for match in _BLOCKS.finditer(body):
        if body[end : match.start()].strip():
            parts.append(body[end : match.start()])
        parts.append(match[0])
        end = match.end()
    return parts + ([body[end:]] if body[end:].strip() else [])


def merge_blocks(base: str, theirs: str, mine: str) -> str | None:
    """diff3 over blocks (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007); None when changes touch."""
    old, left, right = blocks(base), blocks(theirs), blocks(mine)
    edits = sorted([*_edits(old, left), *_edits(old, right)], key=lambda edit: edit[:2])
    merged: list[str] = []
    place = 0
    previous: tuple[int, int, list[str]] | None = None
    for edit in edits:
        if edit == previous:
            continue
        start, end, replacement = edit
        if previous is not None and (start < previous[1] or start == previous[0] or start == end == previous[1]):
            return None
        merged += old[place:start] + replacement
        place, previous = end, edit
    return "".join(merged + old[place:])


def _edits(old: list[str], new: list[str]) -> list[tuple[int, int, list[str]]]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [(a, b, new[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
