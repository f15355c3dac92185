"""The pages around an issue: its list, its preview, how it stands, and those that ask before it moves."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from articles import workflow
from articles.states import CHIEF_EDITOR, EDITOR, NEWSLETTER_EDITOR
from newsletter import issuing
from newsletter.delivery.freezing import prepare
from newsletter.models import Block, Delivery, Issue, Rendering, Subscriber
from newsletter.states import DeliveryState, IssueState
from newsportal.core.duties import beat
from tests.factories import make_article, make_image, make_user
from tests.newsletter.factories import make_confirmed, make_issue, make_list
from tests.newsletter.test_composer import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def editor(client):
    user = make_user(role=NEWSLETTER_EDITOR)
    client.force_login(user)
    return user


@pytest.fixture
def issue(settings, now):
    """A draft that is ready to go to one reader."""
    settings.SITE_URL = "https://testserver"
    beat(now)
    issue = make_issue(preheader="All of it")
    Block.objects.create(issue=issue, article=make_article(headline="Fine", lead_image=make_image()))
    make_confirmed(newsletter=issue.newsletter)
    return issue


def page(issue, name, *args):
    return reverse(f"admin:newsletter_issue_{name}", args=[issue.pk, *args])


def move(client, issue, name, **data):
    return client.post(page(issue, "move", name), data)


def put(issue, state, **fields):
    Issue.objects.filter(pk=issue.pk).update(state=state, **fields)
    issue.refresh_from_db()


def test_the_list_names_newsletter_state_and_readers(client, editor, now):
    make_issue(subject="Fog today")
    make_issue(subject="Sent one", state=IssueState.DONE, started_at=now, finished_at=now, audience=1204)
    body = client.get(reverse("admin:newsletter_issue_changelist")).content.decode()
    for words in ("Fog today", "Sent one", "The morning", "Draft", "Sent, today", "1,204"):
        assert words in body


def test_the_list_is_searched_filtered_and_paged_by_key(client, editor):
    for number in range(60):
        make_issue(subject=f"Issue {number:02}")
    make_issue(subject="Paused one", state=IssueState.PAUSED)
    address = reverse("admin:newsletter_issue_changelist")
    assert b"Paused one" in client.get(address, {"state__exact": "paused"}).content
    assert client.get(address, {"q": "Issue 07"}).content.count(b"field-standing") == 1
    first = client.get(address)
    assert "older=" in first.content.decode()


def test_the_list_costs_the_same_for_two_and_for_forty(client, editor, django_assert_max_num_queries):
    address = reverse("admin:newsletter_issue_changelist")
    make_issue(), client.get(address)
    for number in range(40):
        make_issue(subject=f"Issue {number}", edited_by=editor)
    with django_assert_max_num_queries(9):
        client.get(address)


def test_the_preview_is_of_what_is_stored_or_typed(client, editor, issue):
    assert b"Fine" in client.get(page(issue, "frame")).content
    block = {"kind": "heading", "heading": "Typed <b>", "place": 0}
    shown = client.post(page(issue, "frame"), sent(issue, blocks=[block], subject="")).content.decode()
    assert "Typed &lt;b&gt;" in shown
    assert "Fine" not in shown
    assert issue.blocks.get().article.headline == "Fine"


def test_the_preview_has_both_schemes_plain_text_and_no_pictures(client, editor, issue):
    frame = page(issue, "frame")
    assert b"@media all" in client.get(frame, {"scheme": "dark"}).content
    assert b"@media not all" in client.get(frame).content
    assert b" src=" in client.get(frame).content
    assert b" src=" not in client.get(frame, {"pictures": "off"}).content
    text = client.get(frame, {"part": "text"})
    assert text["Content-Type"] == "text/plain; charset=utf-8"


def test_the_preview_may_be_framed_by_us_alone_and_runs_nothing(client, editor, issue):
    response = client.get(page(issue, "frame"))
    policy = response["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "style-src 'unsafe-inline';" in f"{policy};"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_the_preview_of_what_went_out_is_what_was_frozen(client, editor, issue, now):
    Rendering.objects.create(issue=issue, subject="s", html="<p>Frozen</p>", text="t", digest="d", made_at=now)
    assert b"Frozen" in client.get(page(issue, "frame")).content


def test_sending_says_when_and_to_how_many_before_it_is_scheduled(client, editor, issue, now):
    at = (timezone.localtime(now) + dt.timedelta(days=1)).replace(hour=7, minute=0)
    data = {"when": "later", "at": at.strftime("%Y-%m-%dT%H:%M")}
    asked = move(client, issue, "schedule", **data)
    assert "It goes out tomorrow 07:00 to 1 reader." in asked.content.decode()
    assert Issue.objects.get().state == IssueState.DRAFT
    move(client, issue, "schedule", **data, confirmed="1")
    issue.refresh_from_db()
    assert (issue.state, timezone.localtime(issue.send_at).hour) == (IssueState.SCHEDULED, 7)
    assert "tomorrow 07:00 to 1 reader" in client.get(page(issue, "change")).content.decode()


@pytest.mark.parametrize(
    ("at", "words"), [("yesterday", "not a time"), ("", "not a time"), ("2020-01-01T07:00", "passed")]
)
def test_a_time_that_is_none_is_refused(client, editor, issue, at, words):
    response = move(client, issue, "schedule", when="later", at=at, confirmed="1")
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Issue.objects.get().state == IssueState.DRAFT


def test_an_issue_with_a_withdrawn_story_asks_before_it_is_sent(client, editor, issue, now):
    gone = make_article(headline="Gone")
    Block.objects.create(issue=issue, article=gone, position=1)
    workflow.withdraw(gone, by=None, reason="It was wrong.", now=now)
    refused = move(client, issue, "schedule", when="now", confirmed="1")
    assert refused.status_code == 422
    assert "Gone" in refused.content.decode()
    move(client, issue, "schedule", when="now", confirmed="1", anyway="on")
    assert prepare(Issue.objects.get(), now=timezone.now()).state == IssueState.SENDING
    assert issue.log.get(action="leave_out").note == "Gone"


def test_a_story_that_is_out_by_then_is_no_reason_to_ask(client, editor, issue, now):
    Block.objects.create(issue=issue, article=make_article(headline="Later", hours_ago=-5), position=1)
    assert move(client, issue, "schedule", when="now").status_code == 422
    at = (timezone.localtime(now) + dt.timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M")
    move(client, issue, "schedule", when="later", at=at, confirmed="1")
    issue.refresh_from_db()
    assert (issue.state, issue.blocks.count()) == (IssueState.SCHEDULED, 2)


def test_what_has_to_be_put_right_stops_it(client, editor, issue):
    issue.blocks.all().delete()
    assert move(client, issue, "schedule", when="now", confirmed="1", anyway="on").status_code == 422
    assert Issue.objects.get().state == IssueState.DRAFT


def test_a_list_that_wants_it_is_approved_by_somebody_else(client, issue):
    writer, other = make_user(role=NEWSLETTER_EDITOR), make_user(role=CHIEF_EDITOR)
    issue.newsletter.needs_approval = True
    issue.newsletter.save()
    Issue.objects.filter(pk=issue.pk).update(edited_by=writer)
    client.force_login(writer)
    assert "_move_schedule" not in client.get(page(issue, "change")).content.decode()
    assert "second pair of eyes" in move(client, issue, "approve").content.decode()
    client.force_login(other)
    move(client, issue, "approve")
    issue.refresh_from_db()
    assert (issue.state, issue.approved_by) == (IssueState.APPROVED, other)
    assert "_move_schedule" in client.get(page(issue, "change")).content.decode()


def test_only_moves_that_can_be_made_are_offered(client, editor, issue, now):
    offered = {
        IssueState.SCHEDULED: {"reopen", "cancel"},
        IssueState.HELD: {"schedule", "reopen", "cancel"},
        IssueState.PREPARING: {"cancel"},
        IssueState.SENDING: {"pause", "cancel"},
        IssueState.PAUSED: {"resume", "cancel"},
        IssueState.DONE: set(),
        IssueState.CANCELLED: set(),
    }
    for state, names in offered.items():
        put(issue, state, send_at=now)
        body = client.get(page(issue, "change")).content.decode()
        assert {name for name in ISSUE_PAGES if page(issue, "move", name) in body} == names, state


ISSUE_PAGES = ("approve", "schedule", "reopen", "pause", "resume", "cancel", "send_rest")


def test_who_may_only_look_is_offered_nothing(client, issue, now):
    user = make_user(role=EDITOR)
    user.user_permissions.add(*_permissions("view_issue"))
    client.force_login(user)
    put(issue, IssueState.SENDING, send_at=now)
    body = client.get(page(issue, "change")).content.decode()
    assert "Being sent" in body
    assert "/move/" not in body
    assert move(client, issue, "pause").status_code == 403


def _permissions(*codenames):
    return Permission.objects.filter(content_type__app_label="newsletter", codename__in=codenames)


def test_a_held_issue_says_why_and_is_sent_all_the_same(client, editor, issue, now):
    put(issue, IssueState.SCHEDULED, send_at=now - dt.timedelta(hours=3))
    issuing.hold(issue, reason="It is 180 minutes late.", now=now)
    body = client.get(page(issue, "change")).content.decode()
    assert "Somebody has to decide" in body
    assert "180 minutes late" in body
    move(client, issue, "schedule", when="now", confirmed="1")
    issue.refresh_from_db()
    assert (issue.state, issue.late_is_fine) == (IssueState.SCHEDULED, True)


@pytest.mark.parametrize(
    ("name", "state", "becomes"),
    [
        ("pause", IssueState.SENDING, IssueState.PAUSED),
        ("resume", IssueState.PAUSED, IssueState.SENDING),
        ("cancel", IssueState.SENDING, IssueState.CANCELLED),
        ("reopen", IssueState.SCHEDULED, IssueState.DRAFT),
        ("send_rest", IssueState.CANCELLED, IssueState.SENDING),
    ],
)
def test_moves_ask_and_are_logged(client, editor, issue, now, name, state, becomes):
    put(issue, state, send_at=now, started_at=now)
    assert client.get(page(issue, "move", name)).status_code == 200
    assert Issue.objects.get().state == state
    move(client, issue, name)
    assert Issue.objects.get().state == becomes
    assert issue.log.get(action=name).by == editor


def test_how_far_it_is_stands_on_its_page(client, editor, issue, now):
    put(issue, IssueState.CANCELLED, send_at=now, started_at=now, audience=4)
    for number, state in enumerate(("sent", "sent", "failed", "queued")):
        reader = Subscriber.objects.create(address=f"r{number}@example.org", key=f"r{number}@example.org", created=now)
        Delivery.objects.create(issue=issue, subscriber=reader, state=DeliveryState(state), next_try=now)
    body = client.get(page(issue, "change")).content.decode()
    assert "3 of 4" in body
    assert "1 refused" in body
    assert page(issue, "move", "send_rest") in body


def test_a_copy_is_begun_from_any_issue(client, editor, issue, now):
    put(issue, IssueState.DONE, send_at=now)
    response = client.post(page(issue, "copy"))
    made = Issue.objects.exclude(pk=issue.pk).get()
    assert response["Location"] == page(made, "change")
    assert made.blocks.get().article == issue.blocks.get().article
    assert client.get(page(issue, "copy")).status_code == 404


def test_a_draft_is_deleted_and_nothing_else(client, editor, issue, now):
    put(issue, IssueState.DONE, send_at=now, started_at=now)
    assert client.post(page(issue, "delete"), {"post": "yes"}).status_code == 403
    put(issue, IssueState.DRAFT, started_at=None)
    issuing.log(issue, "edit", by=editor, now=now)
    client.post(page(issue, "delete"), {"post": "yes"})
    assert not Issue.objects.exists()


def test_unknown_issues_and_moves_are_not_found(client, editor, issue):
    assert client.get(page(issue, "move", "explode")).status_code == 404
    assert client.get(reverse("admin:newsletter_issue_change", args=[10**6])).status_code == 404


def test_the_check_page_shows_what_is_found(client, editor, issue):
    issue.blocks.all().delete()
    body = client.get(page(issue, "check")).content.decode()
    assert "There is nothing in the issue." in body


def test_a_newsletter_editor_may_add_pictures_and_nothing_else_of_stories(editor):
    assert editor.has_perms(["articles.view_image", "articles.add_image", "newsletter.send_issue"])
    assert not editor.has_perm("articles.change_article")
    assert not editor.has_perm("articles.delete_image")


def test_newsletters_come_first_in_their_part_of_the_menu(client, editor):
    make_list()
    body = client.get(reverse("admin:app_list", args=["newsletter"])).content.decode()
    assert body.index("Issues") < body.index("Subscribers")
