"""What readers and machines are told of those who made a story."""

import json

import pytest
from django.template import Context, Template
from django.utils import timezone

from articles import seo
from articles.models import Article
from articles.search import index, search
from articles.states import Role
from tests.factories import make_article, make_contributor, make_image, make_tag

pytestmark = pytest.mark.django_db


def signed_story(**fields):
    hasan, karim = make_contributor(name="Hasan Kabir"), make_contributor(name="Karim Ahmed")
    article = make_article(signed_by=[hasan], **fields)
    article.bylines.create(name="Rina Das", position=1)
    article.bylines.create(contributor=karim, role=Role.PICTURES, position=2)
    article.bylines.create(name="Babul Mia", role=Role.REPORTING, position=3)
    return article, hasan, karim


def test_the_page_names_everybody_with_what_they_did(client):
    article, hasan, karim = signed_story(dateline="Dhaka")
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'By <a rel="author" href="{hasan.get_absolute_url()}">Hasan Kabir</a> and Rina Das, Dhaka' in page
    assert f'Pictures: <a href="{karim.get_absolute_url()}">Karim Ahmed</a>' in page
    assert "Additional reporting: Babul Mia" in page


def test_an_agency_signs_alone_and_beside_the_pictures(client):
    article = make_article(agency="Reuters")
    assert "<p>Reuters</p>" in client.get(article.get_absolute_url()).content.decode()
    article.bylines.create(name="Rina Das", role=Role.PICTURES)
    article = Article.objects.for_page(timezone.now()).get(pk=article.pk)
    assert seo.news_article(article)["author"] == [{"@type": "Organization", "name": "Reuters"}]


def test_machines_are_told_who_did_what():
    article, hasan, karim = signed_story(lead_image=make_image(credit="Photo: Karim Ahmed"))
    facts = seo.news_article(Article.objects.for_page(timezone.now()).get(pk=article.pk))
    assert [person["name"] for person in facts["author"]] == ["Hasan Kabir", "Rina Das"]
    assert [sorted(person) for person in facts["author"]] == [["@type", "name", "url"], ["@type", "name"]]
    assert [role["roleName"] for role in facts["contributor"]] == ["Pictures", "Additional reporting"]
    assert [person["name"] for person in facts["image"]["creator"]] == ["Karim Ahmed"]


def test_a_picture_that_is_credited_to_others_is_theirs():
    article, _hasan, _karim = signed_story(lead_image=make_image(credit="Reuters"))
    assert "creator" not in seo.news_article(article)["image"]


def test_feeds_name_writers_as_authors_and_the_others_in_the_text(client):
    signed_story()
    [item] = json.loads(client.get("/feeds/feed.json").content)["items"]
    assert [person["name"] for person in item["authors"]] == ["Hasan Kabir", "Rina Das"]
    assert "Pictures: Karim Ahmed" in item["content_html"]
    assert "Hasan Kabir, Rina Das" in client.get("/feeds/rss.xml").content.decode()


def test_an_opinion_is_headed_by_its_guest():
    article = make_article(story_type="opinion")
    article.bylines.create(name="Dr Rina Das")
    card = Template('{% load stories %}{% story_card story "opinion" %}').render(Context({"story": article}))
    assert '<p class="label">Dr Rina Das</p>' in card


def test_an_authors_page_has_stories_of_any_role_and_names_it(client):
    article, hasan, karim = signed_story()
    both = make_article(headline="Both", signed_by=[karim])
    both.bylines.create(contributor=karim, role=Role.PICTURES, position=1)
    page = client.get(karim.get_absolute_url()).content.decode().split('class="rail"')[0]
    assert (page.count(">Pictures · "), page.count("/both/")) == (1, 1)
    assert "Pictures · " not in client.get(hasan.get_absolute_url()).content.decode().split('class="rail"')[0]


@pytest.mark.parametrize("guests", [1, 12])
def test_guests_and_roles_cost_no_queries(client, django_assert_max_num_queries, guests):
    article, _hasan, _karim = signed_story(tags=[make_tag()])
    for number in range(guests):
        article.bylines.create(name=f"Guest {number}", role=Role.REPORTING, position=number + 9)
    # As of any story: tests/articles/test_stories.py.
    with django_assert_max_num_queries(11):
        assert client.get(article.get_absolute_url()).status_code == 200


def test_guests_are_found_by_their_name_and_are_no_choice_of_authors(client):
    article, hasan, _karim = signed_story()
    article.bylines.create(contributor=hasan, role=Role.REPORTING, position=9)
    index([article])
    now = timezone.now()
    assert [hit.article for hit in search("Rina Das", language=None, now=now).hits] == [article]
    facets = search("Rina", language=None, now=now).facets["author"]
    assert sorted((facet.label, facet.number) for facet in facets) == [("Hasan Kabir", 1), ("Karim Ahmed", 1)]
