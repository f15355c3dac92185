"""Digests of what values say."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Article, Byline, Section
from articles.story_pages import story_of_page
from newsportal.core.fingerprints import Unknown, fingerprint
from newsportal.core.identity import Banner, Site
from tests.factories import make_article, make_contributor, make_image

NOW = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.datetimes() | st.binary(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=12,
)


@given(plain, plain)
def test_values_that_say_the_same_and_no_others_have_the_same(one, other):
    assert (fingerprint(one) == fingerprint(other)) == (repr(one) == repr(other))


def test_a_dataclass_is_its_fields():
    until = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    site = Site("en", name="The Courier", banner=Banner("Flood", "", until))
    assert fingerprint(site) == fingerprint(Site("en", name="The Courier", banner=Banner("Flood", "", until)))
    assert fingerprint(site) != fingerprint(Site("en", name="The Courier", banner=Banner("Floods", "", until)))


def test_of_anything_else_it_is_not_known_what_it_says():
    with pytest.raises(Unknown, match="object says nothing"):
        fingerprint([object()])
    with pytest.raises(Unknown, match="not asked"):
        fingerprint(Section.objects.all())


@pytest.mark.django_db
def test_a_row_is_its_fields_and_what_was_fetched_with_it():
    person = make_contributor(name="Hasan Kabir")
    article = make_article(headline="One", lead_image=make_image())
    Byline.objects.create(article=article, contributor=person)
    before = fingerprint(story_of_page(article.pk, NOW))
    assert fingerprint(story_of_page(article.pk, NOW)) == before
    known = {before}
    for change in (
        lambda: Article.objects.update(headline="Two"),
        lambda: Section.objects.update(name="Sport"),
        lambda: type(person).objects.update(name="Hasan Kobir"),
        lambda: type(article.lead_image).objects.update(credit="BSS"),
        lambda: article.tags.add("fog"),
    ):
        change()
        known.add(fingerprint(story_of_page(article.pk, NOW)))
    assert len(known) == 6


@pytest.mark.django_db
def test_rows_that_point_at_each_other_end():
    article = make_article()
    Byline.objects.create(article=article, contributor=make_contributor(name="Hasan Kabir"))
    (shown,) = Article.objects.prefetch_related("bylines__article__bylines")
    assert fingerprint(shown) == fingerprint(Article.objects.prefetch_related("bylines__article__bylines").get())
