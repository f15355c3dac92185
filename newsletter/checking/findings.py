"""What a check says. Imports nothing of ours."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """WRONG has to be put right before a newsletter goes out; LOOK may be as you want it; UNKNOWN was not found out."""

    GOOD = "ok"
    LOOK = "look"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One sentence in plain words, and where one helps, the record or setting to paste."""

    verdict: Verdict
    subject: str
    words: str
    paste: str = ""


def good(subject: str, words: str) -> Finding:
    return Finding(Verdict.GOOD, subject, words)


def look(subject: str, words: str, paste: str = "") -> Finding:
    return Finding(Verdict.LOOK, subject, words, paste)


def wrong(subject: str, words: str, paste: str = "") -> Finding:
    return Finding(Verdict.WRONG, subject, words, paste)


def unknown(subject: str, words: str, paste: str = "") -> Finding:
    return Finding(Verdict.UNKNOWN, subject, words, paste)
