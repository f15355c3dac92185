import datetime as dt

import pytest
from django.core import mail

from newsletter.delivery import sending
from newsletter.delivery.sending import send_due_issues
from newsletter.models import Delivery
from newsletter.states import DeliveryState, IssueState
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_issue

pytestmark = pytest.mark.django_db
D = DeliveryState


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(sending, "_rest", sending._Rest())
    monkeypatch.setattr(sending, "_opinions", sending.Opinions())


@pytest.fixture
def refusing(monkeypatch):
    """`refusing(error, of="reader1@example.org")`: what the mail backend raises, for one reader or for all."""

    def set_up(error, of=""):
        send = mail.backends.locmem.EmailBackend.send_messages

        def raise_it(self, messages):
            if not of or messages[0].to == [of]:
                raise error
            return send(self, messages)

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", raise_it)

    return set_up


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
