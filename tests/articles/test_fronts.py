import datetime as dt

import pytest

from articles.fronting import Front, Row
from articles.models import Article, Section
from articles.templatetags.stories import front_rows
from tests.factories import be_read, make_article, make_articles, make_contributor, make_image, make_section

pytestmark = pytest.mark.django_db


def test_names_the_site_in_its_only_h1(client):
    make_article(headline="Ferries sail again")
    page = client.get("/").content.decode()
    assert page.count("<h1") == 1
    assert '<h1 class="name">News' in page


def test_empty_edition_says_so(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "No story has been published in this edition yet." in answer.content.decode()


def test_edition_shows_its_own_stories_only(client):
    english, bangla = make_article(headline="Ferries"), make_article(headline="ফেরি চলছে", language="bn")
    assert english.get_absolute_url() in client.get("/").content.decode()
    page = client.get("/bn/").content.decode()
    assert bangla.get_absolute_url() in page
    assert english.get_absolute_url() not in page
    assert '<html lang="bn">' in page


def test_story_stands_once_beside_the_latest(client):
    stories = make_articles(number=30)
    page = client.get("/").content.decode()
    assert page.count(f'href="/world/{stories[0].pk}/') == 2
    assert page.count(f'href="/world/{stories[7].pk}/') == 2


def test_first_picture_is_not_lazy_and_the_others_are(client):
    for hours in range(1, 6):
        make_article(hours_ago=hours, lead_image=make_image())
    page = client.get("/").content.decode()
    assert page.count("<img") == 5
    assert page.count('fetchpriority="high"') == 1
    assert page.count('loading="lazy"') == 4


def test_commentary_names_its_authors(client):
    make_articles(number=10)
    nasrin = make_contributor(name="Nasrin Akter")
    make_article(headline="Count the ferries", story_type="opinion", signed_by=[nasrin], hours_ago=48)
    page = client.get("/").content.decode()
    assert '<p class="label">Nasrin Akter</p>' in page


def test_links_to_the_other_edition(client):
    assert '<a href="/bn/" lang="bn" hreflang="bn">বাংলা</a>' in client.get("/").content.decode()
    assert '<a href="/" lang="en" hreflang="en">English</a>' in client.get("/bn/").content.decode()


@pytest.mark.parametrize("number", [2, 20, 2000])
def test_costs_at_most_twelve_queries_with_a_cold_cache(client, django_assert_max_num_queries, number):
    """Ten, that of the arrangement among them, and two for what is read most (one where the cache has its list)."""
    opinion = make_article(story_type="opinion", signed_by=[make_contributor()], lead_image=make_image(), hours_ago=90)
    for name in ("World", "Sport", "Culture"):
        make_articles(number=number // 2, section=make_section(name=name))
    be_read(opinion)
    with django_assert_max_num_queries(12):
        assert client.get("/").status_code == 200


def test_time_of_an_older_story_is_its_day(client):
    make_article(publish_at=dt.datetime(2018, 9, 18, 3, 14, tzinfo=dt.UTC))
    assert "18 Sep 2018" in client.get("/").content.decode()


def rows_of(*numbers, picture=None, commentary=(), **fields):
    """What `front_rows` makes of sections with so many stories each, as (kind, number of sections)."""
    rows = [Row(Section(), [Article(lead_image=picture, **fields) for _ in range(number)]) for number in numbers]
    front = Front(lead=None, seconds=[], latest=[], commentary=list(commentary), rows=rows)
    return [(row["kind"], len(row["rows"])) for row in front_rows(front)]


def test_full_rows_take_turns():
    kinds = [kind for kind, _ in rows_of(5, 5, 5, 5, picture=make_image())]
    assert kinds == ["feature", "quartet", "pair", "feature"]


def test_rows_without_pictures_still_differ_from_the_row_above():
    kinds = [kind for kind, _ in rows_of(5, 5, 5, 5)]
    assert "feature" not in kinds
    assert all(one != other for one, other in zip(kinds, kinds[1:], strict=False))


def test_short_sections_share_rows_of_even_length():
    assert rows_of(1, 2, 1, 2, 1, 2) == [("digest", 3), ("digest", 3)]
    assert rows_of(2, 5, 1) == [("quartet", 1), ("digest", 2)]


def test_left_over_commentary_makes_no_second_row():
    assert rows_of(3, commentary=[Article()], story_type="opinion") == []
    assert rows_of(3, story_type="opinion") == [("pair", 1)]
