"""Notes in the admin: the panel below the form; and that nobody else ever reads one."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from articles import noting
from articles.models import EditorialNote
from articles.states import EDITOR, NEWSLETTER_EDITOR, REPORTER, State
from tests.factories import make_article, make_contributor, make_image, make_tag, make_user

pytestmark = pytest.mark.django_db
TEXT = "Check the figure with the ministry."


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR, first_name="Tania", last_name="Rahman")
    client.force_login(user)
    return user


def form_of(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def notes_of(article):
    return reverse("admin:articles_article_notes", args=[article.pk])


def act(note, name):
    return reverse("admin:articles_article_note_act", args=[note.article_id, note.pk, name])


def test_a_note_is_added_from_the_form_and_shows_on_it(client, editor):
    article = make_article()
    rafi = make_user(role=REPORTER, first_name="Rafi", email="rafi@example.org")
    answer = client.post(notes_of(article), {"text": TEXT, "to": rafi.pk}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[0][0].startswith(f"{form_of(article)}#note-")
    assert "Rafi is told by mail" in page
    assert all(part in page for part in (TEXT, "Tania Rahman", "1 open note"))


def test_only_the_newsroom_can_be_chosen(client, editor):
    article, stranger = make_article(), make_user(first_name="Stranger")
    assert "Stranger" not in client.get(form_of(article)).content.decode()
    assert client.post(notes_of(article), {"text": TEXT, "to": stranger.pk}).status_code == 422
    assert not EditorialNote.objects.exists()


def test_what_cannot_be_taken_comes_back_with_what_was_typed(client, editor):
    answer = client.post(notes_of(make_article()), {"text": TEXT, "to": "999"})
    assert (answer.status_code, TEXT in answer.content.decode()) == (422, True)


def test_an_addressee_without_an_address_is_said(client, editor):
    rafi = make_user(role=REPORTER, first_name="Rafi")
    answer = client.post(notes_of(make_article()), {"text": TEXT, "to": rafi.pk}, follow=True)
    assert "Rafi has no mail address here" in answer.content.decode()


def test_a_note_is_resolved_and_reopened(client, editor):
    note = noting.note(make_article(), text=TEXT, by=editor)
    answer = client.post(act(note, "resolve"), follow=True)
    note.refresh_from_db()
    assert (note.resolved_by, "Resolved by Tania Rahman" in answer.content.decode()) == (editor, True)
    client.post(act(note, "reopen"))
    assert EditorialNote.objects.open().exists()


def test_looking_changes_nothing(client, editor):
    note = noting.note(make_article(), text=TEXT, by=editor)
    assert client.get(act(note, "resolve")).status_code == 405
    assert client.post(act(note, "delete")).status_code == 404
    assert EditorialNote.objects.open().exists()


def test_a_note_of_another_story_is_not_found(client, editor):
    note, other = noting.note(make_article(), text=TEXT, by=editor), make_article()
    address = reverse("admin:articles_article_note_act", args=[other.pk, note.pk, "resolve"])
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("role", [REPORTER, NEWSLETTER_EDITOR])
def test_whoever_may_open_the_story_may_write_a_note(client, role):
    client.force_login(make_user(role=role))
    article = make_article(published=False, state=State.IN_REVIEW)
    assert TEXT in client.post(notes_of(article), {"text": TEXT}, follow=True).content.decode()


def test_nobody_else_may(client):
    article = make_article()
    client.force_login(make_user(is_staff=True))
    assert client.get(notes_of(article)).status_code == 403
    assert client.post(notes_of(article), {"text": TEXT}).status_code == 403
    client.logout()
    assert client.post(notes_of(article), {"text": TEXT}).status_code == 302
    assert not EditorialNote.objects.exists()


def test_a_note_is_escaped(client, editor):
    noting.note(article := make_article(), text="<script>alert(1)</script>", by=editor)
    assert "<script>alert" not in client.get(form_of(article)).content.decode()


def test_a_mail_that_was_given_up_is_said(client, editor):
    rafi = make_user(role=REPORTER, email="rafi@example.org")
    note = noting.note(make_article(), text=TEXT, to=rafi, by=editor)
    EditorialNote.objects.update(mail_tries=noting.TRIES, mail_next_try=None)
    assert "could not be told by mail" in client.get(form_of(note.article)).content.decode()


def test_the_notes_are_kept_nowhere(client, editor):
    assert "no-store" in client.get(notes_of(make_article()))["Cache-Control"]


@pytest.mark.parametrize("number", [2, 20])
def test_the_notes_cost_the_same_with_few_and_many(client, editor, django_assert_num_queries, number):
    article = make_article()
    for turn in range(number):
        noting.note(article, text=f"{TEXT} {turn}", by=editor, to=make_user(role=REPORTER))
    with django_assert_num_queries(8):
        client.get(notes_of(article))


PUBLIC = [
    *("/", "/latest/", "/world/", "/tags/padma/", "/authors/hasan-kabir/", "/corrections/", "/feeds/rss.xml"),
    *("/newsletter/", "/robots.txt", "/sitemap.xml", "/nowhere/"),
]


@pytest.mark.parametrize("fields", [{}, {"state": State.WITHDRAWN}, {"published": False}])
def test_no_reader_ever_sees_a_note(client, fields):
    article = make_article(signed_by=[make_contributor()], tags=[make_tag()], lead_image=make_image(), **fields)
    noting.note(article, text=TEXT, by=None, now=timezone.now())
    for address in (*PUBLIC, article.get_absolute_url()):
        assert TEXT not in client.get(address).content.decode(), address


def test_an_export_of_stories_and_their_log_holds_no_note(capsys):
    article = make_article()
    noting.resolve(noting.note(article, text=TEXT, by=None), by=None)
    call_command("dumpdata", "articles.article", "articles.revision", "articles.logentry")
    printed = capsys.readouterr().out
    assert article.headline in printed
    assert "resolve_note" in printed
    assert TEXT not in printed
