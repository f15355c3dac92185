"""The buttons of a story's form: what is allowed now, for the story and for the changes of a published one."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import contents, revising, workflow
from articles.models import Article
from articles.states import CHIEF_EDITOR, EDITOR, REPORTER, State
from tests.articles.test_admin_articles import change, fields
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def changed_story(*, in_review=False):
    """A live story with unpublished changes."""
    article = make_article(headline="Live")
    revising.save(article, contents.take(article) | {"headline": "Reworked"}, by=None)
    if in_review:
        workflow.submit(article, by=None)
    return Article.objects.select_related("head").get()


def typed(article, **over):
    """What the form posts when nothing is typed but the button pressed."""
    return fields(article, headline=article.head.content["headline"], **over)


def buttons(client, article):
    """The moves that the form offers, by their names."""
    page = client.get(change(article)).content.decode()
    return set(re.findall(r'name="_move_(\w+)"', page)) | set(re.findall(r'/move/(\w+)/"', page))


@pytest.fixture
def sign_in(client):
    return lambda role: client.force_login(make_user(role=role))


# By role: what the form offers for the changes of a live story, as a draft and in review.
OFFERED = {
    REPORTER: ({"submit"}, set()),
    EDITOR: (
        {"submit", "update", "discard", "withdraw"},
        {"approve", "send_back", "update", "discard", "withdraw"},
    ),
    CHIEF_EDITOR: (
        {"submit", "update", "discard", "withdraw"},
        {"approve", "send_back", "update", "discard", "withdraw"},
    ),
}


@pytest.mark.parametrize("role", OFFERED)
@pytest.mark.parametrize("in_review", [False, True])
def test_the_form_offers_what_can_be_done_with_changes(client, sign_in, role, in_review):
    sign_in(role)
    assert buttons(client, changed_story(in_review=in_review)) == OFFERED[role][in_review]


def test_a_reporter_sends_changes_to_review_and_an_editor_approves_them(client, sign_in):
    article = changed_story()
    sign_in(REPORTER)
    page = client.post(change(article), typed(article, _move_submit="1"), follow=True).content.decode()
    assert re.search(r"Reworked: Published [^<]+, changes: In review", page)
    assert Article.objects.get().change_state == State.IN_REVIEW
    sign_in(EDITOR)
    client.post(change(article), typed(article, _move_approve="1"))
    story = Article.objects.get()
    assert (story.change_state, story.headline) == (State.APPROVED, "Live")


def test_changes_that_an_editor_edits_in_review_can_be_sent_back(client, sign_in):
    article = changed_story(in_review=True)
    sign_in(EDITOR)
    page = client.post(change(article), typed(article, kicker="Water", _move_send_back="1"), follow=True)
    client.post(page.request["PATH_INFO"], {"words": "Who says so?"})
    story = Article.objects.get()
    assert (story.change_state, story.head.content["kicker"]) == (State.DRAFT, "Water")


def test_an_archived_story_is_reopened_from_its_form(client, sign_in):
    article = make_article(published=False, state=State.ARCHIVED)
    sign_in(REPORTER)
    assert buttons(client, article) == set()
    sign_in(EDITOR)
    assert buttons(client, article) == {"reopen"}
    page = reverse("admin:articles_article_move", args=[article.pk, "reopen"])
    assert b"draft again" in client.get(page).content
    client.post(page)
    assert Article.objects.get().state == State.DRAFT


def test_a_scheduled_change_shows_its_minute_and_can_lose_it(client, sign_in):
    article = changed_story()
    when = (timezone.now() + HOUR).replace(microsecond=0)
    workflow.update(article, by=None, at=when, minor=True)
    sign_in(EDITOR)
    assert "unschedule" in buttons(client, article)
    page = client.get(reverse("admin:articles_article_move", args=[article.pk, "update"])).content.decode()
    assert f'name="at" value="{timezone.localtime(when):%Y-%m-%dT%H:%M:%S}"' in page
    assert 'name="minor" checked' in page
    client.post(change(article), typed(article, _move_unschedule="1"))
    story = Article.objects.get()
    assert (story.change_at, story.has_changes, story.state) == (None, True, State.PUBLISHED)


def test_the_page_that_asks_names_the_text_that_readers_would_get(client, sign_in):
    article = changed_story()
    sign_in(EDITOR)
    page = client.get(reverse("admin:articles_article_move", args=[article.pk, "update"])).content.decode()
    assert '<p class="move-headline" lang="en">Reworked</p>' in page


def test_an_embargo_that_has_ended_is_not_lifted(client, sign_in):
    sign_in(CHIEF_EDITOR)
    now = timezone.now()
    over, holds = (make_article(published=False, embargo_until=now + delta) for delta in (-HOUR, HOUR))
    assert ["override_embargo" in buttons(client, article) for article in (over, holds)] == [False, True]
