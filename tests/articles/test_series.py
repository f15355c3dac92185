"""Series and packages: their page, the lines on their stories, the form, and the verb that puts them in order."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import workflow
from articles.compiling import compile_series
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import LogEntry, Series
from articles.states import EDITOR, REPORTER
from newsportal.core.models import Purge
from tests.factories import make_article, make_articles, make_image, make_user
from tests.pages import Site, commit

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/series/add/"
NOW = dt.datetime(2026, 11, 26, 6, 0, tzinfo=dt.UTC)


def make_series(*stories, title="The river takes", **fields):
    series = Series.objects.create(title=title, **fields)
    compile_series(series, stories, by=None)
    return series


def page_of(client, thing):
    return client.get(thing.get_absolute_url()).content.decode()


def test_its_page_has_its_stories_in_order(client):
    one, two = make_article(headline="One", hours_ago=1), make_article(headline="Two", hours_ago=9)
    series = make_series(one, two)
    page = page_of(client, series)
    assert series.get_absolute_url() == "/series/the-river-takes/"
    assert page.index("Part 1") < page.index(one.get_absolute_url()) < page.index("Part 2")
    assert page.index("Part 2") < page.index(f">{two.headline}<")


def test_a_story_says_which_part_it_is(client):
    one, two, three = (make_article(headline=name) for name in ("One", "Two", "Three"))
    make_series(one, two, three)
    page = page_of(client, two)
    assert "Part 2 of 3" in page
    assert f'<a href="{three.get_absolute_url()}">Three</a>' in page
    assert '<span aria-current="page">Two</span>' in page


def test_parts_that_are_planned_are_counted(client):
    story = make_article()
    make_series(story, planned=5)
    assert "Part 1 of 5" in page_of(client, story)


def test_a_package_counts_nothing(client):
    story, other = make_article(), make_article()
    series = make_series(story, other, is_numbered=False)
    page = page_of(client, story)
    assert f'<a href="{series.get_absolute_url()}">The river takes</a>' in page
    assert "Part 1" not in page


def test_a_story_may_be_in_two(client):
    story = make_article()
    make_series(story)
    make_series(story, title="Floods")
    assert page_of(client, story).count('class="series-line"') == 2


def test_a_part_appears_at_its_minute_and_leaves_when_it_is_withdrawn(client):
    with time_machine.travel(NOW, tick=False):
        one, two = make_article(headline="One"), make_article(headline="Two", publish_at=NOW + dt.timedelta(hours=1))
        make_series(two, one)
        assert "Part 1 of 1" in page_of(client, one)
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        assert "Part 2 of 2" in page_of(client, one)
        workflow.withdraw(two, by=None, reason="It was wrong.")
        assert "Part 1 of 1" in page_of(client, one)


def test_an_empty_one_says_so(client):
    assert "Nothing has been published here yet." in page_of(client, make_series())


def test_the_other_edition_has_none_of_it(client):
    make_series(make_article())
    assert client.get("/bn/series/the-river-takes/").status_code == 404


def test_bangla_titles_are_addresses(client):
    series = make_series(make_article(language="bn"), title="নদী নেয়", language="bn")
    assert client.get(series.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("number", [2, 20])
def test_a_story_costs_one_query_more_in_a_series_and_none_outside(client, django_assert_num_queries, number):
    story = make_article(lead_image=make_image())
    others = make_articles(number=number)
    page_of(client, story)
    with CaptureQueriesContext(connection) as outside:
        page_of(client, story)
    make_series(story, *others)
    with django_assert_num_queries(len(outside) + 1):
        page_of(client, story)


@pytest.mark.parametrize("number", [2, 20])
def test_its_page_costs_the_same_with_any_number_of_parts(client, django_assert_max_num_queries, number):
    series = make_series(*make_articles(number=number))
    with django_assert_max_num_queries(7):
        page_of(client, series)


def test_putting_it_together_is_logged_once_and_purges_its_pages():
    one, two = make_article(headline="One"), make_article(headline="Two")
    series = Series.objects.create(title="Floods")
    Purge.objects.all().delete()
    for _again in range(2):
        compile_series(series, [one, two], by=None)
    entry = LogEntry.objects.get(action="compile_series")
    assert entry.new == {"edition": "en", "series": "Floods", "parts": "1 One; 2 Two"}
    assert Purge.objects.get().words == {
        f"series:{series.pk}",
        "all-series:en",
        f"related:{one.pk}",
        f"related:{two.pk}",
    }


@pytest.mark.parametrize("change", [lambda series: series.save(), lambda series: series.delete()])
def test_what_is_said_of_it_and_its_end_purge_its_pages_wherever_they_are_done(change):
    story = make_article()
    series = make_series(story)
    words = {f"series:{series.pk}", "all-series:en", f"related:{story.pk}"}
    Purge.objects.all().delete()
    change(series)
    assert Purge.objects.get().words == words


def test_a_story_that_is_withdrawn_purges_its_series():
    story = make_article()
    series = make_series(story)
    workflow.withdraw(story, by=None, reason="It was wrong.")
    assert f"series:{series.pk}" in Purge.objects.order_by("pk").last().tags.split()


def test_the_sitemap_has_those_that_readers_see_something_of(client):
    series = make_series(make_article())
    make_series(make_article(published=False), title="Not yet")
    make_series(make_article(language="bn"), title="নদী", language="bn")
    text = client.get("/sitemap-en-pages.xml").content.decode()
    assert f"{series.get_absolute_url()}</loc>" in text
    assert text.count("/series/") == 1


def test_a_series_that_is_new_is_in_the_sitemap_at_once():
    story, site = make_article(), Site()
    commit()
    assert "/series/" not in site.get("/sitemap-en-pages.xml").text
    make_series(story)
    assert "/series/the-river-takes/" in site.get("/sitemap-en-pages.xml").text


def test_what_does_not_belong_is_refused():
    series = Series.objects.create(title="Floods")
    story = make_article()
    with pytest.raises(NewsroomError, match="same edition"):
        compile_series(series, [make_article(language="bn")], by=None)
    with pytest.raises(NewsroomError, match="only once"):
        compile_series(series, [story, story], by=None)
    with pytest.raises(NotAllowed):
        compile_series(series, [story], by=make_user(role=REPORTER))


def posted(*stories, title="Floods", **fields):
    data = {
        "language": "en",
        "title": title,
        "slug": "",
        "description": "",
        "is_numbered": "on",
        "planned": "",
        **fields,
    }
    data |= {"parts-TOTAL_FORMS": len(stories), "parts-INITIAL_FORMS": 0}
    for number, (place, story) in enumerate(stories):
        data |= {f"parts-{number}-position": place, f"parts-{number}-article": story.pk}
    return data


@pytest.fixture
def editor(client):
    client.force_login(make_user(role=EDITOR))


def test_the_form_orders_by_the_places(client, editor):
    one, two, last = (make_article(headline=name) for name in ("One", "Two", "Last"))
    client.post(ADD, posted((2, two), ("", last), (1, one)))
    assert [part.article for part in Series.objects.get().parts.all()] == [one, two, last]


def test_the_form_reorders_and_takes_out(client, editor):
    one, two, three = make_article(), make_article(), make_article()
    series = make_series(one, two, three)
    parts = list(series.parts.all())
    data = posted((3, one), (2, two), (1, three)) | {"parts-INITIAL_FORMS": 3, "parts-1-DELETE": "on"}
    data |= {f"parts-{number}-id": part.pk for number, part in enumerate(parts)}
    client.post(f"/admin/articles/series/{series.pk}/change/", data)
    assert [part.article for part in series.parts.all()] == [three, one]


def test_a_story_of_the_other_edition_is_said(client, editor):
    answer = client.post(ADD, posted((1, make_article(headline="ফেরি", language="bn"))))
    assert "“ফেরি” belongs to another edition." in answer.content.decode()
    assert not Series.objects.exists()


def test_a_title_that_is_taken_is_said(client, editor):
    make_series(title="Floods")
    answer = client.post(ADD, posted())
    assert answer.status_code == 200
    assert Series.objects.count() == 1


def test_the_form_shows_what_there_is(client, editor):
    series = make_series(make_article(headline="One"))
    assert client.get(f"/admin/articles/series/{series.pk}/change/").status_code == 200
    assert client.get("/admin/articles/series/").status_code == 200


def test_a_deleted_series_leaves_its_stories(client, editor):
    story = make_article()
    series = make_series(story)
    client.post(f"/admin/articles/series/{series.pk}/delete/", {"post": "yes"})
    assert "series-line" not in page_of(client, story)
    assert story.is_live(timezone.now())
