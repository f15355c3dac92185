"""Saving, restoring and autosaving: every text is a revision, a stale save never overwrites."""

import datetime as dt
import json

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import contents, revising, workflow
from articles.exceptions import NotAllowed
from articles.models import Article, Contributor, Image, LogEntry
from articles.revising import Collision
from articles.states import EDITOR, REPORTER, State
from tests.articles.test_contents import as_readers_get_it, newsroom, shown  # noqa: F401
from tests.articles.texts import plain_tags, texts
from tests.factories import make_article, make_contributor, make_image, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def bytes_of(content):
    return json.dumps(content, sort_keys=True).encode()


def save(article, *, base=None, by=None, now=NOW, **fields):
    """Saves the text of revision `base` (else of the newest) with other `fields`."""
    article.refresh_from_db()
    head = revising.head_of(article, now=now)
    old = article.revisions.get(number=base or head.number)
    return revising.save(article, {**old.content, **fields}, by=by, base=base, now=now)


def autosave(article, *, by, now=NOW, base=1, **fields):
    article.refresh_from_db()
    text = {**revising.head_of(article, now=now).content, **fields}
    return revising.autosave(article, text, by=by, base=base, now=now)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_restored_revision_is_and_renders_byte_for_byte_what_it_was(newsroom, data):  # noqa: F811
    article = make_article()
    before = revising.save(article, data.draw(texts(**newsroom, tags=plain_tags)), by=None, now=NOW)
    rendered = shown(contents.overlay(article, before.content))
    for _ in range(2):
        revising.save(article, data.draw(texts(**newsroom, tags=plain_tags)), by=None, now=NOW)
        workflow.update(article, by=None, minor=True)
    restored = revising.restore(article, before.number, by=None, now=NOW)
    workflow.update(article, by=None, minor=True)
    assert bytes_of(restored.content) == bytes_of(before.content)
    assert as_readers_get_it(article) == rendered


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_restoring_a_draft_gives_back_its_row(newsroom, data):  # noqa: F811
    article = make_article(published=False)
    before = revising.save(article, data.draw(texts(**newsroom, tags=plain_tags)), by=None, now=NOW)
    row = contents.take(Article.objects.get(pk=article.pk))
    revising.save(article, data.draw(texts(**newsroom, tags=plain_tags)), by=None, now=NOW)
    revising.restore(article, before.number, by=None, now=NOW)
    assert bytes_of(contents.take(Article.objects.get(pk=article.pk))) == bytes_of(row)


def story_with_what_goes():
    """A draft whose second revision names a person and a picture that are deleted since."""
    article, person, image = (
        make_article(published=False, publish_at=NOW),
        make_contributor(name="Hasan Kabir"),
        make_image(),
    )
    people, picture = [{"id": person.pk, "name": str(person)}], {"id": image.pk, "name": "A ferry"}
    old = save(article, headline="Signed", contributors=people, lead_image=picture)
    save(article, headline="Unsigned", contributors=[], lead_image=None)
    Contributor.objects.all().delete()
    Image.objects.all().delete()
    return article, old


def test_a_revision_whose_contributor_and_picture_are_gone_shows_and_says_so():
    article, old = story_with_what_goes()
    assert "Signed" in shown(contents.overlay(article, old.content))
    assert contents.missing(old.content) == ["A ferry", "Hasan Kabir"]


def test_a_revision_whose_contributor_and_picture_are_gone_restores_without_them():
    article, old = story_with_what_goes()
    revising.restore(article, old.number, by=None, now=NOW)
    row = Article.objects.get(pk=article.pk)
    assert (row.headline, row.bylines.count(), row.lead_image) == ("Signed", 0, None)


def test_restoring_makes_a_new_revision_that_says_what_it_restores():
    article = make_article(published=False, headline="One")
    save(article, headline="Two")
    restored = revising.restore(article, 1, by=None, now=NOW)
    assert (restored.number, restored.kind, restored.content["headline"]) == (3, "restore", "One")
    assert "revision 1" in LogEntry.objects.get(action="restore").note


def test_saving_the_text_as_it_stands_makes_no_revision():
    article = make_article(published=False)
    assert save(article, headline=article.headline).number == 1


def test_a_stale_save_that_collides_stores_nothing():
    article = make_article(published=False)
    save(article, headline="Theirs")
    with pytest.raises(Collision) as collision:
        save(article, base=1, headline="Mine")
    assert (collision.value.theirs.content["headline"], collision.value.merged.content["headline"]) == (
        "Theirs",
        "Mine",
    )
    assert (article.revisions.count(), Article.objects.get().headline) == (2, "Theirs")


def test_a_stale_save_elsewhere_keeps_both():
    article = make_article(published=False, headline="One")
    save(article, headline="Theirs")
    merged = save(article, base=1, kicker="Mine")
    assert (merged.kind, merged.content["headline"], merged.content["kicker"]) == ("merge", "Theirs", "Mine")


def test_an_autosave_is_its_writers_alone_and_changes_nothing():
    article, writer, other = make_article(published=False, headline="Saved"), make_user(role=REPORTER), make_user()
    autosave(article, by=writer, headline="Typing")
    assert article.revisions.unsaved_by(writer).get().content["headline"] == "Typing"
    assert not article.revisions.unsaved_by(other).exists()
    assert (Article.objects.get().headline, Article.objects.get().head.number) == ("Saved", 1)


def test_autosaves_of_one_minute_are_one_row():
    article, writer = make_article(published=False), make_user(role=REPORTER)
    for second, headline in enumerate(("T", "Ty", "Typ")):
        autosave(article, by=writer, headline=headline, now=NOW + dt.timedelta(seconds=5 * second))
    autosave(article, by=writer, headline="Typing", now=NOW + dt.timedelta(minutes=2))
    kept = [row.content["headline"] for row in article.revisions.unsaved_by(writer)]
    assert kept == ["Typing", "Typ"]


def test_saving_drops_the_autosaves_of_the_writer_and_of_nobody_else():
    article, one, other = make_article(published=False), make_user(role=REPORTER), make_user(role=REPORTER)
    autosave(article, by=one, headline="One")
    autosave(article, by=other, headline="Other")
    save(article, by=one, headline="One, saved")
    assert not article.revisions.unsaved_by(one).exists()
    assert article.revisions.unsaved_by(other).exists()


def test_discarding_drops_the_autosaves():
    article, writer = make_article(published=False), make_user(role=REPORTER)
    autosave(article, by=writer, headline="Typing")
    assert revising.discard_autosaves(article, by=writer) == 1
    assert not article.revisions.unsaved_by(writer).exists()


def test_autosaves_are_thinned_after_a_week_and_saves_never():
    article, writer = make_article(published=False), make_user(role=REPORTER)
    autosave(article, by=writer, headline="Old")
    revising.thin_autosaves(now=NOW + dt.timedelta(days=6))
    assert article.revisions.autosaves().exists()
    revising.thin_autosaves(now=NOW + dt.timedelta(days=8))
    assert [row.kind for row in article.revisions.all()] == ["import"]


def test_what_is_in_review_is_not_autosaved_by_its_writer():
    article = make_article(published=False, state=State.IN_REVIEW)
    with pytest.raises(NotAllowed):
        autosave(article, by=make_user(role=REPORTER), headline="Typing")
    assert autosave(article, by=make_user(role=EDITOR), headline="Typing")


def test_the_first_save_of_a_live_story_leaves_readers_their_text():
    article = make_article(headline="Live")
    save(article, headline="Reworked")
    assert "Live" in as_readers_get_it(article)
    assert Article.objects.published(timezone.now()).get().has_changes
