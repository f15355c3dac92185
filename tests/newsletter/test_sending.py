"""Rounds of sending through a mail backend: what each of its failures means."""

import datetime as dt
import smtplib

import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core import mail

from newsletter import issuing
from newsletter.delivery import sending
from newsletter.delivery.recording import FEW
from newsletter.delivery.sending import send_due_issues
from newsletter.models import Delivery, Issue, Suppression
from newsletter.states import DeliveryState, IssueState, ListKind
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_issue, make_list, make_sending

pytestmark = pytest.mark.django_db
D = DeliveryState
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(sending, "_rest", sending._Rest())
    monkeypatch.setattr(sending, "_opinions", sending.Opinions())


@pytest.fixture
def refusing(monkeypatch):
    """`refusing(error)`: the mail backend raises it for the second reader; `everybody=True`: for all."""
    original = mail.backends.locmem.EmailBackend.send_messages

    def set_up(error, *, everybody=False):
        def raise_it(self, messages):
            if everybody or messages[0].to == [Delivery.objects.order_by("pk")[1].mailbox]:
                raise error
            return original(self, messages)

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", raise_it)

    return set_up


class ProviderError(AnymailAPIError):
    def __init__(self, status):
        self.status = status
        super().__init__("provider")

    @property
    def status_code(self):
        return self.status

    @status_code.setter
    def status_code(self, value):
        pass


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def rounds(now=NOW, times=3):
    return sum(send_due_issues(now=now) for _round in range(times))


def test_a_due_issue_reaches_every_reader_once_and_ends(mailoutbox):
    for _reader in range(3):
        make_confirmed()
    issue = make_issue(state=IssueState.SCHEDULED, send_at=NOW)
    rounds()
    assert sorted(message.to[0] for message in mailoutbox) == sorted(Delivery.objects.values_list("mailbox", flat=True))
    issue.refresh_from_db()
    assert (issue.state, issue.audience) == (IssueState.DONE, 3)
    assert states() == [D.SENT] * 3
    assert rounds() == 0


def test_an_issue_whose_minute_has_not_come_waits(mailoutbox):
    make_confirmed()
    make_issue(state=IssueState.SCHEDULED, send_at=NOW + dt.timedelta(minutes=1))
    assert rounds() == 0
    assert not mailoutbox


def test_breaking_news_goes_before_an_issue_that_is_under_way(mailoutbox):
    make_sending(readers=2)
    make_sending(readers=1, newsletter=make_list(slug="breaking"), subject="Breaking", kind=ListKind.ALERT, now=NOW)
    send_due_issues(now=NOW)
    assert [message.subject for message in mailoutbox][0] == "Breaking"


def test_the_two_subjects_go_out(mailoutbox):
    make_sending(readers=12, subject="One", subject_b="Two")
    send_due_issues(now=NOW)
    assert {message.subject for message in mailoutbox} == {"One", "Two"}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"5.1.1 Unknown")}), D.FAILED),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"4.2.0 Later")}), D.DEFERRED),
        (smtplib.SMTPDataError(554, b"5.6.0 No"), D.FAILED),
        (smtplib.SMTPServerDisconnected("gone"), D.UNCERTAIN),
        (TimeoutError("timed out"), D.UNCERTAIN),
        (AnymailRecipientsRefused("no"), D.FAILED),
        (ProviderError(503), D.UNCERTAIN),
        (ValueError("a fault of ours"), D.UNCERTAIN),
    ],
)
def test_one_reader_s_failure_is_that_reader_s(refusing, error, state):
    make_sending(readers=3)
    refusing(error)
    send_due_issues(now=NOW)
    assert states()[1] == state
    assert states()[0] == D.SENT


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPSenderRefused(550, b"5.7.1 No", "a@b"),
        smtplib.SMTPAuthenticationError(535, b"No"),
        ProviderError(401),
    ],
)
def test_what_is_our_fault_stops_the_issue(refusing, error):
    issue = make_sending(readers=3)
    refusing(error, everybody=True)
    send_due_issues(now=NOW)
    issue.refresh_from_db()
    assert issue.state == IssueState.PAUSED
    assert states() == [D.QUEUED] * 3
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}


def test_a_provider_that_is_asked_too_much_is_left_alone(refusing):
    make_sending(readers=3)
    refusing(ProviderError(429), everybody=True)
    send_due_issues(now=NOW)
    assert states() == [D.QUEUED] * 3
    assert not sending._rest.is_over()


def test_doubt_after_doubt_stops_the_issue(refusing):
    issue = make_sending(readers=6)
    refusing(ValueError("whatever"), everybody=True)
    send_due_issues(now=NOW)
    issue.refresh_from_db()
    assert issue.state == IssueState.PAUSED
    assert states() == [D.UNCERTAIN] * 3 + [D.QUEUED] * 3


def test_a_backend_that_cannot_be_opened_costs_nobody_anything(network_off):
    make_sending(readers=2)
    send_due_issues(now=NOW)
    assert states() == [D.QUEUED] * 2


def test_a_few_that_are_refused_until_it_is_too_late_are_given_up(refusing):
    make_sending(readers=3)
    refusing(smtplib.SMTPRecipientsRefused({"x": (450, b"4.2.0 Later")}))
    for minute in range(0, 61, 2):
        send_due_issues(now=NOW + dt.timedelta(minutes=minute))
    assert states() == [D.SENT, D.FAILED, D.SENT]
    assert Issue.objects.get().state == IssueState.DONE
    assert not Suppression.objects.exists()


def test_many_that_are_refused_until_it_is_too_late_are_asked_about(refusing):
    issue = make_sending(readers=FEW + 2)
    refusing(smtplib.SMTPRecipientsRefused({"x": (450, b"4.3.0 Later")}), everybody=True)
    for minute in range(0, 61, 2):
        send_due_issues(now=NOW + dt.timedelta(minutes=minute))
    issue.refresh_from_db()
    assert issue.state == IssueState.PAUSED
    assert set(states()) <= {D.DEFERRED, D.QUEUED}
    assert "too late" in issue.hold_reason


def test_a_stop_is_heard_between_two_mails(mailoutbox):
    make_sending(readers=5)
    send_due_issues(now=NOW, stopping=lambda: len(mailoutbox) >= 2)
    assert len(mailoutbox) == 2
    assert states() == [D.SENT] * 2 + [D.QUEUED] * 3


def test_what_a_cancelled_issue_left_can_be_sent_later(mailoutbox):
    issue = make_sending(readers=5)
    send_due_issues(now=NOW, stopping=lambda: len(mailoutbox) >= 2)
    issuing.cancel(issue, by=None, now=NOW)
    rounds()
    assert len(mailoutbox) == 2
    issuing.send_rest(issue, by=None, now=NOW)
    rounds()
    assert len({message.to[0] for message in mailoutbox}) == len(mailoutbox) == 5
