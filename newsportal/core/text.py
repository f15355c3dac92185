"""Text that may be Bangla: words, slugs, excerpts, digits and dates that keep letters *and* marks.

Python's `\\w` and Django's `slugify` take Bangla's vowel signs (Unicode category M) for separators; everything here
uses `[\\p{L}\\p{M}\\p{N}]` instead. All of it works on NFC, because য় and ড় have two encodings.
"""

import datetime as dt
import html
import unicodedata

import regex
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import strip_tags

SLUG_LENGTH = 80
WORDS_A_MINUTE = 220

_ZERO_WIDTH_NON_JOINER, _ZERO_WIDTH_JOINER = "\u200c", "\u200d"
_JOINERS = _ZERO_WIDTH_NON_JOINER + _ZERO_WIDTH_JOINER
# A joiner belongs to a word only between its characters (as in "র‍্যাব", which is spelt with U+200D).
_WORD = regex.compile(rf"[\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}]*(?:[{_JOINERS}'’][\p{{L}}\p{{M}}\p{{N}}]+)*")
_SLUG_GAP = regex.compile(rf"[^\p{{L}}\p{{M}}\p{{N}}{_JOINERS}]+")
# Marks without a letter that carries them, and joiners with nothing to join.
_LOOSE_ENDS = regex.compile(rf"^[\p{{M}}{_JOINERS}]+|[{_JOINERS}]+$")
_INVISIBLE = regex.compile(r"[\p{Cc}\p{Cs}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
# What XML 1.0 (section 2.2) does not allow, not even escaped.
_NOT_XML = regex.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SEPARATORS = regex.compile("[\x1c-\x1f]")
_BLOCK_END = regex.compile(r"</(?:p|h[1-6]|li|blockquote|figcaption|td|th|tr|pre)>|<br\s*/?>", regex.IGNORECASE)
_BANGLA_DIGITS = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
# What the databases hold: an id, and a number of a column that is none.
LARGEST_ID, LARGEST_INTEGER = 2**63 - 1, 2**31 - 1


def nfc(text: str) -> str:
    """`text` in Unicode's composed form (UAX #15), in which the portal stores everything that people type."""
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """One line as it is stored: NFC, white space folded, no control or direction characters; joiners stay."""
    # Four controls that Python takes for space, and Unicode does not.
    folded = " ".join(_SEPARATORS.sub("", text).split())
    if folded.isprintable():
        # Nothing of _INVISIBLE is, and most lines are: looking for each would take longer than all else.
        return nfc(folded)
    seen = _INVISIBLE.sub("", folded)
    # Between two spaces there may have been something invisible.
    return nfc(seen if seen == folded else " ".join(seen.split()))


def clean_lines(text: str) -> str:
    """Several lines as they are stored: each like `clean_line`, at most one empty line between two."""
    lines = "\n".join(clean_line(line) for line in regex.split(r"\r\n|\r|\n", text))
    return regex.sub(r"\n{3,}", "\n\n", lines).strip()


def for_xml(text: str) -> str:
    """`text` without the characters that no XML file may hold."""
    return _NOT_XML.sub("", text)


def slugify(text: str, *, length: int = SLUG_LENGTH) -> str:
    """A slug that keeps every letter, mark and digit of any script, lower case, words joined by hyphens.

    At most `length` characters, cut between words where that leaves anything, else between graphemes; "" when
    nothing of `text` can stand in a slug. NFC in, NFC out, so that it survives a round trip through an address.
    """
    words = (_LOOSE_ENDS.sub("", word) for word in _SLUG_GAP.split(nfc(nfc(text).lower())))
    slug = "-".join(word for word in words if word)
    if len(slug) <= length:
        return slug
    cut = slug[: length + 1].rpartition("-")[0]
    return cut or "".join(_graphemes(slug, length)).rstrip(_JOINERS)


def _graphemes(text: str, length: int) -> list[str]:
    kept: list[str] = []
    for grapheme in regex.findall(r"\X", text):
        if sum(map(len, kept)) + len(grapheme) > length:
            break
        kept.append(grapheme)
    return kept


def tokens(text: str) -> list[str]:
    """The words of `text` in order, case-folded, whole in every script, without the joiners inside them."""
    folded = nfc(text).casefold()
    if _ZERO_WIDTH_JOINER not in folded and _ZERO_WIDTH_NON_JOINER not in folded:
        return _WORD.findall(nfc(folded))
    words = _WORD.findall(folded)
    return [nfc(word.replace(_ZERO_WIDTH_JOINER, "").replace(_ZERO_WIDTH_NON_JOINER, "")) for word in words]


def words(text: str) -> list[str]:
    """The words of `text` in order as they are written there; those of `tokens`, but for case and joiners."""
    return _WORD.findall(nfc(text))


def word_count(text: str) -> int:
    """How many words `text` (plain text) has."""
    return sum(1 for _ in _WORD.finditer(nfc(text)))


def reading_minutes(words: int) -> int:
    """Whole minutes that reading `words` words takes; at least one."""
    return max(1, round(words / WORDS_A_MINUTE))


def plain(markup: str) -> str:
    """The text of an HTML fragment, one line, blocks separated by spaces, entities resolved."""
    return clean_line(html.unescape(strip_tags(_BLOCK_END.sub(" ", markup))))


def opening(markup: str, length: int) -> str:
    """The start of `plain(markup)`: whole blocks until there are more than `length` characters, which an `excerpt` of
    that length needs. Long stories are not read to their end.
    """
    place = length
    while end := _BLOCK_END.search(markup, place):
        start = plain(markup[: end.end()])
        if len(start) > length:
            return start
        place = 2 * end.end()
    return plain(markup)


def excerpt(text: str, length: int = 160) -> str:
    """The start of `text` (plain text) in at most `length` characters, cut between words and marked "…"."""
    text = clean_line(text)
    if len(text) <= length:
        return text
    cut = text[:length].rpartition(" ")[0] or "".join(_graphemes(text, length - 1))
    return cut.rstrip(" ,;:–—-") + "…"


def whole_number(text: str, *, most: int = LARGEST_ID) -> int | None:
    """The number that a text from outside is, in digits 0 to 9; None for anything else and for one above `most`."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))):
        return None
    number = int(text)
    return number if number <= most else None


def localise_digits(text: object, language: str | None = None) -> str:
    """`text` with the digits of the language: Bangla's own in Bangla, unchanged elsewhere."""
    language = language or translation.get_language() or ""
    return str(text).translate(_BANGLA_DIGITS) if language.startswith("bn") else str(text)


def format_day(moment: dt.datetime | dt.date, language: str | None = None) -> str:
    """A day as the language writes it: "18 September 2018", "১৮ সেপ্টেম্বর ২০১৮"; a datetime in the site's time zone."""
    return _formatted(moment, "j F Y", language)


def format_day_of_year(moment: dt.datetime | dt.date, language: str | None = None) -> str:
    """A day without its year: "18 September", "১৮ সেপ্টেম্বর"."""
    return _formatted(moment, "j F", language)


def format_weekday(moment: dt.datetime | dt.date, language: str | None = None) -> str:
    """A day with its weekday: "Monday, 23 November 2026"."""
    return _formatted(moment, "l, j F Y", language)


def format_month(moment: dt.datetime | dt.date, language: str | None = None) -> str:
    """A month with its year: "November 2026", "নভেম্বর ২০২৬"."""
    return _formatted(moment, "F Y", language)


def format_time(moment: dt.datetime, language: str | None = None) -> str:
    """Hours and minutes of the day, 24 hours: "09:14", "০৯:১৪"."""
    return _formatted(moment, "H:i", language)


def _formatted(moment: dt.datetime | dt.date, pattern: str, language: str | None) -> str:
    if isinstance(moment, dt.datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    language = language or translation.get_language() or "en"
    with translation.override(language):
        # Django's own names of Bangla days and months are not in NFC.
        return nfc(localise_digits(date_format(moment, pattern), language))
