"""Lookups that Django has not."""

import pytest

from articles.models import Article, Byline
from tests.factories import make_article, make_contributor

pytestmark = pytest.mark.django_db


def test_rows_among_many_numbers_are_found():
    first, _second, third = (make_article().pk for _story in range(3))
    wanted = {first, third, 10**12}
    assert set(Article.objects.filter(pk__among=wanted).values_list("pk", flat=True)) == {first, third}


def test_none_are_among_no_numbers():
    make_article()
    assert not Article.objects.filter(pk__among=set()).exists()


def test_rows_are_found_by_what_they_refer_to():
    article = make_article(signed_by=[make_contributor()])
    make_article(signed_by=[make_contributor()])
    assert [line.article_id for line in Byline.objects.filter(article__among={article.pk})] == [article.pk]
