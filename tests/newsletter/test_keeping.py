"""What is typed into an issue is kept for its writer, and for nobody else, until it is saved or let go."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles.states import NEWSLETTER_EDITOR
from newsletter import issuing
from newsletter.composing import keeping, writing
from newsletter.composing.writing import Piece
from newsletter.models import Issue, KeptWords
from newsletter.states import BlockKind, IssueState, NewsletterError
from tests.factories import make_article, make_user
from tests.newsletter.factories import make_issue
from tests.newsletter.test_composer import address, sent, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user(role=NEWSLETTER_EDITOR)
    client.force_login(user)
    return user


@pytest.fixture
def issue():
    return write(make_issue(), Piece(BlockKind.HEADING, heading="Rivers"))


def keep(client, user, issue, **values):
    return client.post(address(issue, "keep"), sent(issue, writer=user.pk, **values))


def test_what_is_typed_is_kept_and_the_issue_is_as_it_was(client, editor, issue):
    response = keep(client, editor, issue, subject="Fog", **{"block-0-heading": "Roads"})
    assert response.json()["kept_at"]
    kept = keeping.kept(issue, by=editor)
    assert (kept.words.subject, kept.words.pieces[0].heading, kept.version) == ("Fog", "Roads", issue.version)
    fresh = Issue.objects.get()
    assert (fresh.subject, fresh.version, fresh.blocks.get().heading) == ("Ferries", issue.version, "Rivers")


def test_opening_the_issue_again_brings_it_back_and_says_so(client, editor, issue):
    keep(client, editor, issue, subject="Fog", **{"block-0-heading": "Roads"})
    page = client.get(address(issue)).content.decode()
    assert 'value="Fog"' in page
    assert 'value="Roads"' in page
    assert "Your unsaved text of" in page


def test_it_is_nobody_else_s(client, editor, issue):
    keep(client, editor, issue, subject="Fog")
    client.force_login(make_user(role=NEWSLETTER_EDITOR))
    page = client.get(address(issue)).content.decode()
    assert 'value="Fog"' not in page
    assert "Your unsaved text" not in page


def test_what_is_not_valid_is_kept_as_it_stands(client, editor, issue):
    keep(client, editor, issue, subject="", preheader="x" * 300, **{"block-0-url": "no link"})
    kept = keeping.kept(issue, by=editor)
    assert (kept.words.subject, kept.words.preheader, kept.words.pieces[0].url) == ("", "x" * 300, "no link")
    assert client.get(address(issue)).status_code == 200


@pytest.mark.parametrize("broken", [{"block-0-kind": "nonsense"}, {"block-0-image": "99"}, {"block-0-article": "x"}])
def test_a_broken_form_can_be_opened_again(client, editor, issue, broken):
    assert keep(client, editor, issue, subject="Fog", **broken).status_code == 200
    assert client.get(address(issue)).status_code == 200


def test_words_that_are_saved_already_are_not_kept(client, editor, issue):
    keep(client, editor, issue, subject="Fog")
    assert keep(client, editor, issue).json()["kept_at"] is None
    assert not KeptWords.objects.exists()


def test_saving_ends_it(client, editor, issue):
    keep(client, editor, issue, subject="Fog")
    client.post(address(issue), sent(issue, subject="Fog lifts", _save="1"))
    assert not KeptWords.objects.exists()


def test_a_save_that_is_refused_does_not(client, editor, issue):
    keep(client, editor, issue, subject="Fog")
    client.post(address(issue), sent(issue, subject="", _save="1"))
    assert keeping.kept(issue, by=editor).words.subject == "Fog"


def test_letting_go_shows_what_is_saved(client, editor, issue):
    keep(client, editor, issue, subject="Fog")
    page = client.post(address(issue, "let_go"), follow=True).content.decode()
    assert "Your unsaved text is discarded" in page
    assert 'value="Ferries"' in page
    assert client.get(address(issue, "let_go")).status_code == 404


def test_what_a_colleague_saved_meanwhile_is_told_at_once_and_shown_beside_mine(client, editor, issue):
    colleague = make_user(role=NEWSLETTER_EDITOR, first_name="Rina", last_name="Das")
    mine = sent(issue, writer=editor.pk, subject="Mine")
    changed = replace(writing.words_of(issue), subject="Theirs")
    writing.save(issue, changed, version=issue.version, by=colleague, now=timezone.now())
    answer = client.post(address(issue, "keep"), mine).json()
    assert (answer["version"], answer["saved_by"]) == (int(mine["version"]) + 1, str(colleague))
    page = client.get(address(issue)).content.decode()
    assert 'value="Mine"' in page
    assert "<b>Theirs</b>" in page
    assert "Save mine in its place" in page
    assert Issue.objects.get().subject == "Theirs"


def test_autosaves_never_overwrite_and_a_save_on_an_old_version_is_refused(client, editor, issue):
    mine = sent(issue, writer=editor.pk, subject="Mine")
    write(issue, subject="Theirs")
    client.post(address(issue, "keep"), mine)
    assert client.post(address(issue), mine | {"_save": "1"}).status_code == 409
    assert Issue.objects.get().subject == "Theirs"
    assert keeping.kept(issue, by=editor).words.subject == "Mine"


def test_who_else_is_typing_is_said(client, editor, issue):
    colleague = make_user(role=NEWSLETTER_EDITOR, first_name="Rina", last_name="Das")
    other = replace(writing.words_of(issue), subject="Rina's")
    keeping.keep(issue, other, version=issue.version, by=colleague, now=timezone.now())
    assert client.get(address(issue, "keep")).json()["others"] == [str(colleague)]
    assert "typing in this issue as well" in client.get(address(issue)).content.decode()
    long_ago = timezone.now() - dt.timedelta(minutes=3)
    KeptWords.objects.update(at=long_ago)
    assert client.get(address(issue, "keep")).json()["others"] == []


def test_an_approval_does_not_end_by_what_is_only_typed(client, editor, issue):
    issuing.approve(issue, by=None, now=timezone.now())
    issue.refresh_from_db()
    keep(client, editor, issue, subject="Fog")
    assert Issue.objects.get().state == IssueState.APPROVED


def test_an_issue_on_its_way_takes_nothing_and_says_why(client, editor, issue):
    keep(client, editor, issue, subject="Fog")
    Issue.objects.update(state=IssueState.SENDING, send_at=timezone.now())
    response = keep(client, editor, issue, subject="Fog lifts")
    assert response.status_code == 409
    assert "on its way" in response.json()["error"]
    assert keeping.kept(issue, by=editor).words.subject == "Fog"


def test_another_person_s_page_keeps_nothing_under_my_name(client, editor, issue):
    response = client.post(address(issue, "keep"), sent(issue, writer=editor.pk + 1, subject="Fog"))
    assert response.status_code == 401
    assert not KeptWords.objects.exists()


def test_only_those_who_may_write_issues(client, issue):
    client.force_login(make_user(role="Reporter"))
    assert client.post(address(issue, "keep"), {"writer": "1"}).status_code == 403
    assert client.post(address(issue, "let_go")).status_code == 403
    with pytest.raises(PermissionDenied):
        keeping.keep(issue, writing.words_of(issue), version=1, by=make_user(), now=timezone.now())


def test_what_is_no_form_is_refused(client, editor, issue):
    assert client.post(address(issue, "keep"), {"writer": editor.pk}).status_code == 422
    assert client.get(address(make_issue(), "keep")).status_code == 200


def test_an_issue_that_is_gone_raises(editor, issue):
    words = writing.words_of(issue)
    Issue.objects.all().delete()
    with pytest.raises(NewsletterError):
        keeping.keep(issue, words, version=1, by=editor, now=timezone.now())


def test_a_story_that_was_deleted_meanwhile_is_to_be_removed(client, editor):
    story = make_article()
    issue = write(make_issue(), Piece("story", article=story.pk))
    keep(client, editor, issue, subject="Fog")
    issue.blocks.all().delete()
    story.delete()
    assert client.get(address(issue)).status_code == 200


def test_what_nobody_came_back_for_is_dropped_after_a_month(client, editor, issue):
    keep(client, editor, issue, subject="Fog")
    now = timezone.now()
    assert keeping.forget_kept(now=now + dt.timedelta(days=29)) == 0
    assert keeping.forget_kept(now=now + dt.timedelta(days=31)) == 1


@pytest.mark.parametrize("blocks", [2, 20])
def test_keeping_costs_the_same_for_any_number_of_blocks(client, editor, django_assert_max_num_queries, blocks):
    issue = write(make_issue(), *(Piece(BlockKind.HEADING, heading=str(number)) for number in range(blocks)))
    data = sent(issue, writer=editor.pk, subject="Fog")
    with django_assert_max_num_queries(22):
        client.post(address(issue, "keep"), data)
