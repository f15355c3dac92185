import datetime as dt

import pytest

from newsletter.delivery import limits
from newsletter.delivery.punctuality import GRACE, Late, check_punctuality
from newsletter.states import IssueState
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_issue, make_sending

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def test_what_is_due_only_now_is_not_late():
    make_issue(state=IssueState.SCHEDULED, send_at=NOW)
    check_punctuality(now=NOW + GRACE - SECOND)
    with pytest.raises(Late, match="should have begun"):
        check_punctuality(now=NOW + GRACE)


def test_what_waits_for_a_decision_is_not_late():
    make_issue(state=IssueState.HELD, send_at=NOW)
    check_punctuality(now=NOW + 9 * GRACE)


def test_mails_that_wait_for_a_mail_server_are_late():
    make_sending(readers=1)
    limits.note_trouble("mail.example.org:25", "421 4.3.2 Closed", now=NOW)
    check_punctuality(now=NOW + SECOND)
    with pytest.raises(Late, match="421 4.3.2 Closed"):
        check_punctuality(now=NOW + GRACE)


def test_a_mail_server_that_nobody_waits_for_is_no_trouble():
    limits.note_trouble("mail.example.org:25", "421 4.3.2 Closed", now=NOW)
    check_punctuality(now=NOW + GRACE)
