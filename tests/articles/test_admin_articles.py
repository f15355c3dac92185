"""The story form in the admin."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Contributor, LogEntry
from articles.states import EDITOR, REPORTER, State
from tests.factories import BODY, make_article, make_articles, make_contributor, make_outlet, make_section, make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/article/add/"


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def fields(article=None, **over):
    """What the form posts; of `article` as it was opened, or of a new story."""
    data = {
        "language": "en", "section": "", "story_type": "news", "kicker": "", "headline": "Ferries return",
        "slug": "", "standfirst": "", "dateline": "", "body": BODY, "byline_code": "", "agency": "", "tags": "",
        "weight": "0", "publish_at": "", "unpublish_at": "", "lead_image": "", "lead_alt": "", "lead_caption": "",
    }  # fmt: skip
    if article:
        data |= {
            "headline": article.headline,
            "section": article.section_id,
            "base": article.head.number if article.head else 1,
        }
        if article.publish_at:
            data["publish_at"] = timezone.localtime(article.publish_at).strftime("%Y-%m-%dT%H:%M:%S")
    else:
        data["section"] = make_section().pk
    return {**data, **over}


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR)
    client.force_login(user)
    return user


@pytest.fixture
def reporter(client):
    user = make_user(role=REPORTER)
    client.force_login(user)
    return user


def test_saving_makes_a_draft_with_a_log_row(client, reporter):
    client.post(ADD, fields(_continue="1"))
    article = Article.objects.get()
    assert (article.state, article.created_by, article.slug) == (State.DRAFT, reporter, "ferries-return")
    assert LogEntry.objects.get().action == "create"


def move(article, name, **data):
    return reverse("admin:articles_article_move", args=[article.pk, name])


def test_publishing_asks_first_and_then_shows_the_story(client, editor):
    response = client.post(ADD, fields(_move_publish="1"), follow=True)
    assert b"goes live at once" in response.content
    assert not Article.objects.published(timezone.now()).exists()
    client.post(response.request["PATH_INFO"], {"anyway": "on"})
    assert Article.objects.published(timezone.now()).exists()


def test_a_reporter_who_forges_the_button_saves_but_does_not_publish(client, reporter):
    client.post(ADD, fields(_move_publish="1"))
    article = Article.objects.get()
    assert client.post(move(article, "publish")).status_code == 422
    assert Article.objects.get().state == State.DRAFT


def test_a_publication_time_in_the_future_schedules(client, editor):
    tomorrow = timezone.localtime() + dt.timedelta(days=1)
    response = client.post(ADD, fields(_move_publish="1", publish_at=tomorrow.strftime("%Y-%m-%dT%H:%M")), follow=True)
    assert b"goes live tomorrow" in response.content
    client.post(response.request["PATH_INFO"], {"anyway": "on"})
    assert Article.objects.get().is_scheduled


def test_a_new_time_for_a_live_story_goes_through_the_verb(client, editor):
    article = make_article()
    client.post(change(article), fields(article, publish_at="2026-01-02T03:04", _continue="1"))
    entry = LogEntry.objects.get(action="plan")
    assert entry.new["publish_at"].startswith("2026-01-01T21:04")


def test_the_body_is_sanitised(client, editor):
    client.post(ADD, fields(body='<p onclick="x()">Text<script>alert(1)</script></p>', _continue="1"))
    assert Article.objects.get().body == "<p>Text</p>"


def test_an_unknown_byline_is_offered_for_creation_and_nothing_is_stored(client, editor):
    response = client.post(ADD, fields(byline_code="Bd24live/Hk", _continue="1"))
    assert b"Nobody knows Bd24live, Bd24live/Hk yet" in response.content
    assert b'type="checkbox" name="create_missing"' in response.content
    assert not Article.objects.exists()
    assert not Contributor.objects.exists()


def test_ticking_the_box_creates_the_contributor_and_signs(client, editor):
    client.post(ADD, fields(byline_code="Bd24live/Hk", create_missing="on", _continue="1"))
    article = Article.objects.get()
    assert (article.byline_code, article.bylines.get().contributor.code) == ("Bd24live/Hk", "Bd24live/Hk")


def test_a_known_byline_is_linked_in_order(client, editor):
    outlet = make_outlet()
    people = [make_contributor(name=name, initials=name, outlet=outlet) for name in ("As", "Hk")]
    client.post(ADD, fields(byline_code="bd24live/Hk/As", _continue="1"))
    signed = [line.contributor for line in Article.objects.get().bylines.all()]
    assert signed == people[::-1]


def test_something_else_in_the_byline_field_is_refused_at_the_field(client, editor):
    response = client.post(ADD, fields(byline_code="by our correspondent", _continue="1"))
    assert b"is not a byline code" in response.content


def test_a_stale_save_is_refused_with_the_text_kept_in_the_form(client, editor):
    article = make_article(published=False)
    stale = fields(article, headline="Mine")
    client.post(change(article), fields(article, headline="Theirs", _continue="1"))
    response = client.post(change(article), {**stale, "_continue": "1"})
    assert Article.objects.get().headline == "Theirs"
    assert b'value="Mine"' in response.content
    assert b'name="choose_headline"' in response.content


@pytest.mark.parametrize(("choice", "outcome"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_after_a_collision_the_editor_chooses(client, editor, choice, outcome):
    article = make_article(published=False)
    client.post(change(article), fields(article, headline="Theirs", _continue="1"))
    client.post(change(article), fields(article, headline="Mine", _continue="1"))
    client.post(change(article), fields(article, headline="Mine", base=2, choose_headline=choice, _continue="1"))
    assert Article.objects.get().headline == outcome


def test_a_stale_save_that_touches_something_else_is_merged(client, editor):
    article = make_article(published=False, headline="Ferries")
    client.post(change(article), fields(article, headline="Theirs", _continue="1"))
    client.post(change(article), fields(article, headline="Ferries", kicker="Padma", _continue="1"))
    saved = Article.objects.get()
    assert (saved.headline, saved.kicker) == ("Theirs", "Padma")


def test_saving_a_live_story_changes_the_working_copy_only(client, editor):
    article = make_article(headline="Live")
    client.post(change(article), fields(article, headline="Reworked", _continue="1"))
    saved = Article.objects.get()
    assert (saved.headline, saved.has_changes, saved.head.content["headline"]) == ("Live", True, "Reworked")
    assert b"Reworked" in client.get(change(article)).content


def test_publishing_the_changes_gives_them_to_readers(client, editor):
    article = make_article(headline="Live")
    client.post(change(article), fields(article, headline="Reworked", tags="Padma", _continue="1"))
    client.post(move(article, "update"), {"anyway": "on"})
    saved = Article.objects.get()
    assert (saved.headline, saved.has_changes, [tag.name for tag in saved.tags.all()]) == ("Reworked", False, ["Padma"])
    assert saved.updated_at is not None


def test_a_section_of_the_other_edition_is_refused(client, editor):
    section = make_section(name="বিশ্ব", language="bn")
    response = client.post(ADD, fields(section=section.pk, _continue="1"))
    assert b"belongs to the other edition" in response.content


def test_a_reporter_reworks_a_live_story_and_readers_see_nothing_of_it(client, reporter):
    article = make_article(headline="Out")
    client.post(change(article), fields(article, headline="Changed", _continue="1"))
    assert (Article.objects.get().headline, client.post(move(article, "update")).status_code) == ("Out", 422)


def test_a_reporter_may_look_at_but_not_change_what_is_in_review(client, reporter):
    article = make_article(published=False, state=State.IN_REVIEW)
    assert client.get(change(article)).status_code == 200
    assert client.post(change(article), fields(article, headline="Changed", _continue="1")).status_code == 403


def test_withdrawing_asks_for_a_reason_and_tells_readers(client, editor):
    article = make_article()
    assert client.post(move(article, "withdraw"), {"words": " "}).status_code == 422
    client.post(move(article, "withdraw"), {"words": "The figures were wrong."})
    assert Article.objects.get().withdrawal_note == "The figures were wrong."


def test_a_reporter_cannot_withdraw(client, reporter):
    article = make_article()
    client.post(move(article, "withdraw"), {"words": "x"})
    assert Article.objects.get().state == State.PUBLISHED


def test_only_drafts_can_be_deleted(client, editor):
    draft, live = make_article(published=False), make_article()
    for article in (draft, live):
        client.post(reverse("admin:articles_article_delete", args=[article.pk]), {"post": "yes"})
    assert list(Article.objects.all()) == [live]


def test_a_draft_that_readers_had_is_not_deleted(client, editor):
    article = make_article(published=False, publish_at=timezone.now(), withdrawn_at=timezone.now())
    assert client.post(reverse("admin:articles_article_delete", args=[article.pk]), {"post": "yes"}).status_code == 403
    assert Article.objects.get() == article


@pytest.mark.parametrize("number", [2, 20])
def test_the_list_costs_the_same_whatever_its_length(client, editor, number, django_assert_max_num_queries):
    make_articles(number=number)
    with django_assert_max_num_queries(12):
        assert client.get("/admin/articles/article/").status_code == 200


def test_a_form_larger_than_the_site_takes_is_a_clean_413(client, editor):
    response = client.post(ADD, fields(body="<p>" + "x" * 10_000_000 + "</p>"))
    assert response.status_code == 413


def test_a_nul_byte_in_a_field_is_a_clean_400(client, editor):
    assert client.post(ADD, fields(headline="a\x00b")).status_code == 400
