"""What became of each mail of a batch, written down as it becomes known; and what follows for the issue.

The commit that records one mail as sent marks the next as handed over: no mail goes out without a commit before it, and
at no moment is there more than one mail of a connection of which nobody could say whether it went out.
"""

import datetime as dt
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import structlog
from django.utils.translation import gettext as _

from newsletter import issuing
from newsletter.bouncing.applying import apply
from newsletter.bouncing.recording import note_reply
from newsletter.bouncing.unwanted import TOLERATED, WATCHED
from newsletter.delivery import claiming
from newsletter.delivery.claiming import LEASE, Batch, Parcel, Step
from newsletter.delivery.group_commit import GroupCommit
from newsletter.delivery.smtp import RCPT, Answer
from newsletter.delivery.steadying import steadily
from newsletter.delivery.verdicts import Judgement, Verdict, judge, next_try
from newsletter.models import Delivery, Issue
from newsletter.states import DeliveryState, NewsletterError, UncertainPolicy

logger = structlog.get_logger(__name__)

# An issue that is late for more readers than this asks, instead of giving them up.
FEW = 20


class Stop(Exception):
    """No more mails of this batch: the issue stands, or the server has no time for us. The rest is given back."""


class NotNow(Stop):
    """The mail server has no time for us, or is away; whoever sends rests a while."""


class Opinions:
    """What a mail server said last about the mails of each issue, in this process."""

    def __init__(self) -> None:
        self._of: dict[int, deque[bool]] = {}

    def add(self, issue: Issue, *, is_policy: bool) -> bool:
        """Whether so many of its mails are refused by policy that it had better stop."""
        last = self._of.setdefault(issue.pk, deque(maxlen=WATCHED))
        last.append(is_policy)
        return is_policy and sum(last) > TOLERATED

    def forget(self, issue: Issue) -> None:
        """Begins anew, as when an editor lets it go on."""
        self._of.pop(issue.pk, None)


class Book:
    """The record of one batch. `clock` says what time it is; `commits` and `opinions` outlive the batch."""

    def __init__(
        self,
        issue: Issue,
        batch: Batch,
        *,
        clock: Callable[[], dt.datetime],
        commits: GroupCommit,
        opinions: Opinions,
    ) -> None:
        self.issue = issue
        self.mark = batch.claim
        self.clock = clock
        self.opinions = opinions
        self._commits = commits
        self.sent = self.done = 0
        self.too_fast = False
        self._taken: tuple[int, str] | None = None
        self._renewed = clock()

    def hand_over(self, parcel: Parcel) -> None:
        """The next mail's text is about to go out; raises Stop where it must not."""
        pk, reply = self._taken or (None, "")
        self._renew()
        is_ours = self._commits.hand_over(Step(self.mark, pk, reply, parcel.pk))
        self._taken = None
        if not is_ours:
            raise Stop("The issue was stopped, or the claim ran out.")

    def take_back(self, parcel: Parcel) -> None:
        """A mail counted as handed over was not even looked at: it is ours as before, and its try does not count."""
        steadily(lambda: claiming.take_back(self.mark, parcel.pk))

    def flush(self) -> None:
        """Records the mail that was taken last."""
        if self._taken is not None:
            pk, reply = self._taken
            self._commits.hand_over(Step(self.mark, pk, reply, None))
            self._taken = None

    def answered(self, parcel: Parcel, answer: Answer) -> None:
        """The server has said what it thinks of a mail, or of its announcement. Raises Stop, NotNow."""
        verdict = judge(answer)
        self.too_fast |= verdict.is_too_fast
        if verdict.verdict == Verdict.TAKEN:
            self.flush()
            self._taken = (parcel.pk, str(answer))
            self.sent += 1
            self.done += 1
            self.opinions.add(self.issue, is_policy=False)
            return
        self.flush()
        self._refused(parcel, answer, verdict)

    def turned_away(self, answer: Answer) -> None:
        """The server does not want us at all, whichever mail it is. Always raises Stop or NotNow."""
        if judge(answer).verdict == Verdict.NOT_NOW:
            raise NotNow(str(answer))
        self._stop_for_us(answer)

    def broken(self, parcel: Parcel, reason: str, *, after_dot: bool) -> None:
        """The connection ended within a mail that was handed over."""
        self.flush()
        again = self.issue.newsletter.uncertain_policy == UncertainPolicy.RESEND
        if after_dot and not (again and parcel.attempts < claiming.RESENDS):
            logger.warning("delivery_uncertain", delivery=parcel.pk)
            self._settle(parcel, DeliveryState.UNCERTAIN, reason)
        else:
            self.later(parcel, reason)

    def later(self, parcel: Parcel, reply: str) -> None:
        """This mail is to be tried again, or given up; raises Stop when the issue has to ask instead."""
        when = next_try(parcel.attempts, self.clock())
        stale = self.issue.stale_at
        is_late = stale is not None and when is not None and when > stale
        if is_late and self._waiting() > FEW:
            self._settle(parcel, DeliveryState.DEFERRED, reply, when)
            self.stop_issue(_("It has become too late for the mails that had to wait: “%(reply)s”.") % {"reply": reply})
        elif when is None or is_late:
            self._settle(parcel, DeliveryState.FAILED, reply)
        else:
            self._settle(parcel, DeliveryState.DEFERRED, reply, when)

    def fail(self, parcel: Parcel, reply: str) -> None:
        """This mail will not go out."""
        self._settle(parcel, DeliveryState.FAILED, reply)

    def stop_issue(self, reason: str) -> None:
        """Pauses the issue, with a reason for its editors; always raises Stop."""
        self.flush()
        self.opinions.forget(self.issue)
        logger.error("issue_stopped", issue=self.issue.pk)
        with suppress(NewsletterError):
            issuing.pause(Issue.objects.get(pk=self.issue.pk), by=None, now=self.clock(), reason=reason)
        raise Stop(reason)

    def _stop_for_us(self, answer: Answer) -> None:
        words = _("The mail server refuses us, no reader is at fault: “%(reply)s”.")
        self.stop_issue(words % {"reply": answer})

    def _refused(self, parcel: Parcel, answer: Answer, judgement: Judgement) -> None:
        match judgement.verdict:
            case Verdict.NOT_NOW:
                raise NotNow(str(answer))
            case Verdict.OURS:
                self._stop_for_us(answer)
            case Verdict.CONTENT:
                self.fail(parcel, str(answer))
                words = _("The mail server does not take the issue as it is: “%(reply)s”.")
                self.stop_issue(words % {"reply": answer})
            case Verdict.LATER:
                self.later(parcel, str(answer))
            case Verdict.REFUSED:
                self.fail(parcel, str(answer))
                steadily(lambda: self._note(parcel, answer))
                if self.opinions.add(self.issue, is_policy=judgement.is_policy):
                    words = _("One mail in fifty is refused as unwanted: “%(reply)s”.")
                    self.stop_issue(words % {"reply": answer})

    def _note(self, parcel: Parcel, answer: Answer) -> None:
        """A refusal is a report on the reader like any other that comes back: an unknown address is suppressed."""
        delivery = Delivery.objects.get(pk=parcel.pk)
        event = note_reply(delivery, answer.code, answer.text, now=self.clock(), at_rcpt=answer.stage == RCPT)
        if event is not None:
            apply(event.pk, now=self.clock())

    def _settle(self, parcel: Parcel, state: DeliveryState, reply: str, when: dt.datetime | None = None) -> None:
        steadily(lambda: claiming.settle(self.mark, parcel.pk, state, reply=reply, next_try=when))
        self.done += 1

    def _waiting(self) -> int:
        """How many mails of the issue have yet to go out, as far as FEW and one more."""
        return Delivery.objects.open().filter(issue=self.issue)[: FEW + 1].count()

    def _renew(self) -> None:
        now = self.clock()
        if now - self._renewed > LEASE / 5:
            steadily(lambda: claiming.renew(self.mark, now=now))
            self._renewed = now
