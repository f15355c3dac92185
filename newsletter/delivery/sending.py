"""One round of sending: what is due is prepared, what dead workers held is taken back, mails go out, issues end.

Any number of workers may do rounds at once, on any number of machines, and be killed at any moment.
"""

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import transaction

from newsletter import issuing
from newsletter.delivery import claiming, guarding, limits
from newsletter.delivery.backends import Backend
from newsletter.delivery.freezing import prepare
from newsletter.delivery.lanes import Lane, Round
from newsletter.delivery.letters import Letters
from newsletter.delivery.recording import Opinions
from newsletter.delivery.relaying import Relaying
from newsletter.models import Delivery, Issue
from newsletter.singles import send_due_singles
from newsletter.states import IssueState, NewsletterError

logger = structlog.get_logger(__name__)

# A round ends early enough for the other duties of a worker.
SECONDS = 10.0
# How long a mail server that has no time for us is left alone, in seconds: twice as long each time.
FIRST_REST, LONGEST_REST = 2.0, 60.0
OWN = "django.core.mail.backends.smtp.EmailBackend"


class _Rest:
    """When this process asks the mail server again."""

    def __init__(self) -> None:
        self.until, self.length = 0.0, FIRST_REST

    def begin(self) -> None:
        self.until = time.monotonic() + self.length
        self.length = min(2 * self.length, LONGEST_REST)

    def is_over(self) -> bool:
        return time.monotonic() >= self.until


_rest = _Rest()
_opinions = Opinions()


class Tally(NamedTuple):
    """What a round did: mails that the mail server took, and all other steps (refused, prepared, ended …)."""

    sent: int
    other: int


def send_due_issues(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Does a round; how much was done (0: nothing is due, or nothing can be done now)."""
    return sum(do_round(now=now, stopping=stopping))


def do_round(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False, seconds: float = SECONDS) -> Tally:
    """A round of about `seconds` at most.

    Confirmation mails that become due while issues go out are sent in between, by a connection of their own. Nothing
    is done while a restored or copied database waits for a person (newsletter.delivery.guarding).
    """
    if not guarding.may_send(now=now):
        return Tally(0, 0)
    other = claiming.lapse(now=now) + _prepare_due(now)
    sent = 0
    if _rest.is_over() and _anything_to_send(now):
        guarding.note_sending(now=now)
        round_ = _round(now, stopping, seconds)
        sent, other = round_.sent, other + round_.done - round_.sent
    return Tally(sent, other + _finish(now))


def _prepare_due(now: dt.datetime) -> int:
    begun = Issue.objects.in_state(IssueState.PREPARING)
    issues = [*begun.select_related("newsletter"), *Issue.objects.due(now).select_related("newsletter")]
    for issue in issues:
        try:
            prepare(issue, now=now)
        except NewsletterError:
            logger.info("issue_moved_meanwhile", issue=issue.pk)
    return len(issues)


def _anything_to_send(now: dt.datetime) -> bool:
    return Delivery.objects.claimable(now).exists()


def _round(now: dt.datetime, stopping: Callable[[], bool], seconds: float) -> Round:
    way, letters = (Relaying if settings.EMAIL_BACKEND == OWN else Backend), Letters()
    number = settings.NEWSLETTER_CONNECTIONS if way.connections_at_once() else 1
    if number == 1:
        round_ = Round(now, seconds=seconds, opinions=_opinions, stopping=stopping)
        Lane(way(letters), round_).run()
    else:
        round_ = Round(now, seconds=seconds, opinions=_opinions)
        _run_at_once([Lane(way(letters), round_) for _number in range(number)], round_, stopping)
    _note_trouble(way(letters).name, round_)
    return round_


def _run_at_once(lanes: list[Lane], round_: Round, stopping: Callable[[], bool]) -> None:
    """The lanes in threads. This one listens for the end, and sees to it that confirmation mails do not wait."""
    with ThreadPoolExecutor(len(lanes), thread_name_prefix="lane") as pool:
        futures: list[Future] = [pool.submit(lane.run_in_thread) for lane in lanes]
        try:
            while wait(futures, timeout=1.0).not_done:
                if stopping():
                    round_.ended.set()
                send_due_singles(now=round_.clock(), stopping=round_.ended.is_set)
        finally:
            round_.ended.set()
    for future in futures:
        future.result()


def _note_trouble(name: str, round_: Round) -> None:
    """A server that took nothing is left alone for a while; one that took something is well."""
    if round_.trouble and not round_.sent:
        _rest.begin()
    elif round_.sent:
        _rest.length = FIRST_REST
    limits.note_trouble(name, round_.trouble if not round_.sent else "", now=round_.clock())


def _finish(now: dt.datetime) -> int:
    """Ends the issues of which nothing is left to send; how many. The question and the move are one transaction."""
    candidates = Issue.objects.in_state(IssueState.SENDING).without_open_delivery()
    ended = 0
    for issue in list(candidates.select_related("newsletter")):
        with transaction.atomic():
            Issue.objects.select_for_update().get(pk=issue.pk)
            if candidates.filter(pk=issue.pk).exists():
                issuing.move(issue, "finish", by=None, now=now, finished_at=now)
                ended += 1
    return ended
