"""The search rows: written with what they show."""

import datetime as dt
import io

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles import contents, revising, workflow
from articles.importing import READERS, import_stories
from articles.indexing import INDEXES, rebuild
from articles.models import Article, SearchDocument, Tag
from articles.search import catch_up, index
from articles.search import checks as search_checks
from articles.search.checks import trigrams_missing
from articles.search.schema import add_trigrams
from tests.articles.search_stories import findable, found
from tests.factories import make_article, make_contributor

pytestmark = pytest.mark.django_db


def _content(article, **changes):
    return {**contents.take(article), **changes}


def test_a_new_draft_is_in_search_for_the_newsroom():
    revising.create(_content(make_article(published=False), headline="Dolphins"), by=None)
    assert found("dolphins", stories=Article.objects.all()) == ["Dolphins"]


def test_a_saved_draft_is_found_by_its_new_words_only():
    article = findable(headline="Dolphins", published=False)
    revising.save(article, _content(article, headline="Whales"), by=None)
    every = {"stories": Article.objects.all()}
    assert [found("dolphins", **every), found("whales", **every)] == [[], ["Whales"]]


def test_changes_of_a_published_story_are_found_once_readers_have_them():
    article = findable(headline="Dolphins")
    revising.save(article, _content(article, headline="Whales"), by=None)
    assert [found("dolphins"), found("whales")] == [["Dolphins"], []]
    workflow.update(article, by=None)
    assert [found("dolphins"), found("whales")] == [[], ["Whales"]]


def test_publishing_and_withdrawing_show_in_the_same_transaction():
    article = make_article(headline="Dolphins", published=False)
    with transaction.atomic():
        workflow.publish(article, by=None)
        seen = [found("dolphins")]
        workflow.withdraw(article, by=None, reason="Wrong.")
        seen.append(found("dolphins"))
    assert seen == [["Dolphins"], []]


def test_a_change_that_is_rolled_back_leaves_no_trace():
    article = findable(headline="Dolphins")
    with transaction.atomic():
        revising.save(article, _content(article, headline="Whales"), by=None)
        workflow.update(article, by=None)
        transaction.set_rollback(True)
    assert [found("dolphins"), found("whales")] == [["Dolphins"], []]


def test_a_deleted_story_leaves_the_index():
    article = findable(headline="Dolphins", published=False)
    article.delete()
    assert not SearchDocument.objects.exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM articles_search_terms")
            assert cursor.fetchone() == (0,)


def test_imported_stories_are_found_at_once():
    lines = READERS["jsonl"](
        io.BytesIO(b'{"id": "a", "headline": "Dolphins", "body": "Seen.", "tags": ["Sundarbans"]}')
    )
    import_stories(lines)
    assert found("sundarbans") == ["Dolphins"]


def test_a_story_that_has_not_changed_is_not_written_again():
    article = findable(headline="Dolphins", tags=["Sea"])
    assert index([article]) == 0


def test_a_new_time_moves_the_row():
    article = findable(headline="Dolphins")
    before = SearchDocument.objects.get().place
    workflow.publish(article, by=None, at=timezone.now() - dt.timedelta(days=9))
    assert SearchDocument.objects.get().place < before


def test_a_renamed_tag_is_found_after_the_duty():
    findable(headline="Dolphins", tags=["Sea"])
    tag = Tag.objects.get()
    tag.name = "Ocean"
    tag.save()
    assert catch_up() == 1
    assert [found("sea"), found("ocean")] == [[], ["Dolphins"]]


def test_a_renamed_contributor_is_found_after_the_duty():
    person = make_contributor(name="Old Name")
    findable(headline="Dolphins", signed_by=[person])
    person.name = "Brand Label"
    person.save()
    assert [catch_up(), found("label")] == [1, ["Dolphins"]]


def test_the_duty_writes_what_is_missing_and_then_nothing():
    for number in range(3):
        make_article(headline=f"Dolphin {number}")
    assert [catch_up(), catch_up(), len(found("dolphin"))] == [3, 0, 3]


def test_the_duty_ends_early_when_told():
    make_article()
    assert catch_up(stopping=lambda: True) == 0


def test_rebuilding_writes_every_row_anew():
    article = findable(headline="Dolphins")
    Article.objects.filter(pk=article.pk).update(headline="Whales")
    list(rebuild(next(kind for kind in INDEXES if kind.name == "search")))
    assert [found("dolphins"), found("whales")] == [[], ["Whales"]]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the extension is PostgreSQL's")
def test_search_does_without_the_trigram_extension(monkeypatch):
    findable(headline="Mohammad speaks")
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    assert found("muhammed") == ["Mohammad speaks"]
    assert [check.id for check in trigrams_missing(None, databases=["default"])] == ["articles.W001"]
    # As in an empty database, where the first migration is about to make it.
    with monkeypatch.context() as patched:
        patched.setattr(search_checks, "_is_migrated", lambda: False)
        assert trigrams_missing(None, databases=["default"]) == []
    assert add_trigrams(connection)
    assert trigrams_missing(None, databases=["default"]) == []
