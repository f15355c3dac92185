"""Every feed in every format, held to the specifications."""

import json
from xml.etree import ElementTree

import pytest
import time_machine

from articles import correcting
from articles.converters import FeedConverter
from articles.feeds.formats import FORMATS
from articles.models import Article, ContributorText
from tests.articles.feed_rules import ATOM, CHECKS, links_of
from tests.factories import make_article, make_contributor, make_image, make_section, make_tag

pytestmark = pytest.mark.django_db
HUB = "https://hub.example/"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://news.example"


@pytest.fixture
def world():
    """A story with everything, and one with nothing, in each edition."""
    hasan = make_contributor(name="Hasan & Kabir")
    ContributorText.objects.create(contributor=hasan, language="bn", name="হাসান কবির")
    for language, name in (("en", "Rivers & roads"), ("bn", "নদী")):
        section = make_section(name=name, language=language, description="Water <and> more")
        whole = make_article(
            headline="Ferries & <b>fog</b>", standfirst='A "strip" & more.', tags=[make_tag(name="পদ্মা")],
            section=section, signed_by=[hasan], lead_image=make_image(), byline_code="Bd24live/Hk", language=language,
            body='<p>One <a href="/world/">two</a> ]]&gt; &amp;amp;</p>',
        )  # fmt: skip
        correcting.correct(whole, wrong="<Friday>", right="Thursday", by=None)
        make_article(section=section, language=language, tags=[make_tag(name="পদ্মা")], signed_by=[hasan])


PAGES = {
    "": "/",
    "sections/rivers-roads/": "/rivers-roads/",
    "tags/পদ্মা/": "/tags/পদ্মা/",
    "authors/hasan-kabir/": "/authors/hasan-kabir/",
}
BANGLA = PAGES | {"sections/নদী/": "/নদী/"}
del BANGLA["sections/rivers-roads/"]
FEEDS = [f"/feeds/{feed}" for feed in PAGES] + [f"/bn/feeds/{feed}" for feed in BANGLA]


def address_of(answer):
    """The address that was asked for, as feeds say it."""
    return f"https://news.example{answer.wsgi_request.get_full_path()}"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("feed", FEEDS)
def test_every_feed_is_valid(client, world, feed, form):
    answer = client.get(f"{feed}{form}")
    assert answer.status_code == 200
    CHECKS[form](answer.content, address_of(answer))
    assert answer.content.decode().count("https://news.example/") > 4


@pytest.mark.parametrize("form", FORMATS)
def test_a_feed_without_stories_is_valid_and_always_the_same(client, form):
    with time_machine.travel("2026-11-26T08:00:00Z", tick=False) as clock:
        first = client.get(f"/feeds/{form}")
        CHECKS[form](first.content, address_of(first))
        clock.shift(5)
        assert client.get(f"/feeds/{form}")["ETag"] == first["ETag"]


@pytest.mark.parametrize("form", FORMATS)
def test_text_that_no_xml_can_hold_breaks_no_format(client, form):
    story = make_article(tags=[make_tag()])
    Article.objects.filter(pk=story.pk).update(headline="Fer\x0bries\uffff", standfirst="A\x01B", byline_code="\x02Hk")
    answer = client.get(f"/feeds/{form}")
    CHECKS[form](answer.content, address_of(answer))
    assert "Ferries" in answer.content.decode()


@pytest.mark.parametrize(("form", "kind"), [("rss.xml", "rss"), ("atom.xml", "atom"), ("feed.json", "feed")])
def test_a_feed_says_what_it_is(client, form, kind):
    assert client.get(f"/feeds/{form}")["Content-Type"].startswith(f"application/{kind}+")


def test_the_address_knows_the_formats_there_are():
    assert FeedConverter.regex.replace("\\", "").split("|") == list(FORMATS)


def test_json_gives_the_whole_story(client, world):
    feed = json.loads(client.get("/feeds/feed.json").content)
    item = next(item for item in feed["items"] if item["title"].startswith("Ferries"))
    assert (item["title"], item["summary"]) == ("Ferries & <b>fog</b>", 'A "strip" & more.')
    assert item["authors"] == [{"name": "Hasan & Kabir", "url": "https://news.example/authors/hasan-kabir/"}]
    assert (item["tags"], feed["language"]) == (["Rivers & roads", "পদ্মা"], "en")
    assert 'href="https://news.example/world/"' in item["content_html"]
    assert item["image"].startswith("https://news.example/media/")


def test_atom_says_plain_text_as_the_html_that_it_claims(client, world):
    entry = ElementTree.fromstring(client.get("/feeds/atom.xml").content).findall(f"{ATOM}entry")[1]
    assert entry.findtext(f"{ATOM}summary") == "A &quot;strip&quot; &amp; more."
    assert entry.findtext(f"{ATOM}title") == "Ferries & <b>fog</b>"


@pytest.mark.parametrize("page", ["sections/sport/", "tags/fog/", "authors/nobody/"])
@pytest.mark.parametrize("form", FORMATS)
def test_of_what_is_not_there_is_no_feed(client, page, form):
    assert client.get(f"/feeds/{page}{form}", follow=True).status_code == 404


def test_a_feed_has_only_the_stories_of_its_page(client, world):
    make_article(headline="Elsewhere")
    for feed in list(PAGES)[1:]:
        titles = [item["title"] for item in json.loads(client.get(f"/feeds/{feed}feed.json").content)["items"]]
        assert len(titles) == 2
        assert "Elsewhere" not in titles


def test_a_section_has_the_stories_of_the_sections_in_it(client):
    world = make_section(name="World")
    make_article(headline="Inside", section=make_section(name="Asia", parent=world))
    assert "Inside" in client.get("/feeds/sections/world/rss.xml").content.decode()
    assert "Inside" in client.get("/feeds/sections/world/asia/rss.xml").content.decode()


@pytest.mark.parametrize("feed", [feed for feed in PAGES if feed])
def test_a_page_names_its_feeds(client, world, feed):
    page = client.get(PAGES[feed]).content.decode()
    for form, kind in (("rss.xml", "rss"), ("atom.xml", "atom")):
        (named,) = [
            part
            for part in page.split(f'<link rel="alternate" type="application/{kind}+xml" title="')[1:]
            if "· News" in part.split('"')[0]
        ]
        address = named.partition('href="')[2].partition('"')[0]
        answer = client.get(address)
        CHECKS[form](answer.content, address_of(answer))


def test_without_a_hub_feeds_name_none(client):
    answers = [client.get(f"/feeds/{form}") for form in FORMATS]
    assert {answer.status_code for answer in answers} == {200}
    assert "hub" not in "".join(answer.content.decode() for answer in answers)


def test_every_format_names_the_hub(client, settings):
    settings.WEBSUB_HUB = HUB
    root = ElementTree.fromstring(client.get("/feeds/rss.xml").content)
    assert links_of(root.find("channel"), "hub") == [HUB]
    assert links_of(ElementTree.fromstring(client.get("/feeds/atom.xml").content), "hub") == [HUB]
    assert json.loads(client.get("/feeds/feed.json").content)["hubs"] == [{"type": "WebSub", "url": HUB}]


@pytest.mark.parametrize(
    ("page", "more"), [("", 0), ("sections/world/", 1), ("tags/fog/", 1), ("authors/hasan-kabir/", 2)]
)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_with_few_and_many_stories(client, django_assert_num_queries, form, page, more, number):
    person, tag = make_contributor(), make_tag(name="Fog")
    for _ in range(number):
        make_article(tags=[tag], signed_by=[person], lead_image=make_image())
    with django_assert_num_queries(7 + more):
        client.get(f"/feeds/{page}{form}")
