import datetime as dt

import pytest
from django.utils import timezone

from articles.models import Article
from articles.related import LIMIT, related_to
from tests.factories import make_article, make_articles, make_section, make_tag

pytestmark = pytest.mark.django_db


def related(story, **fields):
    return related_to(story, timezone.now(), **fields)


def test_shared_tags_come_before_the_section_and_the_section_before_the_rest():
    syria, truce = make_tag(name="Syria"), make_tag(name="Truce")
    story = make_article(tags=[syria, truce])
    sport = make_section(name="Sport")
    newest = make_article(section=sport, hours_ago=0.1)
    same_section = make_article(hours_ago=50)
    one_tag = make_article(section=sport, tags=[syria], hours_ago=70)
    two_tags = make_article(section=sport, tags=[syria, truce], hours_ago=90)
    assert related(story) == [two_tags, one_tag, same_section, newest]


def test_among_equals_the_newer_is_first():
    story = make_article()
    older, newer = make_article(hours_ago=9), make_article(hours_ago=3)
    assert related(story) == [newer, older]


def test_never_itself():
    story = make_article(tags=[make_tag()])
    assert related(story) == []


def test_filled_from_anywhere_in_the_edition_when_nothing_is_shared():
    story = make_article(section=make_section(name="Sport"))
    others = make_articles(number=20)
    assert related(story) == others[:LIMIT]


def test_only_what_readers_may_see():
    story = make_article(tags=[make_tag()])
    make_article(published=False, tags=[make_tag()])
    make_article(publish_at=timezone.now() + dt.timedelta(hours=1), tags=[make_tag()])
    make_article(hours_ago=5, unpublish_at=timezone.now() - dt.timedelta(hours=1), tags=[make_tag()])
    assert related(story) == []


def test_only_of_the_same_edition():
    story = make_article(tags=[make_tag()])
    make_article(headline="ফেরি", language="bn", tags=[make_tag()])
    assert related(story) == []


def test_limit_holds():
    make_articles(number=20)
    assert len(related(make_article(), limit=3)) == 3


def test_costs_one_query_with_prefetched_tags(django_assert_num_queries):
    make_articles(number=20)
    make_article(tags=[make_tag()])
    story = Article.objects.prefetch_related("tags").latest("pk")
    with django_assert_num_queries(1):
        assert len(related(story)) == LIMIT
