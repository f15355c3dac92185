"""Byline codes at the end of pasted and imported bodies: `… said the inspector. Bd24live/Hk`.

A code is taken out of a text only where it can be nothing else: it ends the last paragraph, or is the last line, and
its outlet is one that the newsroom knows, or is written as such codes are and as words are not (`Bd24live`). Whatever
is left over for doubt (`AFP/Reuters`, `and/or`, addresses, dates) stays in the text.
"""

import html
from collections.abc import Iterable

import regex

from articles import bylines
from articles.bylines import ParsedByline
from articles.exceptions import BadByline
from articles.models import Outlet
from newsportal.core.sanitising import sanitise

# What stands between the parts of a code without belonging to it.
_GAP = r"(?:\s|&nbsp;|</?(?:strong|em|s)>)*"
_PART = r"[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}.\-\u200c\u200d]|&amp;)*"
_CODE = rf"(?P<outlet>{_PART})(?:{_GAP}/{_GAP}(?P<initials>{_PART}))+"
_OPEN, _CLOSE = r"[(\[–—-]?", r"[)\]]?[.।]?[)\]]?"
_ALONE = regex.compile(rf"{_GAP}{_OPEN}{_GAP}{_CODE}{_GAP}{_CLOSE}{_GAP}")
# After the end of a sentence. Marks of quotation and brackets may follow it; a space may be missing.
_AFTER = regex.compile(
    rf"(?P<text>.*[.!?।…](?:[\"”’'»)\]]|&quot;|&#x27;|</?(?:strong|em|s|a)\b[^<>]*>)*){_GAP}{_OPEN}{_GAP}{_CODE}{_GAP}{_CLOSE}{_GAP}",
    regex.DOTALL,
)
_NOTHING_AFTER = regex.compile(r"(?:\s|&nbsp;|<br ?/?>|<p>(?:\s|&nbsp;|<br ?/?>)*</p>)+$")
_LAST_PARAGRAPH = regex.compile(r"(?P<before>.*)<p>(?P<inner>(?:(?!</?p>).)*)</p>", regex.DOTALL)
_BLOCK = regex.compile(r"</?(?:p|ul|ol|li|h2|h3|blockquote|figure|figcaption|table|thead|tbody|tr|th|td)\b")
_LINE_BREAK = regex.compile(r"<br ?/?>")
_ADDRESS = regex.compile(r"(?:[/:@]|www)\S*$", regex.IGNORECASE)

LONGEST_INITIALS = 4
# How much of a body's end is looked at; with its tags a code is much shorter.
LOOKED_AT = 600
_DIGIT_AND_LETTER = regex.compile(r"(?=.*\p{L}.*\p{L}.*\p{L})(?=.*\p{N}.*\p{N})[\p{L}\p{M}\p{N}]+")
_UNKNOWN_INITIALS = regex.compile(r"\p{Lu}\p{L}{1,2}|\p{Ll}{2,3}|(?V1)[\p{L}&&\p{Bengali}][\p{L}\p{M}\p{Zs}]*")
# Agencies and others that are credited with a stroke between them.
AGENCIES = frozenset(
    "afp ap upi dpa efe ani pti ians bss unb reuters xinhua tass bbc cnn aljazeera anadolu aa kyodo yonhap getty epa "
    "এএফপি এপি ইউএনবি বাসস রয়টার্স সিনহুয়া বিবিসি এএনআই পিটিআই আনাদোলু".split()
)
# Halves of pairs of words, which are nobody's initials where the outlet is not known.
WORDS = frozenset(
    "photo file web tv fm app who un eu or and he she him her his it no yes on off in out am pm km kg hr min sec flu "
    "বা ও না এবং অথবা কিমি ফাইল ছবি".split()
)


def outlet_codes() -> frozenset[str]:
    """The codes of all outlets that the newsroom knows, for `take_code`. One query."""
    return frozenset(code.casefold() for code in Outlet.objects.values_list("code", flat=True))


def take_code(body: str, outlets: Iterable[str]) -> tuple[str, ParsedByline | None]:
    """A body (sanitised HTML) without the byline code at its end, and the code; the body as it is where there is none.

    `outlets` are the case-folded codes of outlets that are known. A body that is nothing but a code is left alone.
    """
    trimmed = _trimmed(body)
    before, inner, closing = _last_line(trimmed)
    text, code = _found(inner, frozenset(outlets))
    if code is None or not (before or text):
        return body, None
    if text:
        return sanitise(f"{before}{text}{closing}"), code
    # The line was alone: its paragraph goes with it, or the line break before it.
    kept = sanitise(before.removesuffix("<p>") if before.endswith("<p>") else _trimmed(before) + closing)
    return (kept, code) if kept else (body, None)


def _trimmed(body: str) -> str:
    """Without the empty lines and paragraphs at its end; those of LOOKED_AT letters, which are enough for a typist."""
    return body[:-LOOKED_AT] + _NOTHING_AFTER.sub("", body[-LOOKED_AT:])


def _last_line(body: str) -> tuple[str, str, str]:
    """What stands before the last line of a body, the line, and what closes it; no line where no paragraph ends it."""
    paragraph = _LAST_PARAGRAPH.fullmatch(body)
    if paragraph and not _BLOCK.search(paragraph["inner"]):
        before, inner, closing = f"{paragraph['before']}<p>", paragraph["inner"], "</p>"
        if regex.search(r"<(?:li|blockquote|td|th|figcaption)>\s*$", paragraph["before"]):
            return body, "", ""
    elif body.endswith(">") and not regex.search(r"</(?:strong|em|s)>$", body):
        return body, "", ""
    else:
        ends = [block.end() for block in regex.finditer(rf"{_BLOCK.pattern}[^<>]*>", body)]
        start = ends[-1] if ends else 0
        before, inner, closing = body[:start], body[start:], ""
        if regex.search(r"<(?:li|blockquote|td|th|figcaption)>$", before):
            return body, "", ""
    breaks = list(_LINE_BREAK.finditer(inner))
    if breaks:
        before, inner = before + inner[: breaks[-1].end()], inner[breaks[-1].end() :]
    return before, inner, closing


def _found(line: str, known: frozenset[str]) -> tuple[str, ParsedByline | None]:
    """What stands on a line before its code, and the code; None for a line that ends with none."""
    head, line = line[:-LOOKED_AT], line[-LOOKED_AT:]
    for pattern in (_AFTER,) if head else (_ALONE, _AFTER):
        found = pattern.fullmatch(line)
        code = _parsed(found) if found else None
        if found and code and _is_code(code, known):
            text = found.groupdict().get("text") or ""
            # Without a space after the full stop it may be the end of an address.
            is_glued = bool(text) and line[len(text) : len(text) + 1].strip() not in ("", "&", "<", "(", "[")
            return ("", None) if is_glued and _ADDRESS.search(text) else (head + text, code)
    return "", None


def _parsed(found: regex.Match) -> ParsedByline | None:
    parts = [*found.captures("outlet"), *found.captures("initials")]
    try:
        return bylines.parse("/".join(html.unescape(part) for part in parts))
    except BadByline:
        return None


def _is_code(code: ParsedByline, known: frozenset[str]) -> bool:
    """Whether it can be nothing but a code."""
    outlet = code.outlet.casefold()
    names = [outlet, *(part.casefold() for part in code.initials)]
    is_known = outlet in known
    if any(name in AGENCIES for name in (names[1:] if is_known else names)):
        return False
    if any(len(regex.findall(r"\X", part)) > LONGEST_INITIALS for part in code.initials):
        return False
    if is_known:
        return True
    if any(name in WORDS for name in names):
        return False
    written_so = all(_UNKNOWN_INITIALS.fullmatch(part) for part in code.initials)
    return bool(_DIGIT_AND_LETTER.fullmatch(code.outlet)) and written_so
