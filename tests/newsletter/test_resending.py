import uuid

import pytest
from django.core.exceptions import PermissionDenied

from articles.states import EDITOR, NEWSLETTER_EDITOR
from newsletter.models import Delivery, Subscriber
from newsletter.resending import resend_failed, resend_uncertain
from newsletter.states import DeliveryState, IssueState, NewsletterError
from tests.factories import make_user
from tests.newsletter.factories import make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_user(role=NEWSLETTER_EDITOR)


def with_rows(state, now):
    issue = make_issue(state=state, send_at=now, started_at=now)
    for number, row in enumerate(("sent", "uncertain", "failed", "queued")):
        reader = Subscriber.objects.create(address=f"{number}@example.org", key=f"{number}@example.org", created=now)
        Delivery.objects.create(issue=issue, subscriber=reader, state=row, next_try=now, claim=uuid.uuid4())
    return issue


@pytest.mark.parametrize("state", [IssueState.SENDING, IssueState.PAUSED, IssueState.DONE])
def test_only_what_is_not_known_waits_again(state, now, editor):
    issue = resend_uncertain(with_rows(state, now), by=editor, now=now)
    assert sorted(issue.deliveries.values_list("state", flat=True)) == ["failed", "queued", "queued", "sent"]
    assert issue.state == (IssueState.SENDING if state == IssueState.DONE else state)
    assert issue.log.get(action="resend_uncertain").new == {"mails": 1}


def test_a_slow_worker_may_not_write_into_what_waits_again(now, editor):
    issue = with_rows(IssueState.SENDING, now)
    claim = issue.deliveries.get(state=DeliveryState.UNCERTAIN).claim
    resend_uncertain(issue, by=editor, now=now)
    assert not issue.deliveries.filter(claim=claim).exists()


def test_twice_is_once(now, editor):
    issue = with_rows(IssueState.PAUSED, now)
    resend_uncertain(issue, by=editor, now=now)
    resend_uncertain(issue, by=editor, now=now)
    assert issue.log.count() == 1


@pytest.mark.parametrize("state", [IssueState.CANCELLED, IssueState.DRAFT, IssueState.HELD])
def test_not_of_an_issue_that_does_not_go_out(state, now, editor):
    with pytest.raises(NewsletterError):
        resend_uncertain(with_rows(state, now), by=editor, now=now)


def test_not_by_anybody(now):
    with pytest.raises(PermissionDenied):
        resend_uncertain(with_rows(IssueState.DONE, now), by=make_user(role=EDITOR), now=now)


def test_what_was_refused_is_tried_again_from_the_start_and_only_what_was_chosen(now, editor):
    issue = with_rows(IssueState.DONE, now)
    chosen = issue.deliveries.get(state=DeliveryState.FAILED)
    issue.deliveries.exclude(pk=chosen.pk).update(state=DeliveryState.FAILED, attempts=7)
    issue = resend_failed(issue, by=editor, now=now, only=[chosen.pk])
    chosen.refresh_from_db()
    assert (issue.state, chosen.state, chosen.attempts) == (IssueState.SENDING, DeliveryState.QUEUED, 0)
    assert issue.deliveries.in_state(DeliveryState.FAILED).count() == 3
    assert issue.log.get(action="resend_failed").new == {"mails": 1}
