"""The newsletters on the newsroom's desk."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.states import CHIEF_EDITOR, EDITOR, NEWSLETTER_EDITOR
from newsletter.breaker import FLOOD
from newsletter.desk import newsletter_desk_at
from newsletter.models import Delivery, Subscriber, Subscription
from newsletter.states import IN_HAND, IssueState
from newsportal.core import limits
from tests.factories import make_user
from tests.newsletter.factories import make_confirmed, make_issue, make_list, make_pending

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")


def fail(subscription, error="SMTPRecipientsRefused: nobody@example.org", due_at=None):
    Subscription.objects.filter(pk=subscription.pk).update(
        last_error=error, confirmation_due_at=due_at, confirmation_sent_at=None
    )
    return subscription


def test_each_newsletter_has_its_numbers(now):
    morning, evening = make_list(), make_list(slug="evening", name="The evening")
    make_confirmed(newsletter=morning, now=now - dt.timedelta(days=2))
    make_confirmed(newsletter=morning, now=now)
    make_pending(newsletter=morning)
    standings = newsletter_desk_at(now).standings
    assert [(s.newsletter, s.confirmed, s.pending, s.new_today) for s in standings] == [
        (morning, 2, 1, 1),
        (evening, 0, 0, 0),
    ]


def test_failed_mails_are_the_last_three_that_have_not_gone_out_since(now):
    failed = [fail(make_pending(now=now + dt.timedelta(minutes=number))) for number in range(4)]
    make_pending(sent=True)
    assert newsletter_desk_at(now).failures == failed[:0:-1]


def test_the_numbers_cost_six_queries_however_many_newsletters_and_issues(now, django_assert_num_queries):
    for number in range(6):
        newsletter = make_list(slug=f"list-{number}", name=f"List {number}")
        make_confirmed(newsletter=newsletter)
        deliver(make_issue(newsletter=newsletter, state=IssueState.SENDING, send_at=now), now, "sent", "queued")
    with django_assert_num_queries(6):
        newsletter_desk_at(now)


def deliver(issue, now, *states, **fields):
    for state in states:
        key = f"{Subscriber.objects.count()}@example.org"
        reader = Subscriber.objects.create(address=key, key=key, created=now)
        held = {"claim": uuid.uuid4(), "lease_until": now} if state in IN_HAND else {}
        Delivery.objects.create(issue=issue, subscriber=reader, state=state, next_try=now, **held, **fields)
    return issue


def test_how_far_an_issue_is_and_when_it_ends(now):
    issue = make_issue(state=IssueState.SENDING, send_at=now)
    deliver(issue, now, *["sent"] * 4, sent_at=now - dt.timedelta(seconds=30))
    deliver(issue, now, "queued", "deferred", "claimed", "handed", "failed", "uncertain", "skipped", "bounced")
    row = newsletter_desk_at(now).under_way[0]
    assert (row.total, row.done, row.sent, row.open, row.failed, row.uncertain, row.share) == (12, 8, 5, 4, 1, 1, 66)
    # Four in two minutes, four left.
    assert row.eta == now + dt.timedelta(minutes=2)


def test_what_asks_comes_first_and_what_ended_well_is_not_there(now):
    for state in (IssueState.SCHEDULED, IssueState.SENDING, IssueState.HELD, IssueState.DONE, IssueState.DRAFT):
        make_issue(subject=state, state=state, send_at=now, finished_at=now if state == IssueState.DONE else None)
    desk = newsletter_desk_at(now)
    assert [row.issue.subject for row in desk.under_way] == ["held", "sending", "scheduled"]
    assert desk.asks


def test_an_issue_of_which_some_failed_stays_for_a_day(now):
    issue = make_issue(state=IssueState.DONE, send_at=now, finished_at=now - dt.timedelta(hours=23))
    deliver(issue, now, "sent", "failed")
    assert [row.issue for row in newsletter_desk_at(now).under_way] == [issue]
    assert newsletter_desk_at(now + dt.timedelta(hours=2)).under_way == []


def test_the_desk_shows_a_held_issue_with_its_reason_and_a_link(client, now):
    issue = make_issue(state=IssueState.HELD, send_at=now, hold_reason="It is two hours late.")
    client.force_login(make_user(role=NEWSLETTER_EDITOR))
    page = client.get(INDEX).content.decode()
    assert "It is two hours late." in page
    assert reverse("admin:newsletter_issue_change", args=[issue.pk]) + "#decide" in page


@pytest.mark.parametrize("role", [CHIEF_EDITOR, NEWSLETTER_EDITOR])
def test_who_runs_newsletters_sees_them_with_the_reason_of_a_failure(client, role):
    fail(make_pending())
    client.force_login(make_user(role=role))
    page = client.get(INDEX).content.decode()
    for part in ("The morning", "SMTPRecipientsRefused", "Given up."):
        assert part in page


def test_an_editor_does_not_see_newsletters_or_addresses(client):
    fail(make_pending())
    client.force_login(make_user(role=EDITOR))
    page = client.get(INDEX).content.decode()
    assert "Newsletters" not in page
    assert "nobody@example.org" not in page


def test_a_flood_of_sign_ups_is_said(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert "came in a flood" not in client.get("/admin/").content.decode()
    for _time in range(3):
        limits.note_refusal(FLOOD, now=timezone.now())
    assert "3 were asked a question or turned away" in client.get("/admin/").content.decode()
