"""Imports: what is stored, what is found again, and what a second run leaves alone."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.exceptions import NotAllowed
from articles.importing import Line, import_stories
from articles.importing import runs as importing_runs
from articles.importing.caches import Remembered
from articles.models import (
    Article,
    ArticlePicture,
    Contributor,
    Image,
    LogEntry,
    Outlet,
    SearchDocument,
    Section,
    SectionBeat,
    Tag,
)
from articles.signals import article_changed
from articles.states import State
from tests.articles.imports import NOW, counts, line, run, story
from tests.factories import make_contributor, make_image, make_outlet, make_section, make_tag, make_user, png

pytestmark = pytest.mark.django_db

# --- What a line becomes ----------------------------------------------------------------------------------------------


def test_a_story_is_published_with_all_that_its_line_says():
    report = run(
        line(
            headline="Ferries wait",
            body="<p>One.</p><script>x</script>",
            standfirst="Fog on the Padma.",
            kicker="Weather",
            dateline="Mawa",
            source="BSS",
            url="/old/1",
            story_type="feature",
            weight=1,
            published_at="2026-11-22T08:00:00+06:00",
            unpublish_at="2027-01-01",
        )
    )
    article = story()
    assert counts(report) == (1, 0, 0, 0)
    assert (article.slug, article.body, article.words) == ("ferries-wait", "<p>One.</p>", 1)
    assert (article.standfirst, article.kicker, article.dateline) == ("Fog on the Padma.", "Weather", "Mawa")
    assert (article.agency, article.source_url) == ("BSS", "/old/1")
    assert (article.story_type, article.weight, article.state) == ("feature", 1, State.PUBLISHED)
    assert article.publish_at == dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC)
    assert article.unpublish_at is not None


def test_without_a_time_a_story_is_published_now_and_stays_there():
    run(line())
    run(line(headline="Changed"), now=NOW + dt.timedelta(days=3))
    assert story().publish_at == NOW


def test_a_time_in_the_future_is_a_schedule():
    run(line(published_at="2026-12-24"))
    assert not Article.objects.published(NOW).exists()
    assert Article.objects.scheduled(NOW).exists()


def test_drafts_have_no_time_unless_the_line_has_one():
    run(line(1), line(2, published_at="2026-01-02"), settings={"draft": True})
    assert (story(1).state, story(1).publish_at) == (State.DRAFT, None)
    assert (story(2).state, story(2).publish_at is None) == (State.DRAFT, False)


def test_every_story_that_is_written_has_a_log_entry():
    editor = make_user(username="importer", is_superuser=True)
    run(line(1), line(2), by=editor)
    run(line(1, headline="New"), line(2))
    entries = LogEntry.objects.filter(article=story(1)).order_by("pk")
    assert [(entry.action, entry.by, entry.new["outcome"]) for entry in entries] == [
        ("import", editor, "created"),
        ("import", None, "updated"),
    ]
    assert entries[1].new["fields"] == ["headline", "source_digest"]
    assert LogEntry.objects.filter(article=story(2)).count() == 1


def test_every_story_that_is_written_is_announced_after_the_commit(django_capture_on_commit_callbacks):
    heard = []

    def listen(sender, article, action, by, now, **kwargs):
        heard.append((article.source_id, action, by, now))

    article_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            run(line(1), line(2))
            run(line(1), line(2, headline="New"))
    finally:
        article_changed.disconnect(listen)
    assert heard == [("a1", "import", None, NOW), ("a2", "import", None, NOW), ("a2", "import", None, NOW)]


def test_a_story_can_be_searched_for_at_once():
    run(line(1, headline="Ferries wait"))
    run(line(1, headline="Buses wait"), line(2, headline="Ferries go"))
    assert SearchDocument.objects.count() == 2


def test_who_is_limited_to_a_section_may_not_import():
    editor = make_user(role="Editor")
    assert run(line(), by=editor).created == 1
    del editor._newsroom_beat
    SectionBeat.objects.create(user=editor, section=make_section())
    with pytest.raises(NotAllowed):
        run(line(), by=editor)


def test_who_may_not_publish_may_not_import():
    reporter = make_user(role="Reporter")
    with pytest.raises(NotAllowed):
        run(line(), by=reporter)
    assert run(line(), by=reporter, settings={"draft": True}).created == 1


def test_keys_that_nobody_knows_are_counted_and_named():
    report = run(line(1, colour="red", mood=1), line(2, colour="blue"), Line(3, problem="broken"))
    assert report.unknown_keys == {"colour": 2, "mood": 1}
    assert counts(report) == (2, 0, 0, 1)


def test_pictures_of_other_sites_are_named_as_left_out():
    report = run(line(body='<p>a<img src="https://example.org/x.png"></p>'))
    assert sum(report.remarks.values()) == 1


# --- Sections ---------------------------------------------------------------------------------------------------------


def test_a_section_is_found_by_name_or_address_in_any_case():
    world = make_section(name="World news", slug="world")
    asia = make_section(name="Asia", parent=world)
    run(line(1, section="WORLD NEWS"), line(2, section="World"), line(3, section="world/asia"), line(4, section="asia"))
    assert [story(number).section for number in (1, 2, 3, 4)] == [world, world, asia, asia]
    assert Section.objects.count() == 2


def test_a_missing_section_is_made_with_those_above_it():
    run(line(1, section="World/Asia"), line(2, section=" world / ASIA "))
    assert [*Section.objects.values_list("path", "name")] == [("world", "World"), ("world/asia", "Asia")]


def test_sections_of_one_name_belong_to_their_edition():
    make_section(name="Sports", language="en")
    run(line(1, section="Sports", language="bn"))
    assert story().section.language == "bn"


@pytest.mark.parametrize(("name", "path"), [("Live", "live-section"), ("2024", "section-2024"), ("অর্থনীতি", "অর্থনীতি")])
def test_a_new_section_takes_no_address_that_is_not_free(name, path):
    run(line(1, section=name), line(2, section=name.lower()))
    assert [*Section.objects.values_list("path", flat=True)] == [path]


def test_stories_without_section_go_to_the_news_of_their_edition():
    run(line(1), line(2, language="bn"))
    assert {(story(1).section.name), story(2).section.name} == {"News", "সংবাদ"}


def test_stories_without_section_go_where_the_import_says():
    run(line(1), line(2, section="Sports"), settings={"section": ("World", "Asia")})
    assert (story(1).section.path, story(2).section.path) == ("world/asia", "sports")


# --- Tags -------------------------------------------------------------------------------------------------------------


def test_tags_are_matched_in_any_case_and_encoding():
    make_tag(name="Padma")
    make_tag(name="\u09af\u09bc")
    run(line(1, tags=["PADMA", "\u09df"]))
    assert Tag.objects.count() == 2
    assert {tag.name for tag in story().tags.all()} == {"Padma", "\u09af\u09bc"}


def test_tags_whose_slugs_collide_are_numbered():
    run(line(1, tags=["C", "C++", "C#"]), line(2, tags=["c++"]))
    assert sorted(Tag.objects.values_list("name", "slug")) == [("C", "c"), ("C#", "c-2"), ("C++", "c-1")]
    assert [tag.name for tag in story(2).tags.all()] == ["C++"]


def test_bangla_tags_do_not_collide():
    run(line(1, tags=["কাল", "কল", "কালি"]))
    assert set(Tag.objects.values_list("slug", flat=True)) == {"কাল", "কল", "কালি"}


def test_an_update_adds_and_removes_tags():
    run(line(tags=["a", "b"]))
    run(line(tags=["b", "c"]))
    assert sorted(tag.name for tag in story().tags.all()) == ["b", "c"]


# --- Who signs --------------------------------------------------------------------------------------------------------


def test_a_byline_code_finds_its_people():
    outlet = make_outlet(code="Bd24live")
    known = make_contributor(name="Hasan Kabir", initials="Hk", outlet=outlet)
    run(line(byline="bd24LIVE/hk/As", authors=["Somebody else", "Anika Saha"]))
    article = story()
    assert article.outlet == outlet
    assert article.byline_code == "bd24LIVE/hk/As"
    assert [person.name for person in article.signed_by] == ["Hasan Kabir", "Anika Saha"]
    assert article.signed_by[0] == known


def test_unknown_outlets_and_people_are_made_of_what_the_line_says():
    report = run(line(byline="Bd24live/Hk", authors=["One", "Two"]))
    assert Outlet.objects.get().code == "Bd24live"
    assert [*Contributor.objects.values_list("name", "initials")] == [("Hk", "Hk")]
    assert sum(report.remarks.values()) == 2


def test_authors_without_a_code_are_found_by_name():
    known = make_contributor(name="Anika Saha")
    run(line(authors=["Staff Reporter", "anika SAHA"]), line(2, authors=["STAFF reporter"]))
    assert [person.name for person in story(1).signed_by] == ["Staff Reporter", "Anika Saha"]
    assert story(1).signed_by[1] == known
    assert Contributor.objects.count() == 2


def test_an_update_changes_who_signs_and_in_which_order():
    run(line(authors=["A", "B"]))
    run(line(authors=["B", "A"]))
    assert [person.name for person in story().signed_by] == ["B", "A"]
    run(line(byline="AP/Xy"))
    assert [person.name for person in story().signed_by] == ["Xy"]


# --- Pictures ---------------------------------------------------------------------------------------------------------


def test_a_picture_beside_the_file_becomes_the_lead_picture_once(tmp_path):
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "ferry.png").write_bytes(png())
    lines = [line(1, image="img/ferry.png"), line(2, image="img/../img/ferry.png")]
    assert counts(run(*lines, folder=tmp_path)) == (2, 0, 0, 0)
    assert story(1).lead_image == story(2).lead_image == Image.objects.get()
    assert counts(run(*lines, folder=tmp_path)) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    "name", ["/etc/hostname", "../secret.png", "a/../../secret.png", "link.png", "https://a.org/x.png"]
)
def test_a_picture_outside_of_the_folder_is_refused(tmp_path, name):
    (tmp_path / "secret.png").write_bytes(png())
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "a").mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    report = run(line(1, image=name), line(2), folder=folder)
    assert counts(report) == (1, 0, 0, 1)
    assert "“image”" in report.refusals[0].reason
    assert not Image.objects.exists()


@pytest.mark.parametrize("name", ["missing.png", "broken.png", ".", "x" * 400])
def test_a_picture_that_cannot_be_had_is_refused(tmp_path, name):
    (tmp_path / "broken.png").write_bytes(png()[:50])
    assert counts(run(line(1, image=name), folder=tmp_path)) == (0, 0, 0, 1)


# --- What goes wrong --------------------------------------------------------------------------------------------------


def test_times_in_the_wrong_order_are_refused():
    report = run(line(1, unpublish_at="2026-01-01"), line(2, published_at="2026-01-01", unpublish_at="2026-01-02"))
    assert counts(report) == (1, 0, 0, 1)


def test_a_row_that_the_database_does_not_take_is_refused_alone(monkeypatch):
    """What no check foresaw; the rows that its batch made before it was rolled back are made again."""
    prepare = Article.prepare

    def spoil(article):
        prepare(article)
        article.slug = None if article.headline == "Story 2" else article.slug

    monkeypatch.setattr(Article, "prepare", spoil)
    report = run(line(1, tags=["new"], section="New", authors=["Rina"]), line(2))
    assert counts(report) == (1, 0, 0, 1)
    assert (report.refusals[0].line, report.refusals[0].id) == (2, "a2")
    assert "database" in report.refusals[0].reason
    article = Article.objects.select_related("section").get()
    assert [tag.name for tag in article.tags.all()] == ["new"]
    assert (article.section.name, article.signed_by[0].name) == ("New", "Rina")


def test_a_bad_line_stops_nothing_and_is_counted_beyond_what_is_kept():
    bad = [Line(number, problem="broken") for number in range(60)]
    seen = []
    report = run(*bad, line(61), on_refusal=seen.append)
    assert counts(report) == (1, 0, 0, 60)
    assert (len(report.refusals), len(seen)) == (50, 60)


def test_a_stranger_with_every_key_unknown_does_not_fill_the_report():
    report = run(line(1, **{f"key{number}": 1 for number in range(500)}))
    assert len(report.unknown_keys) <= 51
    assert sum(report.unknown_keys.values()) == 500


def test_strings_that_broke_others_survive(awkward_files):
    strings = [
        part for path in awkward_files("strings") for part in path.read_bytes().decode("utf-8", "replace").split("\n")
    ]
    raw = [part.decode("latin-1") for path in awkward_files("strings") for part in path.read_bytes().split(b"\n")]
    lines = [
        line(number, headline=f"a {words}"[:250], body=f"b {words}", tags=[words[:100]], standfirst=words[:600])
        for number, words in enumerate([*strings, *raw])
    ]
    report = run(*lines)
    assert counts(report) == (len(lines), 0, 0, 0)


# --- How much ---------------------------------------------------------------------------------------------------------


def test_a_batch_costs_as_many_queries_with_forty_stories_as_with_four():
    """But for SQLite, which takes about a thousand values a statement: 40 stories are some statements more."""

    def queries(numbers):
        lines = [line(number, tags=["a"], authors=["b"], section="c") for number in numbers]
        with CaptureQueriesContext(connection) as captured:
            assert run(*lines).created == len(lines)
        return len(captured)

    queries([0])
    assert queries(range(10, 50)) - queries(range(1, 5)) <= (0 if connection.vendor == "postgresql" else 10)


def test_what_is_remembered_is_bounded():
    known = Remembered(most=3)
    for number in range(10):
        known.get(number, lambda number=number: number)
    assert len(known) == 3
    assert known.get(9, lambda: "asked again") == 9
    assert known.get(0, lambda: "asked again") == "asked again"


def test_batches_are_bounded_by_size(monkeypatch):
    monkeypatch.setattr(importing_runs, "BATCH_BYTES", 250)
    sizes = []
    write = importing_runs.Store.write
    monkeypatch.setattr(
        importing_runs.Store,
        "write",
        lambda self, records, pictures: sizes.append(len(records)) or write(self, records, pictures),
    )
    run(*(line(number) for number in range(5)))
    assert sizes == [2, 2, 1]


def test_the_time_of_the_import_is_now_by_default():
    before = timezone.now().replace(microsecond=0)
    import_stories([line()])
    assert before <= story().publish_at <= timezone.now()


def test_pictures_in_an_imported_text_are_noted_and_kept():
    image, other = make_image(), make_image()
    shown = '<p>They wait.</p><figure data-picture="{}"><img src="x.png" alt="Ferries"></figure>'
    run(line(body=shown.format(image.pk)), line(2))
    assert list(ArticlePicture.objects.values_list("article", "image")) == [(story().pk, image.pk)]
    run(line(body=shown.format(other.pk)))
    assert list(ArticlePicture.objects.values_list("article", "image")) == [(story().pk, other.pk)]
