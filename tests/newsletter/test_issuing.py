import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from newsletter import issuing
from newsletter.models import Issue, IssueLogEntry
from newsletter.states import ISSUE_MOVES, IssueState, NewsletterError
from tests.factories import make_user
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_issue, make_list

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ISSUE_MOVES)
@pytest.mark.parametrize("state", IssueState)
def test_a_move_leads_from_its_sources_only(state, name):
    step = ISSUE_MOVES[name]
    issue = make_issue(state=state, send_at=NOW)
    if state in step.sources or state == step.target:
        assert issuing.move(issue, name, by=None, now=NOW).state == step.target
        assert IssueLogEntry.objects.count() == (state in step.sources)
    else:
        with pytest.raises(NewsletterError, match="cannot be done"):
            issuing.move(issue, name, by=None, now=NOW)


@pytest.mark.parametrize("name", ISSUE_MOVES)
@pytest.mark.parametrize("role", ["Reporter", "Editor", "Chief editor", "Newsletter editor"])
def test_only_newsletter_people_move_issues(role, name):
    issue = make_issue(state=min(ISSUE_MOVES[name].sources), send_at=NOW)
    allowed = role in {"Chief editor", "Newsletter editor"} and ISSUE_MOVES[name].permission is not None
    assert issuing.may(make_user(role=role), name, issue) == allowed
    if not allowed:
        with pytest.raises(PermissionDenied):
            issuing.move(issue, name, by=make_user(role=role), now=NOW)


def test_the_same_move_twice_is_logged_once():
    issue = make_issue(state=IssueState.APPROVED)
    again = Issue.objects.get(pk=issue.pk)
    issuing.schedule(issue, by=None, now=NOW)
    issuing.schedule(again, by=None, now=NOW)
    entry = IssueLogEntry.objects.get()
    assert entry.old == {"state": "approved", "send_at": None}
    assert entry.new == {"state": "scheduled", "send_at": NOW.isoformat()}


def test_a_list_that_wants_a_second_person_gets_one():
    writer, other = make_user(role="Newsletter editor"), make_user(role="Chief editor")
    issue = make_issue(newsletter=make_list(needs_approval=True), edited_by=writer)
    with pytest.raises(NewsletterError, match="approved by a second person"):
        issuing.schedule(issue, by=writer, now=NOW)
    with pytest.raises(NewsletterError, match="second pair of eyes"):
        issuing.approve(issue, by=writer, now=NOW)
    issuing.approve(issue, by=other, now=NOW)
    assert issuing.schedule(issue, by=writer, now=NOW).state == IssueState.SCHEDULED


def test_a_held_issue_that_is_scheduled_again_may_be_late():
    issue = make_issue(state=IssueState.SCHEDULED, send_at=NOW)
    assert issue.stale_at == NOW + dt.timedelta(minutes=60)
    issuing.hold(issue, reason="It is two hours late.", now=NOW)
    assert issue.hold_reason == "It is two hours late."
    issuing.schedule(issue, by=None, now=NOW)
    assert (issue.stale_at, issue.hold_reason) == (None, "")


def test_the_rest_of_what_never_went_out_cannot_be_sent():
    issue = make_issue(state=IssueState.CANCELLED)
    with pytest.raises(NewsletterError, match="Nothing of this issue"):
        issuing.send_rest(issue, by=None, now=NOW)


def test_who_lets_it_go_on_says_that_it_may_be_late():
    issue = make_issue(state=IssueState.PAUSED, send_at=NOW)
    issuing.resume(issue, by=make_user(role="Newsletter editor"), now=NOW)
    assert issue.stale_at is None
