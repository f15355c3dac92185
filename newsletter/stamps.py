"""When a form was rendered, signed; and the second step of those forms of which that is not known. No table, no cookie.

Pages are the same for everybody and may come from a cache, or have been open for days: a stamp that is missing, too
young or too old therefore refuses nobody. It leads to a page with one button, which is made for this one request.
"""

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from django.core import signing

YOUNGEST, OLDEST = dt.timedelta(seconds=2), dt.timedelta(hours=24)
_FORM = signing.Signer(salt="newsportal.newsletter-form", sep=".")
_SEAL = signing.Signer(salt="newsportal.newsletter-seal", sep=".")


def stamp(now: dt.datetime) -> str:
    """What a form carries to tell when it was rendered."""
    return _FORM.sign(str(int(now.timestamp())))


def is_in_time(text: str, now: dt.datetime) -> bool:
    """Whether a form was rendered between 2 seconds and 24 hours ago."""
    try:
        return _is_aged(_FORM.unsign(text), now, YOUNGEST)
    except signing.BadSignature:
        return False


@dataclass(frozen=True)
class Question:
    """A sum to be done where programs are flooding the form."""

    first: int
    second: int

    @classmethod
    def at_random(cls) -> "Question":
        return cls(secrets.randbelow(8) + 1, secrets.randbelow(8) + 1)

    def is_answered_by(self, text: str) -> bool:
        """Digits of any script are digits."""
        text = text.strip()
        return re.fullmatch(r"\d{1,3}", text) is not None and int(text) == self.first + self.second


def seal(address: str, question: Question, now: dt.datetime) -> str:
    """What the page with one button carries: it holds for this address alone, and for a day."""
    value = f"{int(now.timestamp())}-{question.first}-{question.second}"
    return f"{value}.{_SEAL.signature(_sealed(value, address))}"


def read_seal(text: str, address: str, now: dt.datetime) -> Question | None:
    """The question of a page with one button; None where the seal is none of ours, of another address, or too old."""
    value, _dot, signature = text.partition(".")
    if not re.fullmatch(r"[0-9]{1,12}-[0-9]{1,2}-[0-9]{1,2}", value):
        return None
    if not secrets.compare_digest(_SEAL.signature(_sealed(value, address)).encode(), signature.encode()):
        return None
    made_at, first, second = value.split("-")
    return Question(int(first), int(second)) if _is_aged(made_at, now, dt.timedelta(0)) else None


def _sealed(value: str, address: str) -> str:
    return f"{value}:{address}"


def _is_aged(made_at: str, now: dt.datetime, youngest: dt.timedelta) -> bool:
    age = now - dt.datetime.fromtimestamp(int(made_at), dt.UTC)
    return youngest <= age <= OLDEST
