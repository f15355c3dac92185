"""Typed pieces of addresses, each with a round trip. All of them give NFC."""

from django.conf import settings

from newsportal.core.text import nfc

_SEGMENT = r"[^/?#\s]+"


class SlugConverter:
    """One part of an address in any script."""

    regex = _SEGMENT

    def to_python(self, value: str) -> str:
        return nfc(value)

    def to_url(self, value: str) -> str:
        return nfc(value)


class SectionPathConverter(SlugConverter):
    """A section's address: up to three slugs joined by "/"."""

    regex = rf"{_SEGMENT}(?:/{_SEGMENT}){{0,2}}"


class StoryNumberConverter:
    """A story's id: at most 18 digits, so that it fits the database's integers."""

    regex = r"[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class WordConverter:
    """One of a few words."""

    regex = ""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class EditionConverter(WordConverter):
    """The code of an edition's language."""

    regex = "|".join(code for code, _name in settings.LANGUAGES)


class FeedConverter(WordConverter):
    """The file name of a feed, which says its format (articles.feeds.formats)."""

    regex = r"rss\.xml|atom\.xml|feed\.json"


class DigestConverter(WordConverter):
    """The start of a hash."""

    regex = "[0-9a-f]{12}"


class YearConverter:
    """A year of four digits; those of Bangla are no address."""

    regex = "[12][0-9]{3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class MonthConverter(YearConverter):
    """A month of two digits."""

    regex = "0[1-9]|1[0-2]"

    def to_url(self, value: int) -> str:
        return f"{value:02}"


class DayConverter(MonthConverter):
    """A day of a month, of two digits."""

    regex = "0[1-9]|[12][0-9]|3[01]"
