"""A story's revisions in the admin."""

import re

import pytest
import regex
from django.urls import reverse
from django.utils import timezone

from articles import contents, revising, workflow
from articles.models import Article, Contributor, Revision
from articles.states import EDITOR, NEWSLETTER_EDITOR, REPORTER, State
from tests.factories import make_article, make_contributor, make_image, make_outlet, make_user

pytestmark = pytest.mark.django_db


def address(name, article, *args, **query):
    where = reverse(f"admin:articles_article_{name}", args=[article.pk, *args])
    return f"{where}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else where


def change(article, *, by=None, **fields):
    article = Article.objects.get(pk=article.pk)
    return revising.save(article, revising.head_of(article).content | fields, by=by)


def sign_in(client, role):
    user = make_user(role=role)
    client.force_login(user)
    return user


@pytest.fixture
def editor(client):
    return sign_in(client, EDITOR)


@pytest.fixture
def reporter(client):
    return sign_in(client, REPORTER)


def text(client, where):
    response = client.get(where)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_says_who_when_what_and_which_fields(client, editor):
    article = make_article(published=False, headline="First")
    change(article, by=editor, headline="Second", tags=["Fog"])
    page = text(client, address("revisions", article))
    for words in (str(editor), "Saved", "Headline, Tags", "Imported", "the system", "newest"):
        assert words in page
    assert page.index(">2</a>") < page.index(">1</a>")


def test_the_list_marks_what_readers_have_and_what_they_had(client, editor):
    # Of this minute: an hour ago may have been yesterday.
    article = make_article(headline="First", hours_ago=0)
    change(article, headline="Second")
    workflow.update(article, by=None)
    change(article, headline="Third")
    page = text(client, address("revisions", article))
    assert [page.count(words) for words in ("what readers have</span>", "published today", "newest</span>")] == [
        1,
        1,
        1,
    ]
    assert "Compare with what readers have" in page


def test_an_imported_story_without_revisions_says_so_and_gets_none_by_looking(client, editor):
    article = make_article()
    assert "has not been saved here yet" in text(client, address("revisions", article))
    assert not Revision.objects.exists()


@pytest.mark.parametrize("number", [2, 20])
def test_the_list_costs_the_same_whatever_its_length(client, editor, number, django_assert_max_num_queries):
    article = make_article(published=False)
    for turn in range(number):
        change(article, by=make_user(role=EDITOR), headline=f"Version {turn}")
    with django_assert_max_num_queries(8):
        text(client, address("revisions", article))


def test_the_list_is_paged(client, editor):
    article = make_article(published=False)
    first = revising.head_of(article)
    Revision.objects.bulk_create(
        Revision(article=article, number=number, content=first.content, at=timezone.now()) for number in range(2, 62)
    )
    pages = [text(client, address("revisions", article, page=page)) for page in (1, 2)]
    assert [page.count('name="old"') for page in pages] == [50, 11]
    assert [("Older" in page, "Newer" in page) for page in pages] == [(True, False), (False, True)]
    assert client.get(address("revisions", article, page=3)).status_code == 404


def keep_autosave(article, *, by):
    return revising.autosave(article, revising.head_of(article).content | {"headline": "Half"}, by=by, base=None)


def test_a_text_that_is_being_written_is_shown_to_its_writer_and_not_to_colleagues(client, reporter):
    article = make_article(published=False)
    mine, theirs = keep_autosave(article, by=reporter), keep_autosave(article, by=make_user(role=REPORTER))
    page = text(client, address("revisions", article))
    assert (f">{mine.number}</a>" in page, f">{theirs.number}</a>" in page) == (True, False)
    assert client.get(address("revision", article, theirs.number)).status_code == 404
    assert client.get(address("compare", article, old=1, new=theirs.number)).status_code == 404
    assert client.post(address("restore", article, theirs.number)).status_code == 404


def test_who_reviews_sees_what_everybody_is_writing(client, editor):
    article = make_article(published=False)
    theirs = keep_autosave(article, by=make_user(role=REPORTER))
    assert "Half" in text(client, address("revision", article, theirs.number))


def test_one_revision_shows_its_text(client, editor):
    article = make_article(published=False, headline="First", standfirst="In short.", tags=["Fog"], weight=2)
    change(article, headline="Second")
    page = text(client, address("revision", article, 1))
    for words in ("First", "In short.", "Fog", "Lead", article.body):
        assert words in page


def test_what_a_revision_refers_to_and_is_gone_is_said(client, editor):
    outlet, image = make_outlet(), make_image(alt_text="A ferry")
    person = make_contributor(name="Hasan Kabir", initials="Hk", outlet=outlet)
    article = make_article(published=False, signed_by=[person], lead_image=image)
    change(article, headline="Second", contributors=[], lead_image=None)
    name = str(image)
    Contributor.objects.all().delete()
    image.delete()
    for where in (
        address("revision", article, 1),
        address("compare", article, old=1, new=2),
        address("restore", article, 1),
    ):
        page = text(client, where)
        assert "No longer there:" in page
        assert f"{name}, Hasan Kabir" in page.replace("&#x27;", "'")


def test_restoring_without_what_is_gone_works(client, editor):
    person = make_contributor(name="Hasan Kabir")
    article = make_article(published=False, headline="First", signed_by=[person])
    change(article, headline="Second", contributors=[])
    Contributor.objects.all().delete()
    client.post(address("restore", article, 1))
    saved = Article.objects.get()
    assert (saved.headline, saved.bylines.count()) == ("First", 0)


def test_two_revisions_are_compared_with_their_words_marked(client, editor):
    article = make_article(published=False, headline="Ferries stop", body="<p>Fog.</p>")
    change(article, headline="Ferries return")
    change(article, body="<p>Sun.</p>")
    page = text(client, address("compare", article, old=1, new=3))
    for words in ("Ferries <del>stop</del>", "Ferries <ins>return</ins>", "<del>Fog</del>.", "<ins>Sun</ins>."):
        assert words in page
    page = text(client, address("compare", article, old=2, new=3))
    assert "Ferries" not in page.split('id="difference-')[1]


def test_the_working_copy_is_compared_with_what_readers_have(client, editor):
    article = make_article(headline="Live")
    change(article, headline="Reworked")
    form = text(client, reverse("admin:articles_article_change", args=[article.pk]))
    where = re.search(r'href="([^"]*)">Compare with what readers have', form)[1].replace("&amp;", "&")
    page = text(client, where)
    assert "<del>Live</del>" in page
    assert "<ins>Reworked</ins>" in page
    assert text(client, address("compare", article)).count("<ins>Reworked</ins>") == 1


def test_a_story_without_changes_offers_no_such_comparison(client, editor):
    form = text(client, reverse("admin:articles_article_change", args=[make_article().pk]))
    assert "Compare with what readers have" not in form
    assert "Revisions" in form


def test_the_same_revision_twice_has_no_differences(client, editor):
    article = make_article(published=False)
    change(article, headline="Second")
    assert "Both texts are the same." in text(client, address("compare", article, old=1, new=1))


@pytest.mark.parametrize("asked", ["0", "99", "x", "-1", "1'", "9" * 30, "১"])
def test_a_revision_that_is_not_there_is_a_404(client, editor, asked):
    article = make_article(published=False)
    change(article, headline="Second")
    assert client.get(address("compare", article, old=asked, new=1)).status_code == 404


def test_comparing_a_story_without_revisions_is_a_404(client, editor):
    assert client.get(address("compare", make_article())).status_code == 404


def test_restoring_takes_two_clicks_and_makes_a_new_revision(client, editor):
    article = make_article(published=False, headline="First", tags=["Fog"])
    change(article, headline="Second", tags=[])
    page = text(client, address("compare", article, old=1, new=2))
    where = address("restore", article, 1)
    assert f'href="{where}"' in page
    assert "<ins>First</ins>" in text(client, where)
    assert Article.objects.get().headline == "Second"
    client.post(where)
    saved = Article.objects.get()
    assert (saved.headline, saved.head.number, saved.head.kind) == ("First", 3, Revision.Kind.RESTORE)
    assert contents.take(saved) == article.revisions.get(number=1).content


def test_restoring_a_published_story_changes_its_working_copy_only(client, editor):
    article = make_article(headline="First")
    change(article, headline="Second")
    workflow.update(article, by=None)
    assert "Readers keep what they have" in text(client, address("restore", article, 1))
    client.post(address("restore", article, 1))
    saved = Article.objects.get()
    assert (saved.headline, saved.head.content["headline"], saved.has_changes) == ("Second", "First", True)


def test_restoring_what_is_the_newest_already_says_that_nothing_changed(client, editor):
    article = make_article(published=False)
    revising.head_of(article)
    response = client.post(address("restore", article, 1), follow=True)
    assert "nothing was changed" in response.content.decode()
    assert article.revisions.count() == 1


def test_restoring_warns_of_what_is_not_saved(client, reporter):
    article = make_article(published=False)
    change(article, headline="Second")
    keep_autosave(article, by=reporter)
    assert "Restoring drops it" in text(client, address("restore", article, 1))


def test_who_may_not_change_the_story_may_not_restore(client, reporter):
    article = make_article(published=False, state=State.IN_REVIEW)
    revising.save(article, revising.head_of(article).content | {"headline": "Second"}, by=None)
    assert "Restore…" not in text(client, address("revisions", article))
    assert client.post(address("restore", article, 1)).status_code == 422
    assert Article.objects.get().headline == "Second"


@pytest.mark.parametrize("role", [None, NEWSLETTER_EDITOR])
def test_who_may_not_see_revisions_is_kept_out(client, role):
    article = make_article(published=False)
    revising.head_of(article)
    client.force_login(make_user(role=role))
    for where in (address("revisions", article), address("revision", article, 1), address("compare", article)):
        assert client.get(where).status_code in (302, 403)


def test_bangla_texts_say_their_language(client, editor):
    article = make_article(published=False, language="bn", headline="পদ্মা নদীর তীরে")
    change(article, headline="পদ্মা নদীতে তীরে")
    page = text(client, address("compare", article, old=1, new=2))
    assert 'class="sides" lang="bn"' in page
    assert "পদ্মা <del>নদীর</del> তীরে" in page


# --- Colours ----------------------------------------------------------------------------------------------------------


def luminance(colour):
    """Relative luminance as in WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_marked_words_can_be_read_in_every_scheme_and_not_by_colour_alone(settings):
    css = (settings.BASE_DIR / "static" / "css" / "admin.css").read_text()
    schemes = regex.findall(r"\{[^{}]*--del-ink:[^{}]*\}", css)
    assert len(schemes) == 3
    for scheme in schemes:
        colours = dict(re.findall(r"--((?:del|ins)-\w+): (#[0-9a-f]{6})", scheme))
        for kind in ("del", "ins"):
            dark, light = sorted(luminance(colours[f"{kind}-{part}"]) for part in ("ink", "paper"))
            assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert "text-decoration: line-through" in css
    assert "text-decoration: underline" in css
