import pytest

from articles.models import ContributorText
from tests.factories import make_article, make_articles, make_contributor, make_image, make_outlet

pytestmark = pytest.mark.django_db


def make_hasan(**fields):
    hasan = make_contributor(name="Hasan Kabir", initials="Hk", outlet=make_outlet(), **fields)
    ContributorText.objects.create(contributor=hasan, language="bn", name="হাসান কবির", biography="কূটনীতি নিয়ে লেখেন।")
    return hasan


def test_shows_who_it_is_and_what_they_wrote(client):
    hasan = make_hasan(biography="Covers diplomacy.", position="World correspondent", picture=make_image())
    mine, other = make_article(signed_by=[hasan]), make_article()
    page = client.get("/authors/hasan-kabir/").content.decode()
    for part in ("<h1>Hasan Kabir</h1>", "Covers diplomacy.", "World correspondent", "Bd24live/Hk"):
        assert part in page
    assert mine.get_absolute_url() in page
    assert other.get_absolute_url() not in page.split('class="rail"')[0]


def test_speaks_the_language_of_the_edition(client):
    make_hasan(biography="Covers diplomacy.")
    page = client.get("/bn/authors/hasan-kabir/").content.decode()
    assert "<h1>হাসান কবির</h1>" in page
    assert "কূটনীতি নিয়ে লেখেন।" in page


def test_unknown_author_is_not_found(client):
    assert client.get("/authors/nobody/").status_code == 404


def test_namesakes_have_their_own_pages():
    assert [make_contributor(name="Arif Hossain").slug for _ in range(3)] == [
        "arif-hossain",
        "arif-hossain-2",
        "arif-hossain-3",
    ]


@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_with_few_and_many_stories(client, django_assert_num_queries, number):
    hasan = make_hasan()
    for story in make_articles(number=number):
        story.bylines.create(contributor=hasan)
    with django_assert_num_queries(7):
        assert client.get("/authors/hasan-kabir/").status_code == 200
