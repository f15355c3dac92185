import datetime as dt
from xml.etree import ElementTree

import pytest
import time_machine
from django.utils import timezone

from articles import sitemaps
from articles.models import Article
from articles.states import State
from tests.factories import make_article, make_articles, make_contributor, make_section, make_tag

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
MAP = {"": "http://www.sitemaps.org/schemas/sitemap/0.9", "news": "http://www.google.com/schemas/sitemap-news/0.9"}


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://news.example"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def read(client, address):
    """The entries of a file."""
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return list(ElementTree.fromstring(answer.content))


def locations(client, address):
    return [entry.findtext("loc", namespaces=MAP) for entry in read(client, address)]


def whole(*stories):
    return [f"https://news.example{story.get_absolute_url()}" for story in stories]


def test_the_index_names_a_file_for_each_month_and_edition_that_has_stories(client):
    make_article(publish_at=NOW - HOUR)
    make_article(publish_at=NOW.replace(year=2018, month=2))
    make_article(publish_at=NOW.replace(month=10), language="bn")
    root = "https://news.example/sitemap"
    assert locations(client, "/sitemap.xml") == [
        f"{root}-en-pages.xml", f"{root}-bn-pages.xml", f"{root}-en-2026-11.xml", f"{root}-en-2018-02.xml",
        f"{root}-bn-2026-10.xml",
    ]  # fmt: skip


def test_every_file_of_the_index_is_there(client):
    make_article(publish_at=NOW - HOUR)
    make_article(publish_at=NOW.replace(year=2018), language="bn")
    addresses = locations(client, "/sitemap.xml")
    assert len(addresses) == 4
    for address in addresses:
        assert read(client, address.removeprefix("https://news.example"))


@pytest.mark.parametrize("fields", [{"published": False}, {"state": State.WITHDRAWN}, {"publish_at": NOW + HOUR}])
def test_a_month_without_a_visible_story_has_no_file(client, fields):
    make_article(**fields)
    assert "2026-11" not in "".join(locations(client, "/sitemap.xml"))
    assert client.get("/sitemap-en-2026-11.xml").status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "0026-01", "২০২৬-১১", "2026-00"])
def test_what_is_no_month_is_no_file(client, month):
    assert client.get(f"/sitemap-en-{month}.xml", follow=True).status_code == 404


def test_months_begin_and_end_with_the_sites_days(client):
    last = make_article(publish_at=dt.datetime(2026, 10, 31, 17, 59, 59, tzinfo=dt.UTC))
    first = make_article(publish_at=dt.datetime(2026, 10, 31, 18, 0, tzinfo=dt.UTC))
    assert locations(client, "/sitemap-en-2026-10.xml") == whole(last)
    assert locations(client, "/sitemap-en-2026-11.xml") == whole(first)


def test_december_ends_with_the_year(client):
    story = make_article(publish_at=dt.datetime(2025, 12, 31, 17, 0, tzinfo=dt.UTC))
    assert locations(client, "/sitemap-en-2025-12.xml") == whole(story)


def test_a_file_has_the_stories_of_its_edition_with_their_last_real_change(client):
    story = make_article(publish_at=NOW - 5 * HOUR, updated_at=NOW - HOUR)
    other = make_article(publish_at=NOW - 6 * HOUR, embargo_until=NOW - 2 * HOUR)
    make_article(language="bn", publish_at=NOW - HOUR)
    entries = read(client, "/sitemap-en-2026-11.xml")
    assert [entry.findtext("loc", namespaces=MAP) for entry in entries] == whole(story, other)
    changes = [entry.findtext("lastmod", namespaces=MAP) for entry in entries]
    assert changes == ["2026-11-23T11:00:00+06:00", "2026-11-23T10:00:00+06:00"]


def test_a_bangla_address_is_plain_ascii(client):
    make_article(language="bn", headline="ফেরি ফিরল", publish_at=NOW - HOUR)
    (found,) = locations(client, "/sitemap-bn-2026-11.xml")
    assert found.isascii()
    assert client.get(found.removeprefix("https://news.example")).status_code == 200


def test_the_pages_of_an_edition_are_those_with_something_to_show(client):
    tag, person, section = make_tag(), make_contributor(), make_section(name="Rivers")
    make_tag(name="Unused")
    make_contributor(name="Nobody")
    make_article(tags=[tag], signed_by=[person], section=section, publish_at=NOW - HOUR)
    found = locations(client, "/sitemap-en-pages.xml")
    for page in ("/", "/latest/", "/rivers/", "/tags/padma/", "/authors/hasan-kabir/"):
        assert f"https://news.example{page}" in found
    assert not any("unused" in address or "nobody" in address for address in found)
    assert "https://news.example/bn/tags/padma/" not in locations(client, "/sitemap-bn-pages.xml")


@pytest.mark.parametrize(("age", "number"), [(47 * HOUR, 1), (48 * HOUR, 1), (48 * HOUR + SECOND, 0)])
def test_news_are_of_the_last_two_days(client, age, number):
    make_article(publish_at=NOW - age)
    assert len(read(client, "/news-sitemap.xml")) == number


def test_news_say_what_google_news_asks(client):
    make_article(headline="Ferries & fog", publish_at=NOW - 72 * HOUR, embargo_until=NOW - HOUR)
    make_article(headline="ফেরি ফিরল", language="bn", publish_at=NOW - 2 * HOUR)
    held, bangla = sorted(
        (entry.find("news:news", MAP) for entry in read(client, "/news-sitemap.xml")),
        key=lambda found: found.findtext("news:publication/news:language", namespaces=MAP), reverse=True,
    )  # fmt: skip
    assert held.findtext("news:title", namespaces=MAP) == "Ferries & fog"
    assert held.findtext("news:publication/news:name", namespaces=MAP) == "News"
    assert held.findtext("news:publication_date", namespaces=MAP) == "2026-11-23T11:00:00+06:00"
    assert bangla.findtext("news:publication/news:language", namespaces=MAP) == "bn"


def test_news_leave_shared_caches_with_their_second_day(client):
    make_article(publish_at=NOW - 48 * HOUR + 30 * SECOND)
    assert "s-maxage=30," in client.get("/news-sitemap.xml")["Cache-Control"]


def test_a_file_never_outlives_the_next_scheduled_change(client):
    make_article(publish_at=NOW - HOUR, unpublish_at=NOW + 20 * SECOND)
    for address in ("/sitemap.xml", "/sitemap-en-2026-11.xml", "/sitemap-en-pages.xml", "/news-sitemap.xml"):
        assert "s-maxage=20," in client.get(address)["Cache-Control"]


def test_what_xml_cannot_hold_is_left_out(client):
    story = make_article(publish_at=NOW - HOUR)
    Article.objects.filter(pk=story.pk).update(headline="Fer\x0bries\uffff")
    (entry,) = read(client, "/news-sitemap.xml")
    assert entry.findtext("news:news/news:title", namespaces=MAP) == "Ferries"


def test_files_keep_to_what_a_reader_takes(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST", 3)
    monkeypatch.setattr(sitemaps, "MOST_NEWS", 2)
    newest, second, third, _fourth = make_articles(number=4)
    assert locations(client, "/sitemap-en-2026-11.xml") == whole(newest, second, third)
    assert locations(client, "/news-sitemap.xml") == whole(newest, second)


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/sitemap.xml", 8), ("/sitemap-en-2026-11.xml", 4), ("/sitemap-en-pages.xml", 5), ("/news-sitemap.xml", 4)],
)
@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_with_few_and_many_stories(client, django_assert_num_queries, address, queries, number):
    for place in range(number):
        make_article(
            publish_at=NOW - place * HOUR, tags=[make_tag(name=f"Tag {place}")], signed_by=[make_contributor()]
        )
        make_article(publish_at=NOW.replace(year=2025 - place), language="bn")
    with django_assert_num_queries(queries):
        client.get(address)
    assert timezone.now() == NOW
