"""What the story form's script talks to, and the drafts that autosaving begins."""

import datetime as dt

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from articles import autosaving, presence, revising
from articles.models import Article, LogEntry, SectionBeat
from articles.states import EDITOR, NEWSLETTER_EDITOR, REPORTER, State
from tests.articles.test_admin_articles import ADD, change, fields
from tests.factories import make_article, make_contributor, make_image, make_outlet, make_section, make_user

pytestmark = pytest.mark.django_db
NEW = "/admin/articles/article/add/autosave/"


@pytest.fixture
def reporter(client):
    user = make_user(role=REPORTER, first_name="Hasan", last_name="Kabir")
    client.force_login(user)
    return user


@pytest.fixture
def draft():
    article = make_article(published=False, headline="Saved", body="<p>Saved.</p>")
    revising.head_of(article)
    return Article.objects.get(pk=article.pk)


def send(client, user, article=None, *, as_typed=True, **typed):
    """Posts the form as the script does; `as_typed=False` leaves all fields but `typed` out."""
    address = f"/admin/articles/article/{article.pk}/autosave/" if article else NEW
    form = {}
    if as_typed and article:
        form = {**fields(article), "slug": article.slug, "body": article.body, "base": 1}
    elif as_typed:
        form = {**fields(), "section": "", "base": ""}
    return client.post(address, {**form, "writer": user.pk, **typed})


def unsaved(article, user):
    return article.revisions.unsaved_by(user).get().content


def test_what_is_typed_is_kept_for_its_writer_and_nothing_is_saved(client, reporter, draft):
    answer = send(client, reporter, draft, headline="Typing").json()
    assert (answer["number"], answer["head"], answer["stale"], answer["others"]) == (2, 1, False, [])
    assert unsaved(draft, reporter)["headline"] == "Typing"
    assert Article.objects.get().headline == "Saved"


def test_the_form_opens_with_the_unsaved_text_and_says_so(client, reporter, draft):
    send(client, reporter, draft, headline="Typing")
    page = client.get(change(draft)).content.decode()
    assert 'value="Typing"' in page
    assert "Your unsaved text of" in page


def test_the_unsaved_text_is_nobody_elses(client, reporter, draft):
    send(client, reporter, draft, headline="Typing")
    client.force_login(make_user(role=EDITOR))
    assert "Typing" not in client.get(change(draft)).content.decode()


def test_discarding_shows_the_saved_text_again(client, reporter, draft):
    send(client, reporter, draft, headline="Typing")
    address = f"/admin/articles/article/{draft.pk}/autosave/discard/"
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True).content.decode()
    assert 'value="Saved"' in page
    assert "Typing" not in page


def test_saving_ends_the_unsaved_text(client, reporter, draft):
    send(client, reporter, draft, headline="Typing")
    client.post(change(draft), fields(draft, headline="Typed", _continue="1"))
    assert not draft.revisions.autosaves().exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("byline_code", "Bd24live/"),
        ("headline", ""),
        ("slug", "not a slug!"),
        ("headline", "long " * 80),
        ("kicker", " a "),
    ],
)
def test_an_unfinished_field_stops_nothing_and_is_kept_as_it_stands(client, reporter, draft, name, value):
    assert send(client, reporter, draft, **{name: value, "body": "<p>Typed.</p>"}).status_code == 200
    assert (unsaved(draft, reporter)[name], unsaved(draft, reporter)["body"]) == (value, "<p>Typed.</p>")


@pytest.mark.parametrize(
    ("name", "value"), [("section", "999999"), ("weight", "x"), ("language", "xx"), ("story_type", "")]
)
def test_a_choice_that_is_none_leaves_what_was_chosen(client, reporter, draft, name, value):
    send(client, reporter, draft, headline="Typing", **{name: value})
    assert unsaved(draft, reporter)[name] == draft.head.content[name]


def test_tags_section_picture_and_byline_are_kept(client, reporter, draft):
    outlet, image, section = make_outlet(), make_image(), make_section(name="Sport")
    person = make_contributor(initials="Hk", outlet=outlet)
    typed = {"tags": "River, Padma", "byline_code": "bd24live/hk", "lead_image": image.pk, "section": section.pk}
    send(client, reporter, draft, **typed)
    kept = unsaved(draft, reporter)
    assert kept["tags"] == ["Padma", "River"]
    assert [kept[name]["id"] for name in ("lead_image", "section", "outlet")] == [image.pk, section.pk, outlet.pk]
    assert [row["id"] for row in kept["contributors"]] == [person.pk]


def test_people_without_a_code_stay_with_a_story(client, reporter):
    article = make_article(published=False, signed_by=[make_contributor(name="Hasan Kabir")])
    revising.head_of(article)
    send(client, reporter, article, headline="Typing")
    assert unsaved(article, reporter)["contributors"][0]["name"] == "Hasan Kabir"


def test_people_without_a_code_stay_with_a_story_that_is_saved(client, reporter):
    article = make_article(published=False, signed_by=[make_contributor(name="Hasan Kabir")])
    client.post(change(article), fields(article, headline="Saved again", _continue="1"))
    assert Article.objects.get().bylines.get().contributor.name == "Hasan Kabir"


def test_what_is_typed_and_taken_back_does_not_come_back(client, reporter, draft):
    send(client, reporter, draft, headline="Typing")
    assert send(client, reporter, draft, headline="Saved").json()["number"] == 0
    assert not draft.revisions.autosaves().exists()


def test_a_form_behind_the_newest_text_is_told(client, reporter, draft):
    revising.save(draft, {**draft.head.content, "kicker": "Theirs"}, by=None)
    answer = send(client, reporter, draft, headline="Typing").json()
    assert (answer["stale"], answer["head"]) == (True, 2)
    assert draft.revisions.unsaved_by(reporter).get().base == 1


def test_an_autosave_that_the_save_of_its_form_overtook_is_let_go(client, reporter, draft):
    soon = timezone.now() + dt.timedelta(seconds=30)
    revising.save(draft, {**draft.head.content, "headline": "Typed"}, by=reporter, now=soon)
    assert send(client, reporter, draft, headline="Typ").json()["saved_at"] is None
    assert not draft.revisions.autosaves().exists()


# --- who else is here


def test_a_ping_says_who_else_is_here_and_keeps_nothing(client, reporter, draft):
    presence.arrive(draft, by=make_user(first_name="Tania", last_name="Rahman"), now=timezone.now())
    answer = send(client, reporter, draft, as_typed=False, ping="1", base="1").json()
    assert (answer["others"], answer["saved_at"]) == (["Tania Rahman"], None)
    assert not draft.revisions.autosaves().exists()
    assert "Hasan Kabir" in presence.others(draft, by=make_user(), now=timezone.now())


def test_leaving_says_so(client, reporter, draft):
    send(client, reporter, draft, as_typed=False, ping="1")
    send(client, reporter, draft, as_typed=False, leave="1")
    assert presence.others(draft, by=make_user(), now=timezone.now()) == []


# --- refusals


def test_an_expired_login_is_a_401_and_no_page(client, draft):
    response = send(client, make_user(), draft, headline="Typing")
    assert (response.status_code, response["Content-Type"]) == (401, "application/json")
    assert "signed out" in response.json()["error"]


def test_somebody_elses_login_does_not_take_the_text(client, reporter, draft):
    response = send(client, make_user(), draft, headline="Typing")
    assert response.status_code == 401
    assert not draft.revisions.autosaves().exists()


def test_a_state_in_which_nothing_may_be_changed_is_a_403_with_a_sentence(client, reporter):
    article = make_article(published=False, state=State.IN_REVIEW)
    response = send(client, reporter, article, headline="Typing")
    assert (response.status_code, "in the state it is in" in response.json()["error"]) == (403, True)


def test_who_may_not_write_stories_cannot_autosave_them(client, draft):
    user = make_user(role=NEWSLETTER_EDITOR)
    client.force_login(user)
    assert send(client, user, draft, headline="Typing").status_code == 403
    assert send(client, user, headline="Typing").status_code == 403
    assert Article.objects.count() == 1


def test_a_deleted_story_is_a_404_with_a_sentence(client, reporter, draft):
    Article.objects.all().delete()
    response = send(client, reporter, draft, as_typed=False, headline="Typing")
    assert (response.status_code, response.json()["error"]) == (404, "This story was deleted.")


def test_a_request_without_the_token_is_refused(reporter, draft, client):
    client.handler.enforce_csrf_checks = True
    assert send(client, reporter, draft, headline="Typing").status_code == 403


def test_it_is_asked_by_post_only(client, reporter):
    assert client.get(NEW).status_code == 405


def test_an_answer_is_kept_by_no_cache(client, reporter, draft):
    assert "no-store" in send(client, reporter, draft)["Cache-Control"]


# --- a story that was never saved


def test_an_empty_form_makes_no_draft(client, reporter):
    make_section()
    assert send(client, reporter, headline="", body="", form_key="k1").status_code == 200
    assert not Article.objects.exists()


def test_the_first_words_make_a_draft_and_the_answer_says_where(client, reporter):
    make_section()
    answer = send(client, reporter, headline="First words", form_key="k1").json()
    article = Article.objects.get()
    assert (article.headline, article.state, article.created_by) == ("First words", State.DRAFT, reporter)
    assert (answer["id"], answer["change_url"], answer["base"]) == (article.pk, change(article), 1)


def test_a_draft_without_a_headline_is_called_something_and_its_form_stays_empty(client, reporter):
    make_section()
    send(client, reporter, headline="", body="<p>Text</p>", form_key="k1")
    article = Article.objects.get()
    assert (article.headline, article.body) == ("Untitled story", "<p>Text</p>")
    assert unsaved(article, reporter)["headline"] == ""


@pytest.mark.parametrize("hindrance", [{"slug": "not a slug!"}, {"headline": "x" * 400}, {"byline_code": "a/b/" * 60}])
def test_what_a_row_cannot_hold_still_makes_a_draft_and_is_kept_whole(client, reporter, hindrance):
    make_section()
    name, value = next(iter(hindrance.items()))
    assert send(client, reporter, form_key="k1", **hindrance).status_code == 200
    assert unsaved(Article.objects.get(), reporter)[name] == value


def test_two_requests_of_one_form_make_one_draft(client, reporter):
    make_section()
    first, second = (send(client, reporter, headline=text, form_key="k1").json() for text in ("Typ", "Typing"))
    assert first["id"] == second["id"]
    assert Article.objects.count() == 1
    assert unsaved(Article.objects.get(), reporter)["headline"] == "Typing"


def test_of_two_requests_at_once_the_slower_is_told_the_address_too(client, reporter):
    make_section()
    text = {**autosaving.blank(), "headline": "Typing"}
    faster = autosaving.begin(text, key="k1", by=reporter, now=timezone.now() + dt.timedelta(seconds=1))
    answer = send(client, reporter, headline="Typ", form_key="k1").json()
    assert (answer["id"], answer["saved_at"]) == (faster.pk, None)


def test_two_forms_make_two_drafts(client, reporter):
    make_section()
    for key in ("k1", "k2"):
        send(client, reporter, headline="Typing", form_key=key)
    assert Article.objects.count() == 2


def test_a_key_of_somebody_else_opens_nothing(reporter):
    make_section()
    text = {**autosaving.blank(), "headline": "Typing"}
    mine = autosaving.begin(text, key="k1", by=reporter, now=timezone.now())
    theirs = autosaving.begin(text, key="k1", by=make_user(role=REPORTER), now=timezone.now())
    assert mine != theirs


def test_saving_the_form_after_it_became_a_draft_saves_that_draft(client, reporter):
    section = make_section()
    send(client, reporter, headline="Typing", form_key="k1")
    client.post(ADD, fields(headline="Typed", section=section.pk, form_key="k1", _continue="1"))
    assert Article.objects.get().headline == "Typed"


def test_an_autosave_that_comes_after_the_save_of_a_new_story_makes_no_second(client, reporter):
    client.post(ADD, fields(headline="Typed", form_key="k1", _continue="1"))
    send(client, reporter, headline="Typ", form_key="k1")
    assert Article.objects.count() == 1
    assert LogEntry.objects.get(action="create").new == {"form": "k1"}


def test_a_draft_goes_into_a_section_of_the_writers_beat(client, reporter):
    make_section(name="Arts")
    sport = make_section(name="Sport")
    SectionBeat.objects.create(user=reporter, section=sport)
    send(client, reporter, headline="Typing", form_key="k1")
    assert Article.objects.get().section == sport


def test_without_a_section_there_is_no_draft_and_a_sentence(client, reporter):
    response = send(client, reporter, as_typed=False, headline="Typing", form_key="k1")
    assert (response.status_code, "no section" in response.json()["error"]) == (422, True)


# --- what the browser is told of a save


def test_a_save_is_confirmed_to_the_browser_by_its_key(client, reporter, draft):
    client.post(change(draft), fields(draft, headline="Typed", save_key="abc", _continue="1"))
    client.post(change(draft), fields(draft, headline="Typed 2", base=2, save_key="def", _continue="1"))
    cookie = client.cookies["newsroom_saved"]
    assert (cookie.value, cookie["path"], cookie["samesite"]) == ("abc.def", "/admin/", "Lax")
    assert bool(cookie["secure"]) is django_settings.HTTPS


def test_a_refused_save_is_not_confirmed(client, reporter, draft):
    client.post(change(draft), fields(draft, headline="", save_key="abc", _continue="1"))
    assert "newsroom_saved" not in client.cookies


def test_a_save_that_somebody_overtook_by_a_move_is_a_sentence(client, reporter, draft, monkeypatch):
    monkeypatch.setattr(revising, "save", lambda *a, **k: (_ for _ in ()).throw(revising.NotAllowed("not now")))
    response = client.post(change(draft), fields(draft, headline="Typed", save_key="abc", _continue="1"), follow=True)
    assert b"Not saved: not now" in response.content
    assert "newsroom_saved" not in client.cookies


def test_text_that_can_no_longer_be_saved_is_shown_to_be_copied(client, reporter, draft):
    send(client, reporter, draft, headline="Typing", body="<p>My paragraph.</p>")
    revising.save(draft, draft.head.content, by=None)
    Article.objects.update(state=State.IN_REVIEW)
    page = client.get(change(draft)).content.decode()
    assert "to be copied" in page
    assert "My paragraph." in page
