"""Imports that find their stories there: updated, left alone, or not overwritten; and cut short."""

import datetime as dt

import pytest

from articles import revising
from articles.importing import import_stories
from articles.importing import runs as importing_runs
from articles.models import Article, Contributor, Image, LogEntry, Revision, Section, Tag
from articles.states import State
from tests.articles.imports import NOW, counts, line, run, story
from tests.factories import png

pytestmark = pytest.mark.django_db


def edit(number=1, **fields):
    """A change in the newsroom, as the admin makes it."""
    article = story(number)
    for name, value in fields.items():
        setattr(article, name, value)
    article.version += 1
    article.save()


def test_a_second_run_changes_nothing():
    lines = [line(number, tags=["a"], authors=["B"], section="C") for number in range(5)]
    run(*lines)
    before = [*Article.objects.order_by("pk").values()]
    assert counts(run(*lines, now=NOW + dt.timedelta(days=1))) == (0, 0, 5, 0)
    assert [*Article.objects.order_by("pk").values()] == before


def test_a_changed_line_is_an_update_that_keeps_section_slug_and_time():
    run(line(section="World", published_at="2026-01-01", standfirst="Old."))
    assert counts(run(line(headline="Another headline"))) == (0, 1, 0, 0)
    article = story()
    assert (article.headline, article.standfirst, article.slug) == ("Another headline", "", "story-1")
    assert (article.section.name, article.publish_at.year, article.version) == ("World", 2025, 2)
    assert counts(run(line(headline="Another headline"))) == (0, 0, 1, 0)


def test_a_story_that_changes_its_language_changes_its_edition():
    run(line())
    run(line(language="bn"))
    assert (story().language, story().section.language) == ("bn", "bn")


def test_a_story_that_was_edited_here_is_not_overwritten():
    run(line())
    edit(headline="Ours")
    report = run(line(headline="Theirs"))
    assert counts(report) == (0, 0, 0, 1)
    assert "changed here" in report.refusals[0].reason
    assert story().headline == "Ours"


def test_an_edited_story_is_no_trouble_while_its_line_is_the_same():
    run(line())
    edit(headline="Ours")
    assert counts(run(line())) == (0, 0, 1, 0)
    assert story().headline == "Ours"


def test_overwrite_brings_the_text_of_the_line_back_once():
    run(line())
    edit(headline="Ours")
    assert counts(run(line(), settings={"overwrite": True})) == (0, 1, 0, 0)
    assert story().headline == "Story 1"
    assert counts(run(line(), settings={"overwrite": True})) == (0, 0, 1, 0)


def test_an_update_keeps_the_text_before_it():
    run(line(tags=["a"], authors=["Rina"]))
    run(line(tags=["b"], headline="Another"))
    old, new = story().revisions.order_by("number")
    assert (old.content["headline"], old.content["tags"], len(old.content["contributors"])) == ("Story 1", ["a"], 1)
    assert (new.content["headline"], new.content["tags"], new.content["contributors"]) == ("Another", ["b"], [])
    assert (new.kind, new.fields, new.base) == (Revision.Kind.IMPORT, ["headline", "contributors", "tags"], 1)
    assert story().head == story().live == new


def test_an_update_of_a_story_that_somebody_looked_at_is_its_newest_text():
    """Looking at a story makes its row a revision, without changing the story."""
    run(line())
    revising.head_of(story())
    assert counts(run(line(body="New."))) == (0, 1, 0, 0)
    assert revising.head_of(story()).content["body"] == "<p>New.</p>"
    assert not story().has_changes


def test_an_updated_draft_has_a_newest_text_and_none_of_readers():
    run(line(), settings={"draft": True})
    run(line(body="New."))
    assert story().head.content["body"] == "<p>New.</p>"
    assert (story().live, story().state) == (None, State.DRAFT)


@pytest.mark.parametrize(("change", "told"), [({"body": "New."}, NOW), ({"weight": 2}, None), ({"tags": ["x"]}, None)])
def test_readers_are_told_of_new_words_only(change, told):
    run(line(published_at="2026-11-01"))
    run(line(published_at="2026-11-01", **change))
    assert story().updated_at == told


def test_overwrite_takes_the_place_of_changes_that_wait_and_keeps_them():
    run(line())
    revising.save(story(), {**revising.head_of(story()).content, "headline": "Ours, waiting"}, by=None)
    assert story().has_changes
    assert counts(run(line(headline="Theirs"))) == (0, 0, 0, 1)
    assert counts(run(line(headline="Theirs"), settings={"overwrite": True})) == (0, 1, 0, 0)
    article = story()
    assert (article.headline, article.has_changes, article.change_state) == ("Theirs", False, "")
    assert "Ours, waiting" in [revision.content["headline"] for revision in article.revisions.all()]


@pytest.mark.parametrize("apart", [1, 250])
def test_an_id_that_comes_twice_is_an_update_and_a_second_run_leaves_it(apart):
    between = [line(number) for number in range(2, apart + 2)]
    lines = [line(1), *between, line(1, headline="Later")]
    assert counts(run(*lines)) == (apart + 1, 1, 0, 0)
    assert story(1).headline == "Later"
    assert counts(run(*lines)) == (0, 0, apart + 2, 0)
    assert story(1).version == 2


def test_the_same_line_twice_is_one_story():
    assert counts(run(line(), line())) == (1, 0, 1, 0)


def test_what_was_cut_short_is_completed_by_the_next_run(monkeypatch):
    monkeypatch.setattr(importing_runs, "BATCH_LINES", 2)
    lines = [line(number) for number in range(7)]

    def cut_short():
        yield from lines[:5]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_stories(cut_short(), now=NOW)
    stored = Article.objects.count()
    assert stored == 4
    assert counts(run(*lines)) == (7 - stored, 0, stored, 0)


def test_a_dry_run_checks_everything_and_stores_nothing(tmp_path):
    (tmp_path / "a.png").write_bytes(png())
    lines = [
        line(1, image="a.png", tags=["x"], section="y", authors=["z"]),
        line(2, image="b.png"),
        line(1, headline="n"),
    ]
    report = run(*lines, folder=tmp_path, dry_run=True)
    assert counts(report) == (1, 1, 0, 1)
    for model in (Article, Image, Tag, Section, Contributor, LogEntry):
        assert not model.objects.exists()
    assert not [*(tmp_path / "media").glob("**/*.*")]
    run(*lines, folder=tmp_path)
    assert counts(run(*lines, folder=tmp_path, dry_run=True)) == (0, 0, 2, 1)
