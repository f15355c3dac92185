import pytest
from django.utils.http import urlencode

from articles.models import Tag
from tests.factories import make_article, make_articles, make_tag

pytestmark = pytest.mark.django_db


def test_shows_the_stories_that_carry_it(client):
    tagged, other = make_article(tags=[make_tag(name="Padma")]), make_article()
    page = client.get("/tags/padma/").content.decode()
    assert "<h1>Padma</h1>" in page
    assert tagged.get_absolute_url() in page
    assert other.get_absolute_url() not in page.split('class="rail"')[0]


def test_shows_stories_of_the_page_edition_only(client):
    make_article(headline="Ferries", tags=[make_tag(name="Padma")])
    answer = client.get("/bn/tags/padma/")
    assert answer.status_code == 200
    assert answer.context["page"].items == []


def test_unknown_tag_is_not_found(client):
    assert client.get("/tags/nowhere/").status_code == 404


@pytest.mark.parametrize(("one", "other"), [("অর্থনীতি", "অরথনত"), ("কৃষি", "কষ")])
def test_bangla_tags_that_differ_in_marks_stay_apart(client, one, other):
    assert make_tag(name=one).slug == one
    assert make_tag(name=other).slug == other
    assert client.get(f"/bn/tags/{one}/").status_code == 200


def test_two_tags_on_one_slug_are_told_apart():
    assert [make_tag(name="C sharp").slug, make_tag(name="C-sharp").slug] == ["c-sharp", "c-sharp-1"]


def test_tag_of_digits_has_a_word_in_its_address():
    assert make_tag(name="1971").slug == "tag-1971"


def test_address_survives_percent_encoding(client):
    tag = Tag.objects.create(name="নদী ভাঙন")
    assert urlencode({"": "নদী-ভাঙন"})[1:] in tag.get_absolute_url()
    assert client.get(tag.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_with_few_and_many_stories(client, django_assert_num_queries, number):
    tag = make_tag(name="Padma")
    for story in make_articles(number=number):
        story.tags.add(tag)
    with django_assert_num_queries(6):
        assert client.get("/tags/padma/").status_code == 200
