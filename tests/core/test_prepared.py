"""Queries that are written down once."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.models import Article
from newsportal.core.prepared import Prepared
from tests.factories import make_article, make_section

pytestmark = pytest.mark.django_db
BY_PK = Prepared(
    Article, lambda pk, now: Article.objects.published(now).filter(pk=pk).for_page(now).prefetch_related(None)
)
AMONG = Prepared(Article, lambda pks, language: Article.objects.filter(pk__in=pks, language=language).order_by("pk"))


def test_gives_what_the_queryset_gives_each_time_with_its_own_values(django_assert_num_queries):
    now, stories = timezone.now(), [make_article(), make_article(lead_caption="Fog")]
    for story in (*stories, stories[0]):
        asked = Article.objects.published(now).filter(pk=story.pk).for_page(now).prefetch_related(None)
        with django_assert_num_queries(1):
            (found,) = BY_PK.rows(pk=story.pk, now=now)
        assert (found.section.name, found.outlet, found.lead_caption) == ("World", None, story.lead_caption)
        assert found.__dict__.keys() == asked.get().__dict__.keys()


def test_asks_of_the_moment_that_it_is_given():
    now, story = timezone.now(), make_article(hours_ago=1)
    assert BY_PK.rows(pk=story.pk, now=now)
    assert not BY_PK.rows(pk=story.pk, now=now - dt.timedelta(hours=2))


def test_takes_any_number_of_numbers():
    stories = [make_article().pk for _story in range(3)]
    for number in (3, 1, 2, 3):
        assert [story.pk for story in AMONG.rows(pks=tuple(stories[:number]), language="en")] == stories[:number]
    assert not AMONG.rows(pks=tuple(stories), language="bn")


def test_reads_single_columns_too():
    section = make_section(name="Sport")
    paths = Prepared(Article, lambda pk: Article.objects.filter(pk=pk).values_list("section__path", flat=True))
    assert paths.rows(pk=make_article(section=section).pk) == ["sport"]


@pytest.mark.parametrize("value", [None, (), 1.5])
def test_refuses_what_would_change_the_form_of_the_query(value):
    with pytest.raises(ValueError, match="no query can be prepared"):
        Prepared(Article, lambda pk: Article.objects.filter(pk=pk)).rows(pk=value)


def test_refuses_a_query_that_does_not_take_a_value_or_prefetches():
    deaf = Prepared(Article, lambda pk, now: Article.objects.filter(pk=pk))
    chatty = Prepared(Article, lambda pk: Article.objects.filter(pk=pk).prefetch_related("tags"))
    with pytest.raises(ValueError, match="not a query"):
        deaf.rows(pk=1, now=timezone.now())
    with pytest.raises(ValueError, match="not a query"):
        chatty.rows(pk=1)
