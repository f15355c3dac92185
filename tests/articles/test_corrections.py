"""Corrections as readers see them: on the story, and all of them on one page."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from articles import correcting
from articles.models import Article, Correction
from articles.states import State
from tests.factories import make_article, make_contributor, make_image, make_tag

pytestmark = pytest.mark.django_db
MINUTE = dt.datetime(2018, 9, 18, 6, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def corrected(*, number=1, wrong="It was Friday.", right="It was Thursday.", now=None, **fields):
    article = make_article(**fields)
    for turn in range(number):
        mark = f" ({turn})" if turn else ""
        moment = (now or timezone.now()) + turn * SECOND
        correcting.correct(article, wrong=wrong + mark, right=right, by=None, now=moment)
    return article


def page_of(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def test_the_story_says_at_the_top_that_it_was_corrected_and_at_its_end_how(client):
    article = corrected(publish_at=MINUTE - dt.timedelta(days=1), now=MINUTE)
    page = page_of(client, article)
    places = [page.rindex(words) for words in ("<h1>", "Corrected on 18 September 2018.", "after two days of fog")]
    places += [page.rindex(words) for words in ('id="corrections"', "It was Friday.", "It was Thursday.")]
    assert places == sorted(places)


def test_an_uncorrected_story_says_nothing_of_it(client):
    page = page_of(client, make_article())
    assert 'class="corrected"' not in page
    assert 'id="corrections"' not in page


def test_the_newest_correction_stands_first(client):
    page = page_of(client, corrected(number=3))
    assert page.index("(2)") < page.index("(1)")


def test_a_correction_is_escaped(client):
    page = page_of(client, corrected(wrong="<script>alert(1)</script>"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("number", [0, 1, 20])
def test_corrections_cost_no_query(client, django_assert_num_queries, number):
    hasan = make_contributor()
    article = corrected(number=number, lead_image=make_image(), tags=[make_tag()], signed_by=[hasan])
    # Whether there is anything that its list of related stories could be filled with is asked, too.
    with django_assert_num_queries(11):
        page_of(client, article)


def test_what_comes_along_with_the_story_is_what_the_table_has():
    corrected(number=3, wrong='“Née” 100 % \\ "x" বাংলা\nline two', now=MINUTE, publish_at=MINUTE)
    article = Article.objects.for_page(timezone.now()).get()
    kept = [(c.pk, c.at, c.wrong, c.right) for c in Correction.objects.all()]
    assert [(c.pk, c.at, c.wrong, c.right) for c in article.public_corrections] == kept


@pytest.mark.parametrize(("minor", "shown"), [(True, False), (False, True)])
def test_updated_shows_for_real_updates_only(client, minor, shown):
    article = make_article(publish_at=MINUTE)
    Article.objects.filter(pk=article.pk).update(updated_at=None if minor else MINUTE + dt.timedelta(hours=1))
    page = page_of(client, article)
    assert ("Updated" in page) is shown
    assert ("article:modified_time" in page) is shown


def test_what_was_changed_before_it_appeared_is_no_update(client):
    article = make_article(publish_at=MINUTE)
    Article.objects.filter(pk=article.pk).update(updated_at=MINUTE - SECOND)
    assert "Updated" not in page_of(client, article)


def test_the_page_lists_corrections_newest_first_with_links_to_the_stories(client):
    old = corrected(headline="Ferries", now=MINUTE, publish_at=MINUTE - SECOND)
    new = corrected(headline="Bridges", wrong="Two.", now=MINUTE + SECOND, publish_at=MINUTE - SECOND)
    page = client.get("/corrections/").content.decode()
    assert page.index(f'href="{new.get_absolute_url()}#correction-') < page.index(f'href="{old.get_absolute_url()}#')
    assert "18 September 2018, 12:00" in page


def test_each_edition_has_its_own_page(client):
    corrected(headline="ফেরি", wrong="শুক্রবার।", language="bn")
    corrected(headline="Ferries")
    english, bangla = (client.get(f"{prefix}/corrections/").content.decode() for prefix in ("", "/bn"))
    assert ("শুক্রবার।" in bangla, "It was Friday." in bangla) == (True, False)
    assert ("শুক্রবার।" in english, "It was Friday." in english) == (False, True)


def test_corrections_of_stories_that_nobody_can_open_are_not_listed(client):
    withdrawn, embargoed = corrected(wrong="One."), corrected(wrong="Two.")
    down = corrected(wrong="Three.", publish_at=timezone.now() - dt.timedelta(hours=2))
    Article.objects.filter(pk=withdrawn.pk).update(state=State.WITHDRAWN)
    Article.objects.filter(pk=embargoed.pk).update(embargo_until=timezone.now() + dt.timedelta(hours=1))
    Article.objects.filter(pk=down.pk).update(unpublish_at=timezone.now() - dt.timedelta(hours=1))
    page = client.get("/corrections/").content.decode()
    assert not any(words in page for words in ("One.", "Two.", "Three."))
    assert "No story of this edition has been corrected." in page


def test_a_correction_leaves_the_page_at_the_storys_last_minute(client):
    corrected(publish_at=MINUTE - 2 * SECOND, now=MINUTE - SECOND)
    Article.objects.update(unpublish_at=MINUTE)
    seen = []
    for moment in (MINUTE - SECOND, MINUTE):
        with time_machine.travel(moment, tick=False):
            seen.append(b"It was Friday." in client.get("/corrections/").content)
    assert seen == [True, False]


def test_pages_follow_each_other(client):
    corrected(number=25)
    first, second = (client.get("/corrections/", {"page": number}) for number in (1, 2))
    assert (len(first.context["page"].items), len(second.context["page"].items)) == (20, 5)
    assert 'rel="next" href="?page=2"' in first.content.decode()
    assert client.get("/corrections/?page=3").status_code == 404


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_costs_the_same_with_few_and_many(client, django_assert_num_queries, number):
    corrected(number=number)
    with django_assert_num_queries(5):
        client.get("/corrections/")


def test_the_page_may_be_kept_by_any_cache_and_is_linked_from_every_page(client):
    answer = client.get("/corrections/")
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
    assert 'href="/corrections/"' in client.get("/").content.decode()
