"""An issue stops when too much of it comes back as unwanted, whichever way that is told."""

import datetime as dt

import pytest

from newsletter import issuing
from newsletter.bouncing import verp
from newsletter.bouncing.applying import apply_due_events
from newsletter.bouncing.recording import note_mail
from newsletter.bouncing.unwanted import TOLERATED, WATCHED
from newsletter.models import Delivery, Issue, MailEvent, Suppression
from newsletter.states import DeliveryState, IssueState, NewsletterError
from tests.newsletter import returned
from tests.newsletter.factories import make_delivery, make_issue, make_list

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
BLOCKED = {"status": "5.7.1", "diagnosis": "550 5.7.1 blocked because of the reputation of 192.0.2.1"}


@pytest.fixture(autouse=True)
def _bounces(settings):
    settings.BOUNCE_ADDRESS = "bounces@example.org"


@pytest.fixture
def issue(now):
    return make_issue(newsletter=make_list(), state=IssueState.SENDING, send_at=now, started_at=now)


def sent(issue, number, now):
    """Mails that a server has taken, in the order in which they went; readers without a subscription will do."""
    rows = [Delivery(issue=issue, mailbox=f"r{place}@example.net", next_try=now, state=DeliveryState.SENT, sent_at=now)
            for place in range(number)]  # fmt: skip
    return Delivery.objects.bulk_create(rows)


def come_back(deliveries, now, **report):
    for delivery in deliveries:
        note_mail(returned.dsn(to=verp.envelope_sender(delivery), **(report or BLOCKED)), now=now)
    apply_due_events(now=now)


def state_of(issue):
    issue.refresh_from_db()
    return issue.state


def test_returned_mail_that_was_blocked_pauses_the_issue_with_the_words(issue, now):
    come_back(sent(issue, TOLERATED + 1, now), now)
    assert state_of(issue) == IssueState.PAUSED
    assert "comes back as unwanted" in issue.hold_reason
    assert "reputation" in issue.hold_reason
    assert issue.log.get(action="pause").by is None
    assert not Suppression.objects.exists()


def test_what_is_tolerated_does_not(issue, now):
    come_back(sent(issue, TOLERATED, now), now)
    assert state_of(issue) == IssueState.SENDING


def test_one_mail_told_of_often_counts_once(issue, now):
    (delivery,) = sent(issue, 1, now)
    for time in range(TOLERATED + 2):
        come_back([delivery], now, **{**BLOCKED, "diagnosis": f"550 5.7.1 blocked {time}"})
    assert MailEvent.objects.count() == TOLERATED + 2
    assert state_of(issue) == IssueState.SENDING


@pytest.mark.parametrize("report", [{"status": "5.1.1"}, {"status": "5.2.2", "diagnosis": "552 5.2.2 full"}])
def test_readers_who_are_gone_or_full_do_not(issue, now, report):
    come_back(sent(issue, TOLERATED + 3, now), now, **report)
    assert state_of(issue) == IssueState.SENDING


def test_a_few_among_many_do_not(issue, now):
    mails = sent(issue, 5 * WATCHED, now)
    come_back(mails[:: WATCHED - 1], now)
    assert state_of(issue) == IssueState.SENDING


def test_reports_that_come_in_any_order_are_seen_together(issue, now):
    mails = sent(issue, 3 * WATCHED, now)
    come_back(reversed(mails[: TOLERATED + 1]), now)
    assert state_of(issue) == IssueState.PAUSED


def test_forged_reports_pause_nothing(issue, now):
    for number in range(TOLERATED + 2):
        note_mail(returned.dsn(to=f"bounces+{number}.forged@example.org", **BLOCKED), now=now)
    apply_due_events(now=now)
    assert state_of(issue) == IssueState.SENDING


def test_after_an_editor_lets_it_go_on_late_reports_on_earlier_mails_do_not_stop_it_again(issue, now):
    mails = sent(issue, 20, now)
    come_back(mails[:10], now)
    issue = issuing.resume(Issue.objects.get(), by=None, now=now + MINUTE)
    come_back(mails[10:], now + 2 * MINUTE)
    assert state_of(issue) == IssueState.SENDING
    come_back(sent(issue, TOLERATED + 1, now + 3 * MINUTE), now + 4 * MINUTE)
    assert state_of(issue) == IssueState.PAUSED


def test_an_issue_that_is_through_stays_so(issue, now):
    Issue.objects.update(state=IssueState.DONE)
    come_back(sent(issue, TOLERATED + 1, now), now)
    assert state_of(issue) == IssueState.DONE


def test_it_says_that_it_stopped_one_only_where_it_did(issue, now, monkeypatch, caplog):
    def paused_meanwhile(issue, **values):
        raise NewsletterError("over")

    mails = sent(issue, TOLERATED + 2, now)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "pause", paused_meanwhile)
        come_back(mails[:-1], now)
    assert "issue_stopped" not in caplog.text
    come_back(mails[-1:], now)
    assert caplog.text.count("issue_stopped") == 1


def test_a_refusal_that_we_heard_ourselves_is_counted_where_it_was_heard(issue, now):
    for _number in range(TOLERATED + 2):
        delivery = make_delivery(issue=issue, state=DeliveryState.FAILED)
        note_mail(returned.dsn(to=verp.envelope_sender(delivery), **BLOCKED), now=now)
    apply_due_events(now=now)
    assert state_of(issue) == IssueState.SENDING
