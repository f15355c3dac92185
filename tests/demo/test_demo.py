"""The demo newsroom: what it holds, that it loads once, and that it goes without a trace."""

import collections
import re
import unicodedata

import pytest
import regex
from django.contrib.auth import get_user_model
from django.utils import timezone

from articles import arranging
from articles.desk import desk_for
from articles.models import (
    Article,
    Contributor,
    Correction,
    EditorialNote,
    FrontArrangement,
    Image,
    Section,
    Series,
    Tag,
)
from newsportal import demo
from newsportal.core.identity import site
from newsportal.core.models import SiteBanner, SiteIdentity
from newsportal.demo import content, loading
from newsportal.demo.accounts import accounts_file
from tests.factories import make_article, make_section


def test_an_editor_has_put_a_related_list_in_order(loaded):
    story = Article.objects.get(source_id="demo:desk-night-launches")
    assert story.related_stories.pinned().count() == 2
    assert story.related_stories.excluded().count() == 1


def test_two_editions_are_filled(loaded):
    live = Article.objects.published(timezone.now())
    assert live.in_edition("en").count() >= 40
    assert live.in_edition("bn").count() >= 15
    for language in ("en", "bn"):
        assert Section.objects.in_edition(language).top_level().count() >= 8


def test_the_model_story_is_there(loaded):
    story = Article.objects.get(source_id="demo:en-idlib-buffer-zone")
    assert (story.byline_code, story.bylines.get().contributor.name) == ("Bd24live/Hk", "Hasan Kabir")
    assert "Idlib" in story.headline


def test_loading_again_changes_nothing(loaded):
    before = list(Article.objects.order_by("pk").values_list("pk", "version", "modified"))
    again = demo.load()
    assert (again.stories, again.accounts) == (0, {})
    assert list(Article.objects.order_by("pk").values_list("pk", "version", "modified")) == before


def test_every_panel_of_the_desk_has_something_in_it(loaded):
    now, desks = timezone.now(), {}
    for name in ("chief", "editor", "reporter"):
        desks[name] = desk_for(get_user_model().objects.get(username=name), now)
    reporter, editor = desks["reporter"], desks["editor"]
    assert all([reporter.sent_back, reporter.drafts, *(desk.notes for desk in desks.values())])
    assert all([editor.review, editor.approved, editor.changes, editor.embargoed])
    assert {moment.what for moment in editor.timetable} == {"appears", "changes", "disappears"}
    assert len(editor.most_read) == 8


def test_readers_get_a_correction_a_withdrawal_and_a_list_of_what_is_read(loaded, client):
    assert Correction.objects.get().article.source_id == "demo:en-tea-pickers-own-lot"
    assert client.get(Article.objects.get(source_id="demo:desk-stork").get_absolute_url()).status_code == 410
    for address in ("/", "/bn/"):
        assert 'id="most-read"' in client.get(address).content.decode()


def test_nobody_is_mailed_about_the_demo_newsroom(loaded):
    assert not EditorialNote.objects.mail_due(timezone.now()).exists()


def test_a_demo_newsroom_without_its_accounts_has_no_notes(db, monkeypatch):
    monkeypatch.setattr(loading, "make_accounts", dict)
    demo.load()
    assert not EditorialNote.objects.exists()
    assert Article.objects.get(source_id="demo:desk-bridge-two-dates").created_by is None


def test_passwords_are_random_private_and_kept_once(loaded):
    assert set(loaded.accounts) == {"chief", "editor", "reporter"}
    assert len(set(loaded.accounts.values())) == 3
    assert accounts_file().stat().st_mode & 0o077 == 0
    assert get_user_model().objects.get(username="editor").check_password(loaded.accounts["editor"])


def test_removing_leaves_nothing_of_it(loaded):
    demo.remove()
    for model in (Article, Contributor, Image, Section, Tag, SiteIdentity):
        assert not model.objects.exists(), model
    assert not get_user_model().objects.exists()
    assert not accounts_file().exists()


def test_removing_keeps_what_the_newsroom_made(loaded):
    section = Section.objects.get(language="en", path="world")
    own = make_article(headline="Ours", section=section, tags=["Padma"])
    make_section(name="Own section")
    demo.remove()
    assert list(Article.objects.all()) == [own]
    assert set(Section.objects.values_list("path", flat=True)) == {"world", "own-section"}
    assert list(Tag.objects.all()) == list(own.tags.all())


def test_a_newsroom_with_an_identity_keeps_it(db):
    SiteIdentity.objects.create(contact_email="own@example.org")
    demo.load()
    demo.remove()
    assert SiteIdentity.objects.get().contact_email == "own@example.org"


def test_stories_are_long_enough_to_read_and_say_nothing_twice():
    stories = content.stories()
    assert len({story["id"] for story in stories}) == len({story["headline"] for story in stories}) == len(stories)
    paragraphs = collections.Counter(p for s in stories for p in re.findall(r"<p>(.*?)</p>", s["body"], re.S))
    assert paragraphs.most_common(1)[0][1] == 1
    assert min(len(story["body"]) for story in stories) > 700


def test_bangla_stories_are_in_bangla_and_composed():
    for story in content.stories():
        if story["language"] == "bn":
            assert regex.search(r"\p{Bengali}{3}", story["headline"]), story["id"]
            assert unicodedata.is_normalized("NFC", story["body"]), story["id"]


@pytest.mark.django_db
def test_every_link_inside_a_story_leads_somewhere(loaded, client):
    links = {
        link for body in Article.objects.values_list("body", flat=True) for link in re.findall(r'href="(/[^"]*)"', body)
    }
    broken = {link for link in links if client.get(link, follow=True).status_code != 200}
    assert not broken


def test_the_front_pages_are_arranged_and_go_without_a_trace(loaded):
    assert arranging.versions("en").count() == 2
    assert site("en").banner.text.startswith("Ferries sail again")
    demo.load()
    assert arranging.versions("en").count() == 2
    demo.remove()
    assert not FrontArrangement.objects.exists()
    assert not SiteBanner.objects.exists()


def test_there_are_series_in_both_editions(loaded):
    assert {series.language for series in Series.objects.all()} == {"en", "bn"}
    demo.remove()
    assert not Series.objects.exists()


def test_something_is_covered_live_in_both_editions(loaded, client):
    for story in Article.objects.of_type("live"):
        assert "data-live" in client.get(story.get_absolute_url()).content.decode()
    assert {story.language for story in Article.objects.of_type("live")} == {"en", "bn"}


def test_stories_are_linked_with_their_translations(loaded, client):
    story = Article.objects.get(source_id="demo:bn-idlib-buffer-zone")
    other = Article.objects.get(source_id="demo:en-idlib-buffer-zone")
    assert (
        f'hreflang="en" href="http://127.0.0.1:8000{other.get_absolute_url()}"'
        in client.get(story.get_absolute_url()).content.decode()
    )
