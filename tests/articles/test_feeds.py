import datetime as dt
from xml.etree import ElementTree

import pytest
import time_machine
from django.utils import timezone

from articles import correcting, revising, workflow
from articles.contents import take
from articles.feeds.channels import NUMBER
from articles.models import Article
from articles.states import State
from tests.factories import make_article, make_articles, make_contributor, make_image, make_tag

pytestmark = pytest.mark.django_db
MINUTE = dt.datetime(2018, 9, 18, 6, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://news.example"


def items(client, path="/feeds/rss.xml"):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/rss+xml")
    return ElementTree.fromstring(answer.content).findall("channel/item")


def test_gives_the_whole_story(client):
    article = make_article(
        headline="Ferries & fog", standfirst="A strip.", publish_at=MINUTE, byline_code="Bd24live/Hk", agency="BSS",
        lead_image=make_image(credit="N. Roy"), tags=[make_tag()], signed_by=[make_contributor()],
    )  # fmt: skip
    (item,) = items(client)
    assert (item.findtext("title"), item.findtext("description")) == ("Ferries & fog", "A strip.")
    assert item.findtext("link") == f"https://news.example{article.get_absolute_url()}"
    assert item.findtext("pubDate") == "Tue, 18 Sep 2018 06:00:00 +0000"
    assert item.findtext(CREATOR) == "Hasan Kabir"
    assert [category.text for category in item.findall("category")] == ["World", "Padma"]
    for part in (article.body, "Bd24live/Hk", "BSS", "N. Roy", 'src="https://news.example/media/'):
        assert part in item.findtext(CONTENT)


def test_addresses_on_this_site_are_whole(client):
    body = (
        '<p><a href="/world/">here</a> <a href="https://other.example/x">there</a> <a href="//cdn.example/">far</a></p>'
    )
    make_article(body=body)
    content = items(client)[0].findtext(CONTENT)
    assert 'href="https://news.example/world/"' in content
    assert 'href="https://other.example/x"' in content
    assert 'href="//cdn.example/"' in content


def test_a_correction_is_told_in_the_item(client):
    article = make_article()
    correcting.correct(article, wrong="It was <Friday>.", right="Thursday.", by=None)
    content = items(client)[0].findtext(CONTENT)
    assert "It was &lt;Friday&gt;." in content
    assert "Thursday." in content
    assert content.index("Corrected on") < content.index("after two days of fog")


def test_an_item_keeps_its_id_when_its_address_changes(client):
    article = make_article()
    before = items(client)[0].find("guid")
    Article.objects.filter(pk=article.pk).update(slug="another-slug")
    after = items(client)[0].find("guid")
    assert (before.text, before.get("isPermaLink")) == (after.text, "false")
    assert before.text.startswith("tag:news.example,")


def test_each_edition_has_its_own_feed(client):
    make_article(headline="Ferries")
    make_article(headline="ফেরি", language="bn")
    assert [item.findtext("title") for item in items(client)] == ["Ferries"]
    assert [item.findtext("title") for item in items(client, "/bn/feeds/rss.xml")] == ["ফেরি"]
    assert b"<language>bn</language>" in client.get("/bn/feeds/rss.xml").content


@pytest.mark.parametrize(("moment", "number"), [(MINUTE - SECOND, 0), (MINUTE, 1), (MINUTE + 2 * SECOND, 0)])
def test_a_story_is_there_from_its_first_minute_to_its_last(client, moment, number):
    make_article(publish_at=MINUTE, unpublish_at=MINUTE + 2 * SECOND)
    with time_machine.travel(moment, tick=False):
        assert len(items(client)) == number


@pytest.mark.parametrize("fields", [{"published": False}, {"state": State.WITHDRAWN}])
def test_drafts_and_withdrawn_stories_are_not_in_it(client, fields):
    make_article(**fields)
    assert items(client) == []


def test_a_planned_change_is_there_at_its_minute(client):
    article = make_article(headline="Before", publish_at=MINUTE - dt.timedelta(days=1))
    with time_machine.travel(MINUTE - SECOND, tick=False):
        revising.save(article, take(article) | {"headline": "After"}, by=None)
        workflow.update(article, by=None, at=MINUTE)
        assert items(client)[0].findtext("title") == "Before"
    with time_machine.travel(MINUTE, tick=False):
        assert items(client)[0].findtext("title") == "After"


def test_what_xml_cannot_hold_is_left_out(client):
    article = make_article(headline="Ferries")
    Article.objects.filter(pk=article.pk).update(headline="Fer\x0bries\uffff", standfirst="A\x01B")
    (item,) = items(client)
    assert (item.findtext("title"), item.findtext("description")) == ("Ferries", "AB")


@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_with_few_and_many_stories(client, django_assert_num_queries, number):
    image = make_image()
    for _ in range(number):
        article = make_article(tags=[make_tag()], signed_by=[make_contributor()], lead_image=image)
        correcting.correct(article, wrong="One.", right="Two.", by=None)
    with django_assert_num_queries(7):
        items(client)


def test_holds_the_newest(client):
    make_articles(number=NUMBER + 5)
    found = items(client)
    assert len(found) == NUMBER
    assert found[0].findtext("title") == "Story 0"


def test_may_be_kept_by_any_cache_until_the_next_change(client):
    make_article()
    make_article(publish_at=timezone.now() + dt.timedelta(seconds=30))
    answer = client.get("/feeds/rss.xml")
    seconds = int(answer["Cache-Control"].split("s-maxage=")[1].split(",")[0])
    assert 25 <= seconds <= 30
    assert (answer.has_header("Last-Modified"), bool(answer.cookies)) == (False, False)


def test_the_same_feed_again_is_not_sent_again(client):
    make_article()
    tag = client.get("/feeds/rss.xml")["ETag"]
    assert client.get("/feeds/rss.xml", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(("page", "feed"), [("/", "/feeds/rss.xml"), ("/bn/", "/bn/feeds/rss.xml")])
def test_pages_name_their_editions_feed(client, page, feed):
    html = client.get(page).content.decode()
    assert f'<link rel="alternate" type="application/rss+xml" title="News" href="{feed}">' in html
