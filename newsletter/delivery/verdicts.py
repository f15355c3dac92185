"""What a mail server's answer means for the mail, for its reader, and for us. Pure: nothing is asked, nothing written.

RFC 5321 section 4.2 has the codes. What was refused before a reader was named is no reader's fault.
"""

import datetime as dt
import random
from enum import Enum
from typing import NamedTuple

from newsletter.bouncing.classes import BounceClass, classify, enhanced_code
from newsletter.delivery.smtp import AUTH, CLOSING, CONNECT, DOT, HELLO, MAIL, RCPT, Answer

BACK_OFF = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
# With this back-off the tenth try is 21 hours after the first, the eleventh would be past 24.
TRIES = 10
SPREAD = 0.2
_BEFORE_READER = frozenset({CONNECT, HELLO, AUTH, MAIL})


class Verdict(Enum):
    """TAKEN; LATER: this mail again after a while; NOT_NOW: the server has no time for us, nothing has happened to the
    mail; REFUSED: for good; OURS: we are at fault, everything stops; CONTENT: the issue cannot be sent as it is.
    """

    TAKEN = "taken"
    LATER = "later"
    NOT_NOW = "not_now"
    REFUSED = "refused"
    OURS = "ours"
    CONTENT = "content"


class Judgement(NamedTuple):
    """`is_too_fast`: the server wants less of us. `is_policy`: it refuses who we are or what we write."""

    verdict: Verdict
    is_too_fast: bool = False
    is_policy: bool = False


def judge(answer: Answer) -> Judgement:
    """What follows from an answer."""
    if answer.is_good:
        return Judgement(Verdict.TAKEN)
    kind = classify(answer.code, enhanced_code(answer.text), answer.text, at_rcpt=answer.stage == RCPT)
    if 500 <= answer.code < 600:
        return _for_good(answer, kind)
    too_fast = enhanced_code(answer.text).startswith("4.7.")
    # After the final dot even a 421 is an answer about this mail: it was not taken.
    closing = answer.code == CLOSING and answer.stage != DOT
    nothing_happened = closing or answer.stage in _BEFORE_READER
    return Judgement(Verdict.NOT_NOW if nothing_happened else Verdict.LATER, is_too_fast=too_fast)


def _for_good(answer: Answer, kind: BounceClass) -> Judgement:
    if kind == BounceClass.CONTENT:
        return Judgement(Verdict.CONTENT)
    if answer.stage in _BEFORE_READER:
        return Judgement(Verdict.OURS)
    return Judgement(Verdict.REFUSED, is_policy=kind == BounceClass.POLICY)


def next_try(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after so many attempts, within a fifth of the time set for it; None when that is enough."""
    if attempts >= TRIES:
        return None
    wait = BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1]
    return now + wait * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - no secret, it spreads the load
