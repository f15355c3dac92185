import datetime as dt
import re

import pytest
import time_machine

from articles.states import State
from tests.factories import make_article, make_articles

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
DAY, HOUR, SECOND = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(seconds=1)
PAGES = ["/archive/", "/archive/2026/", "/archive/2026/11/", "/archive/2026/11/23/"]


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def html(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def links(client, address, start="/archive/"):
    """The addresses that a page's content links to."""
    content = html(client, address).partition("<main")[2].partition("</main>")[0].partition("<aside")[0]
    return [found for found in re.findall(r'href="([^"]*)"', content) if found.startswith(start)]


def test_the_archive_leads_to_the_months_that_have_stories(client):
    make_article(publish_at=NOW - HOUR)
    make_article(publish_at=NOW.replace(year=2018, month=2))
    make_article(publish_at=NOW.replace(year=2017), language="bn")
    assert links(client, "/archive/") == ["/archive/2026/", "/archive/2026/11/", "/archive/2018/", "/archive/2018/02/"]
    assert links(client, "/bn/archive/", "/bn/archive/") == ["/bn/archive/2017/", "/bn/archive/2017/11/"]


def test_an_archive_without_stories_says_so(client):
    assert "No story has been published in this edition yet." in html(client, "/archive/")


def test_a_year_counts_its_months_and_leads_to_the_years_beside(client):
    for moment in (NOW - HOUR, NOW - 2 * HOUR, NOW.replace(month=3), NOW.replace(year=2024), NOW.replace(year=2019)):
        make_article(publish_at=moment)
    page = html(client, "/archive/2026/")
    assert re.findall(r">(\w+) <span class=\"small\">(\d+)<", page) == [("March", "1"), ("November", "2")]
    assert "3 stories" in page
    assert '<a rel="prev" href="/archive/2024/">' in page
    assert '<a rel="next" href="/archive/2026/">' in html(client, "/archive/2024/")


def test_a_month_shows_its_calendar_and_its_stories(client):
    make_article(headline="Ferries", publish_at=NOW - HOUR)
    make_article(headline="Fog", publish_at=NOW - 3 * DAY)
    page = html(client, "/archive/2026/11/")
    assert re.findall(r'aria-label="([^"]*stor[^"]*)">(\d+)</a>', page) == [
        ("20 November 2026, 1 story", "20"),
        ("23 November 2026, 1 story", "23"),
    ]
    assert page.index(">Ferries<") < page.rindex(">Fog<")


def test_a_day_begins_and_ends_at_the_sites_midnight(client):
    late = make_article(publish_at=dt.datetime(2026, 11, 20, 17, 59, 59, tzinfo=dt.UTC))
    early = make_article(publish_at=dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC))
    assert links(client, "/archive/2026/11/20/", "/world/") == [late.get_absolute_url()]
    assert links(client, "/archive/2026/11/21/", "/world/") == [early.get_absolute_url()]


def test_days_lead_to_the_days_beside_that_have_stories(client):
    for ago in (0, 4, 400):
        make_article(publish_at=NOW - HOUR - ago * DAY)
    page = html(client, "/archive/2026/11/19/")
    assert '<a rel="prev" href="/archive/2025/10/19/">' in page
    assert '<a rel="next" href="/archive/2026/11/23/">' in page
    assert "rel=" not in html(client, "/archive/2025/10/19/").partition("Other days")[2].partition('rel="next"')[0]


def test_months_lead_to_the_months_beside_that_have_stories(client):
    make_article(publish_at=NOW - HOUR)
    make_article(publish_at=NOW.replace(month=2))
    assert '<a rel="prev" href="/archive/2026/02/">' in html(client, "/archive/2026/11/")
    assert '<a rel="next" href="/archive/2026/11/">' in html(client, "/archive/2026/02/")


@pytest.mark.parametrize(
    "address",
    [
        "/archive/2026/11/22/", "/archive/2026/10/", "/archive/2025/", "/archive/2026/11/24/", "/archive/2026/02/30/",
        "/archive/2026/13/", "/archive/2026/00/", "/archive/26/", "/archive/2026/1/", "/archive/2999/12/31/",
        "/archive/1000/01/01/", "/archive/0000/", "/archive/২০২৬/", "/bn/archive/2026/11/23/",
        "/archive/2026/11/23/?page=2", "/archive/2026/11/23/?page=x",
    ],
)  # fmt: skip
def test_where_there_is_nothing_there_is_no_page(client, address):
    make_article(publish_at=NOW - HOUR)
    make_article(publish_at=NOW + DAY)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", PAGES[1:])
@pytest.mark.parametrize("fields", [{"state": State.WITHDRAWN}, {"published": False}, {"publish_at": NOW + SECOND}])
def test_only_what_readers_may_see_counts(client, page, fields):
    make_article(**{"publish_at": NOW - HOUR} | fields)
    assert client.get(page).status_code == 404


def test_weeks_begin_as_in_the_language(client):
    make_article(publish_at=NOW - HOUR)
    make_article(publish_at=NOW - HOUR, language="bn")
    columns = {
        edition: re.findall('<abbr title="([^"]*)"', html(client, f"{edition}archive/2026/11/"))
        for edition in ("/", "/bn/")
    }
    assert columns["/"][0] == "Sunday"
    assert len(columns["/bn/"]) == 7


def test_the_bangla_archive_counts_in_bangla(client):
    make_article(publish_at=NOW - HOUR, language="bn")
    page = html(client, "/bn/archive/2026/11/23/")
    assert "২৩" in page
    assert ">23<" not in page


def test_a_long_month_has_pages(client):
    make_articles(number=45)
    shown = [links(client, f"/archive/2026/11/?page={number}", "/world/") for number in (1, 2, 3)]
    assert [len(page) for page in shown] == [20, 20, 5]
    assert len({address for page in shown for address in page}) == 45


def test_pages_may_be_kept_until_the_next_change(client):
    make_article(publish_at=NOW - HOUR, unpublish_at=NOW + 20 * SECOND)
    for page in PAGES:
        assert "s-maxage=20," in client.get(page)["Cache-Control"]


@pytest.mark.parametrize(
    ("page", "queries"),
    [("/archive/", 6), ("/archive/2026/", 6), ("/archive/2026/11/", 8), ("/archive/2026/11/23/", 7)],
)
@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_with_few_and_many_stories(client, django_assert_num_queries, page, queries, number):
    make_articles(number=number)
    make_article(publish_at=NOW.replace(year=2026 - number))
    with django_assert_num_queries(queries):
        html(client, page)


@pytest.mark.parametrize("address", ["/bn/archive/", "/bn/archive/2026/", "/bn/archive/2026/11/"])
def test_in_bangla_it_is_a_thing_and_no_command(client, address):
    """One English word is two in Bangla: the archive, and the button that files a story away."""
    make_article(language="bn")
    page = html(client, address)
    assert "আর্কাইভ" in page
    assert "আর্কাইভে রাখুন" not in page
