import pytest
from django.core.exceptions import ValidationError

from articles.models import Section
from tests.factories import make_article, make_articles, make_section

pytestmark = pytest.mark.django_db


def test_shows_its_stories_and_those_of_sections_within(client):
    world = make_section(name="World", description="What happens elsewhere.")
    asia = make_section(name="Asia", parent=world)
    inner, outer = make_article(section=asia), make_article(section=make_section(name="Sport"))
    page = client.get("/world/").content.decode()
    assert "What happens elsewhere." in page
    assert inner.get_absolute_url() in page
    assert 'href="/world/asia/"' in page
    assert outer.get_absolute_url() not in page.split('class="rail"')[0]


def test_nested_section_has_its_trail(client):
    make_section(name="Asia", parent=make_section(name="World"))
    page = client.get("/world/asia/").content.decode()
    assert '<li><a href="/world/">World</a></li>' in page
    assert '<li aria-current="page">Asia</li>' in page


def test_navigation_marks_the_top_section(client):
    story = make_article(section=make_section(name="Asia", parent=make_section(name="World")))
    assert '<a href="/world/" aria-current="true">World</a>' in client.get(story.get_absolute_url()).content.decode()


@pytest.mark.parametrize("path", ["/nowhere/", "/world/nowhere/", "/a/b/c/d/e/", "/0/", "/বিশ্ব/"])
def test_unknown_section_is_not_found(client, path):
    make_section(name="World")
    assert client.get(path).status_code == 404


def test_bangla_section_has_a_bangla_address(client):
    section = make_section(name="বিশ্ব", language="bn")
    make_article(headline="ফেরি চলছে", section=section, language="bn")
    answer = client.get("/bn/বিশ্ব/")
    assert answer.status_code == 200
    assert "<h1>বিশ্ব</h1>" in answer.content.decode()


def test_section_of_one_edition_is_not_in_the_other(client):
    make_section(name="World")
    assert client.get("/bn/world/").status_code == 404


def test_capitals_in_the_address_do_not_matter(client):
    make_section(name="World")
    assert client.get("/World/").status_code == 200


@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_with_few_and_many_stories(client, django_assert_num_queries, number):
    make_articles(number=number)
    make_section(name="Asia", parent=make_section(name="World"))
    with django_assert_num_queries(7):
        assert client.get("/world/").status_code == 200


def test_new_slug_moves_all_that_stands_below():
    world = make_section(name="World")
    asia = make_section(name="Asia", parent=world)
    east = make_section(name="East", parent=asia)
    world.slug = "abroad"
    world.save()
    assert Section.objects.get(pk=east.pk).path == "abroad/asia/east"


@pytest.mark.parametrize("slug", ["latest", "tags", "admin", "newsletter", "bn"])
def test_address_of_the_portal_is_refused(slug):
    with pytest.raises(ValidationError, match="belongs to the portal"):
        Section(name="X", slug=slug).clean()


def test_section_cannot_stand_in_itself_or_below():
    world = make_section(name="World")
    asia = make_section(name="Asia", parent=world)
    world.parent = asia
    with pytest.raises(ValidationError, match="cannot stand in itself"):
        world.clean()


def test_sections_nest_three_deep_at_most():
    parent = make_section(name="C", parent=make_section(name="B", parent=make_section(name="A")))
    with pytest.raises(ValidationError, match="three deep"):
        Section(name="D", slug="d", parent=parent).clean()


def test_parent_of_the_other_edition_is_refused():
    with pytest.raises(ValidationError, match="same edition"):
        Section(name="এশিয়া", slug="এশিয়া", language="bn", parent=make_section(name="World")).clean()
