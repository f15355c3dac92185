"""What others show of a story: its drawn picture, oEmbed, and what the heads of pages tell."""

import datetime as dt
import io
import json
import re
from html.parser import HTMLParser

import pytest
import time_machine
from django.utils import timezone
from PIL import Image

from articles import contents, revising, workflow
from articles.cards import card_address
from articles.models import Article, ContributorText
from newsportal.core.models import SiteIdentity, SocialLink
from tests.factories import make_article, make_contributor, make_image, make_section, make_tag

pytestmark = pytest.mark.django_db
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
META = re.compile(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">')


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://news.example"


def data_of(client, address, kind):
    """The one block of structured data of a kind on a page."""
    blocks = [json.loads(block) for block in SCRIPT.findall(client.get(address).content.decode())]
    (found,) = [block for block in blocks if block["@type"] == kind]
    assert found["@context"] == "https://schema.org"
    return found


def meta(client, address):
    return dict(META.findall(client.get(address).content.decode()))


# --- the drawn picture


def test_a_story_without_picture_is_shared_with_one_that_is_drawn(client):
    article = make_article(headline="Ferries & fog")
    told = meta(client, article.get_absolute_url())
    assert told["og:image"] == f"https://news.example{card_address(article)}"
    assert (told["og:image:alt"], told["twitter:card"]) == ("Ferries &amp; fog", "summary_large_image")
    answer = client.get(card_address(article))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (1200, 630)


def test_a_story_with_a_picture_is_shared_with_it(client):
    article = make_article(lead_image=make_image(alt_text="A ferry"))
    told = meta(client, article.get_absolute_url())
    assert "/media/" in told["og:image"]
    assert told["og:image:alt"] == "A ferry"


def test_search_engines_are_told_of_the_drawn_picture(client):
    article = make_article()
    image = data_of(client, article.get_absolute_url(), "NewsArticle")["image"]
    assert (image["url"], image["width"]) == (f"https://news.example{card_address(article)}", 1200)


def test_another_headline_has_another_address_and_the_old_one_leads_there(client):
    article = make_article(headline="Ferries")
    old = card_address(article)
    Article.objects.filter(pk=article.pk).update(headline="Fog")
    article.refresh_from_db()
    assert card_address(article) != old
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, card_address(article))


@pytest.mark.parametrize("fields", [{"published": False}, {"state": "withdrawn"}, {"hours_ago": -1}])
def test_of_a_story_that_readers_do_not_have_no_picture_is_drawn(client, fields):
    article = make_article(**fields)
    assert client.get(card_address(article)).status_code == 404


def test_a_planned_headline_stands_on_the_picture_from_its_minute(client):
    minute = timezone.now().replace(microsecond=0) + dt.timedelta(hours=1)
    article = make_article(headline="Before")
    revising.save(article, contents.take(article) | {"headline": "After"}, by=None)
    workflow.update(article, by=None, at=minute)
    before = card_address(article)
    with time_machine.travel(minute, tick=False):
        assert client.get(before).status_code == 301
        assert before not in client.get(article.get_absolute_url()).content.decode()


# --- oEmbed


class Links(HTMLParser):
    found = ()

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag == "link" and facts.get("type") == "application/json+oembed":
            self.found = (*self.found, facts["href"])


def ask(client, article, **more):
    return client.get("/oembed/", {"url": f"https://news.example{article.get_absolute_url()}", **more})


def test_a_story_says_where_it_is_embedded_from(client):
    article = make_article(headline="ফেরি ফিরল", language="bn")
    links = Links()
    links.feed(client.get(article.get_absolute_url()).content.decode())
    (address,) = links.found
    assert client.get(address.removeprefix("https://news.example")).json()["title"] == "ফেরি ফিরল"


def test_an_answer_has_what_oembed_asks_of_rich_content(client):
    article = make_article(headline="Ferries & <fog>", standfirst="A strip.", signed_by=[make_contributor()])
    answer = ask(client, article)
    facts = answer.json()
    assert (answer["Content-Type"], answer["Access-Control-Allow-Origin"]) == ("application/json", "*")
    assert (facts["version"], facts["type"], facts["title"]) == ("1.0", "rich", "Ferries & <fog>")
    assert (facts["author_name"], facts["author_url"]) == ("Hasan Kabir", "https://news.example/authors/hasan-kabir/")
    assert (facts["provider_name"], facts["provider_url"]) == ("News", "https://news.example/")
    assert facts["thumbnail_url"] == f"https://news.example{card_address(article)}"
    assert "Ferries &amp; &lt;fog&gt;" in facts["html"]
    assert f'href="https://news.example{article.get_absolute_url()}"' in facts["html"]


def test_nothing_is_larger_than_asked_for(client):
    facts = ask(client, make_article(), maxwidth="300", maxheight="100").json()
    assert (facts["width"], facts["height"], "thumbnail_url" in facts) == (300, 100, False)


@pytest.mark.parametrize("size", ["0", "-1", "x", "৩", "9" * 30, ""])
def test_an_odd_size_is_as_none(client, size):
    assert ask(client, make_article(), maxwidth=size).json()["width"] == 600


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "/",
        "https://news.example/",
        "https://other.example/world/1/story/",
        "http://[",
        "/world/999/x/",
        "javascript:1",
    ],
)
def test_what_is_no_story_of_ours_is_not_there(client, url):
    assert client.get("/oembed/", {"url": url}).status_code == 404


@pytest.mark.parametrize("fields", [{"published": False}, {"state": "withdrawn"}])
def test_a_story_that_readers_do_not_have_is_not_embedded(client, fields):
    assert ask(client, make_article(**fields)).status_code == 404


def test_only_json_is_given(client):
    assert ask(client, make_article(), format="xml").status_code == 501


# --- the heads of pages


def test_a_story_tells_its_breadcrumb(client):
    asia = make_section(name="Asia", parent=make_section(name="World"))
    article = make_article(headline="Ferries", section=asia)
    items = data_of(client, article.get_absolute_url(), "BreadcrumbList")["itemListElement"]
    assert [(item["position"], item["name"], item.get("item")) for item in items] == [
        (1, "Home", "https://news.example/"),
        (2, "World", "https://news.example/world/"),
        (3, "Asia", "https://news.example/world/asia/"),
        (4, "Ferries", None),
    ]


def test_a_section_tells_its_breadcrumb(client):
    items = data_of(client, make_section(name="World").get_absolute_url(), "BreadcrumbList")["itemListElement"]
    assert [item["name"] for item in items] == ["Home", "World"]


@pytest.mark.parametrize(("front", "language"), [("/", "en"), ("/bn/", "bn")])
def test_the_front_page_tells_of_the_paper(client, front, language):
    identity = SiteIdentity.objects.create(contact_email="desk@news.example", contact_address="12 Bank Road")
    SocialLink.objects.create(identity=identity, label="Mastodon", url="https://social.example/@news")
    data = data_of(client, front, "NewsMediaOrganization")
    assert (data["name"], data["url"], data["inLanguage"]) == ("News", f"https://news.example{front}", language)
    assert (data["sameAs"], data["email"]) == (["https://social.example/@news"], "desk@news.example")
    assert data["logo"]["url"] == "https://news.example/static/img/icon-512.png"
    assert data["correctionsPolicy"] == f"https://news.example{front}corrections/"
    assert data["contactPoint"] == {"@type": "ContactPoint", "contactType": "newsroom", "email": "desk@news.example"}


def test_an_authors_page_tells_of_the_author(client):
    person = make_contributor(biography="Writes about rivers.", position="Reporter", picture=make_image())
    ContributorText.objects.create(contributor=person, language="bn", name="হাসান কবির")
    data = data_of(client, person.get_absolute_url(), "ProfilePage")["mainEntity"]
    assert (data["@type"], data["name"], data["jobTitle"]) == ("Person", "Hasan Kabir", "Reporter")
    assert (data["description"], data["worksFor"]["name"]) == ("Writes about rivers.", "News")
    assert data["image"].startswith("https://news.example/media/")
    assert data_of(client, f"/bn{person.get_absolute_url()}", "ProfilePage")["mainEntity"]["name"] == "হাসান কবির"


@pytest.mark.parametrize(
    "page",
    ["/", "/latest/", "/world/", "/tags/padma/", "/authors/hasan-kabir/", "/archive/", "/corrections/", "/search/"],
)
def test_every_page_names_its_own_address_and_a_picture(client, page):
    make_article(tags=[make_tag()], signed_by=[make_contributor()])
    for prefix in ("", "/bn") if page != "/world/" else ("",):
        html = client.get(f"{prefix}{page}?utm_source=x").content.decode()
        assert html.count('<link rel="canonical"') == 1
        assert f'<link rel="canonical" href="https://news.example{prefix}{page}">' in html
        assert META.search(html)
        assert dict(META.findall(html))["og:image"].startswith("https://news.example/")
