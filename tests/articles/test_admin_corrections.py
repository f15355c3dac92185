"""Making a correction in the admin, and what is found on the page that asks before publishing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Correction
from articles.related import catch_up
from articles.states import EDITOR, REPORTER, State
from tests.factories import make_article, make_image, make_tag, make_user

pytestmark = pytest.mark.django_db
WORDS = {"wrong": "It was Friday.", "right": "It was Thursday."}


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR)
    client.force_login(user)
    return user


def correct(article):
    return reverse("admin:articles_article_correct", args=[article.pk])


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def move(article, name):
    return reverse("admin:articles_article_move", args=[article.pk, name])


def test_an_editor_corrects_a_live_story_and_readers_see_it(client, editor):
    article = make_article()
    assert correct(article) in client.get(change(article)).content.decode()
    assert "Readers see the correction at once" in client.get(correct(article)).content.decode()
    answer = client.post(correct(article), WORDS, follow=True)
    assert "It was Thursday." in answer.content.decode()
    assert "It was Thursday." in client.get(article.get_absolute_url()).content.decode()
    assert Correction.objects.get().by == editor


def test_a_refused_correction_keeps_what_was_typed(client, editor):
    answer = client.post(correct(make_article()), {"wrong": "It was Friday.", "right": " "})
    assert (answer.status_code, "It was Friday." in answer.content.decode()) == (422, True)
    assert not Correction.objects.exists()


@pytest.mark.parametrize("fields", [{"published": False}, {"state": State.WITHDRAWN}, {"hours_ago": -1}])
def test_what_readers_do_not_have_is_not_corrected(client, editor, fields):
    article = make_article(**fields)
    assert correct(article) not in client.get(change(article)).content.decode()
    assert "Publish the correction" not in client.get(correct(article)).content.decode()
    assert client.post(correct(article), WORDS).status_code == 422
    assert not Correction.objects.exists()


def test_a_reporter_sees_corrections_and_makes_none(client):
    article = make_article()
    Correction.objects.create(article=article, at=article.publish_at, **WORDS)
    client.force_login(make_user(role=REPORTER))
    page = client.get(change(article)).content.decode()
    assert ("It was Friday." in page, correct(article) in page) == (True, False)
    assert client.get(correct(article)).status_code == 403
    assert client.post(correct(article), WORDS).status_code == 403


# --- what is found before publishing


def make_draft(**fields):
    facts = {"standfirst": "After fog.", "tags": [make_tag()], "published": False}
    return make_article(**facts | fields)


def test_a_whole_story_is_published_without_more_ado(client, editor):
    article = make_draft()
    page = client.get(move(article, "publish")).content.decode()
    assert ("findings" in page, 'name="anyway"' in page) == (False, False)
    client.post(move(article, "publish"))
    assert Article.objects.get().state == State.PUBLISHED


def test_an_error_takes_the_button_away_and_leads_to_the_field(client, editor):
    article = make_draft(lead_image=make_image(alt_text=""))
    page = client.get(move(article, "publish")).content.decode()
    assert f'href="{change(article)}#id_lead_alt"' in page
    assert 'value="Publish"' not in page
    assert client.post(move(article, "publish"), {"anyway": "on"}).status_code == 422
    assert Article.objects.get().state == State.DRAFT


def test_a_warning_asks_and_takes_a_tick(client, editor):
    article = make_draft(standfirst="")
    page = client.get(move(article, "publish")).content.decode()
    assert f'href="{change(article)}#id_standfirst"' in page
    assert '<input type="checkbox" name="anyway" required>' in page
    assert client.post(move(article, "publish")).status_code == 422
    assert Article.objects.get().state == State.DRAFT
    client.post(move(article, "publish"), {"anyway": "on"})
    assert Article.objects.get().state == State.PUBLISHED


def test_a_nearly_identical_story_is_shown_with_a_link_to_it(client, editor):
    other = make_article(headline="Ferries return", standfirst="After fog.")
    article = make_draft(headline="Ferries return")
    catch_up(now=timezone.now())
    page = client.get(move(article, "publish")).content.decode()
    assert "Nearly the same story is there already" in page
    assert f'href="{change(other)}"' in page


def test_other_moves_ask_for_no_check(client, editor):
    article = make_article(standfirst="", tags=[])
    assert 'name="anyway"' not in client.get(move(article, "withdraw")).content.decode()


def test_every_field_that_a_finding_leads_to_is_in_the_form(client, editor):
    page = client.get(change(make_draft())).content.decode()
    for name in ("section", "headline", "body", "byline_code", "lead_alt", "lead_image", "standfirst", "tags"):
        assert f'id="id_{name}"' in page, name
