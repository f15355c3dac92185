import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles import workflow
from newsletter.alerting import alert
from newsletter.delivery.sending import do_round
from newsletter.models import Issue
from newsletter.states import IssueState, ListKind, NewsletterError
from tests.factories import make_article, make_user
from tests.newsletter.factories import make_confirmed, make_list

pytestmark = pytest.mark.django_db


def breaking(**fields):
    return make_list(**{"kind": ListKind.ALERT, "slug": "breaking", "name": "Breaking", **fields})


@pytest.fixture
def editor():
    return make_user(is_staff=True, is_superuser=True)


def send(article=None, *, by, newsletter=None, subject="Dam breaks", now=None):
    article = article or make_article()
    return alert(article, newsletter=newsletter or breaking(), subject=subject, by=by, now=now or timezone.now())


def test_it_is_due_at_once_and_holds_the_story(editor):
    now = timezone.now()
    issue = send(by=editor, now=now)
    assert (issue.kind, issue.state) == (ListKind.ALERT, IssueState.SCHEDULED)
    assert issue.send_at <= now
    assert issue.blocks.get().article == issue.alert_for


def test_the_worker_s_next_round_sends_it(editor, mailoutbox):
    make_confirmed(newsletter=breaking(), address="ana@example.org")
    send(by=editor)
    do_round(now=timezone.now())
    assert [(message.subject, message.to) for message in mailoutbox] == [("Dam breaks", ["ana@example.org"])]


def test_a_story_is_one_alert(editor):
    article = make_article()
    send(article, by=editor)
    with pytest.raises(NewsletterError, match="already"):
        send(article, by=editor)
    assert Issue.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"kind": ListKind.EDITED, "slug": "morning"}, "made for it"), ({"language": "bn"}, "another edition")],
)
def test_only_to_a_newsletter_for_it(editor, fields, reason):
    with pytest.raises(NewsletterError, match=reason):
        send(by=editor, newsletter=breaking(**fields))


def test_only_what_readers_can_see(editor):
    for article in (make_article(published=False), make_article(publish_at=timezone.now() + dt.timedelta(hours=1))):
        with pytest.raises(NewsletterError, match="publish it first"):
            send(article, by=editor)


def test_a_story_withdrawn_before_it_went_is_asked_about(editor, mailoutbox):
    make_confirmed(newsletter=breaking())
    article = make_article()
    issue = send(article, by=editor)
    workflow.withdraw(article, by=None, now=timezone.now(), reason="wrong")
    do_round(now=timezone.now())
    issue.refresh_from_db()
    assert issue.state == IssueState.HELD
    assert mailoutbox == []


def test_a_subject_stays_one_line(editor):
    assert send(by=editor, subject="Dam\r\nBcc: eve@example.org").subject == "Dam Bcc: eve@example.org"
    with pytest.raises(NewsletterError):
        send(make_article(), by=editor, subject=" \n ")


def test_who_may_not_send_does_not():
    with pytest.raises(PermissionDenied):
        send(by=make_user())


def test_from_the_story_one_page_one_step(client, editor):
    make_confirmed(newsletter=breaking())
    article = make_article(headline="Dam breaks")
    client.force_login(editor)
    story = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    address = f"/admin/newsletter/newsletterlist/alert/{article.pk}/"
    assert address in story
    page = client.get(address).content.decode()
    assert "Breaking · 1 reader" in page
    assert 'value="Dam breaks"' in page
    assert not Issue.objects.exists()
    answer = client.post(address, {"subject": "Dam breaks", "newsletter": breaking().pk})
    assert answer.status_code == 302
    assert Issue.objects.get().created_by == editor
    assert client.post(address, {"subject": "Again", "newsletter": breaking().pk}).status_code == 409


def test_the_button_is_for_those_who_may_and_for_live_stories(client):
    reporter = make_user(is_staff=True)
    reporter.user_permissions.set(Permission.objects.filter(codename__in=["view_article", "change_article"]))
    article, draft = make_article(), make_article(published=False)
    client.force_login(reporter)
    assert "newsletterlist/alert/" not in client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert client.get(f"/admin/newsletter/newsletterlist/alert/{article.pk}/").status_code == 403
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert "newsletterlist/alert/" not in client.get(f"/admin/articles/article/{draft.pk}/change/").content.decode()
