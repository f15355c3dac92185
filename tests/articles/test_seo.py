import datetime as dt
import json
import re

import pytest
from django.utils import timezone

from articles import correcting, seo
from articles.models import Article, ContributorText
from tests.factories import make_article, make_contributor, make_image, make_outlet, make_section, make_tag

pytestmark = pytest.mark.django_db
MINUTE = dt.datetime(2018, 9, 18, 6, 0, tzinfo=dt.UTC)
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://news.example"


def data_of(client, article):
    """What a search engine reads on the story's page."""
    found = SCRIPT.findall(client.get(article.get_absolute_url()).content.decode())
    assert len(found) == 2, "the story and its breadcrumb"
    return json.loads(found[0])


def test_says_what_the_page_says(client):
    hasan = make_contributor(name="Hasan Kabir")
    article = make_article(
        headline="Ferries return", standfirst="After fog.", publish_at=MINUTE, tags=[make_tag()], signed_by=[hasan],
        lead_image=make_image(caption="A ferry"), section=make_section(name="Rivers"),
    )  # fmt: skip
    data = data_of(client, article)
    assert (data["@context"], data["@type"]) == ("https://schema.org", "NewsArticle")
    assert data["url"] == f"https://news.example{article.get_absolute_url()}"
    assert (data["headline"], data["description"], data["articleSection"]) == ("Ferries return", "After fog.", "Rivers")
    assert (data["datePublished"], data["inLanguage"]) == ("2018-09-18T12:00:00+06:00", "en")
    assert data["author"] == [
        {"@type": "Person", "name": "Hasan Kabir", "url": "https://news.example/authors/hasan-kabir/"}
    ]
    assert (data["keywords"], data["image"]["width"], data["image"]["caption"]) == (["Padma"], 64, "A ferry")
    assert data["image"]["url"].startswith("https://news.example/media/")


def test_a_modification_is_told_for_real_updates_only(client):
    article = make_article(publish_at=MINUTE)
    assert "dateModified" not in data_of(client, article)
    Article.objects.update(updated_at=MINUTE + dt.timedelta(hours=1))
    assert data_of(client, article)["dateModified"] == "2018-09-18T13:00:00+06:00"


def test_corrections_are_told_with_their_dates(client):
    article = make_article(publish_at=MINUTE)
    correcting.correct(article, wrong="Friday.", right="Thursday.", by=None, now=MINUTE + dt.timedelta(hours=1))
    (told,) = data_of(client, article)["correction"]
    assert (told["@type"], told["text"]) == ("CorrectionComment", "Friday.\nThursday.")
    assert told["datePublished"] == "2018-09-18T13:00:00+06:00"
    assert told["url"].startswith(f"https://news.example{article.get_absolute_url()}#correction-")


@pytest.mark.parametrize(
    ("kind", "type_"), [("news", "NewsArticle"), ("opinion", ["NewsArticle", "OpinionNewsArticle"])]
)
def test_opinion_says_that_it_is_opinion(client, kind, type_):
    assert data_of(client, make_article(story_type=kind))["@type"] == type_


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"agency": "BSS"}, "BSS"), ({"outlet": {"code": "Bd24live", "name": "BD24 Live"}}, "BD24 Live"), ({}, "News")],
)
def test_without_names_the_agency_the_outlet_or_the_paper_is_the_author(client, fields, name):
    if "outlet" in fields:
        fields = {"outlet": make_outlet(**fields["outlet"])}
    assert data_of(client, make_article(**fields))["author"] == [{"@type": "Organization", "name": name}]


def test_a_bangla_story_names_its_people_in_bangla():
    hasan = make_contributor(name="Hasan Kabir")
    ContributorText.objects.create(contributor=hasan, language="bn", name="হাসান কবির")
    article = make_article(language="bn", signed_by=[hasan])
    data = seo.news_article(Article.objects.for_page(timezone.now()).get(pk=article.pk))
    assert data["author"][0] == {
        "@type": "Person",
        "name": "হাসান কবির",
        "url": "https://news.example/bn/authors/hasan-kabir/",
    }


def test_nothing_in_a_story_ends_the_script(client):
    hostile = "</script><script>alert(1)</script><!-- & \u2028 ]]>"
    article = make_article(headline="Ferries", standfirst=hostile)
    page = client.get(article.get_absolute_url()).content.decode()
    inside, _breadcrumb = SCRIPT.findall(page)
    assert not any(mark in inside for mark in ("<", ">", "&", "\u2028"))
    assert json.loads(inside)["description"].startswith("</script><script>alert(1)")


def test_no_query_after_the_page_has_its_story(django_assert_num_queries):
    article = make_article(tags=[make_tag()], signed_by=[make_contributor()], lead_image=make_image())
    found = Article.objects.for_page(timezone.now()).get(pk=article.pk)
    seo.news_article(found)
    with django_assert_num_queries(0):
        seo.news_article(found)


def test_a_withdrawn_story_tells_search_engines_nothing(client):
    article = make_article(state="withdrawn")
    answer = client.get(article.get_absolute_url())
    assert (answer.status_code, SCRIPT.findall(answer.content.decode())) == (410, [])
