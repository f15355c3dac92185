"""A story's text as one value: taken, put back, laid over, and what is said of what is gone."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import contents, revising
from articles.models import Article, Contributor, Image
from tests.articles.texts import plain_tags, texts
from tests.factories import make_article, make_contributor, make_image, make_outlet, make_section

pytestmark = pytest.mark.django_db


def shown(article):
    """The story's part of its page, as readers get it."""
    context = {"article": article, "section": article.section, "related": []}
    page = render_to_string("articles/article_detail.html", context, request=RequestFactory().get("/"))
    return page[page.index("<article") : page.index("</article>")]


def as_readers_get_it(article):
    now = timezone.now()
    return shown(Article.objects.for_page(now).get(pk=article.pk))


@pytest.fixture
def newsroom():
    """Rows that the references of random texts may name."""
    outlet = make_outlet()
    return {
        "sections": [make_section(name=name).pk for name in ("World", "Sport")],
        "images": [make_image().pk, make_image(caption="Ours").pk],
        "outlets": [outlet.pk, make_outlet(code="Delta", url="https://delta.example/").pk],
        "people": [make_contributor(name=n, initials=n, outlet=outlet).pk for n in ("Hk", "As", "Zq")],
    }


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_put_is_what_is_taken(newsroom, data):
    article = make_article(published=False)
    content = revising.clean(data.draw(texts(**newsroom, tags=plain_tags)))
    contents.put(article, content)
    taken = contents.take(Article.objects.get(pk=article.pk))
    assert contents.changed({**content, "slug": taken["slug"]}, taken) == []


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_text_laid_over_a_story_looks_as_it_does_once_it_is_put(newsroom, data):
    article = make_article()
    content = revising.clean(data.draw(texts(**newsroom, tags=plain_tags)))
    before = shown(contents.overlay(article, content))
    contents.put(Article.objects.get(pk=article.pk), content)
    assert before == as_readers_get_it(article)


def signed_story(*, person=None, image=None):
    article = make_article(published=False)
    contents.put(
        article,
        {
            **contents.take(article),
            "byline_code": "Bd24live/Hk",
            "contributors": [{"id": person.pk, "name": str(person)}] if person else [],
            "lead_image": {"id": image.pk, "name": str(image)} if image else None,
        },
    )
    return article


def test_a_contributor_and_a_picture_that_are_gone_are_named():
    person, image = make_contributor(name="Hasan Kabir"), make_image()
    name = str(image)
    content = contents.take(signed_story(person=person, image=image))
    Article.objects.all().delete()
    Contributor.objects.all().delete()
    Image.objects.all().delete()
    assert contents.missing(content) == [name, str(person)]


def test_nothing_is_missing_from_a_story_as_it_stands():
    assert contents.missing(contents.take(signed_story(person=make_contributor(), image=make_image()))) == []


def test_the_order_of_people_counts_and_that_of_their_names_then_does_not():
    one, two = {"id": 1, "name": "Hasan"}, {"id": 2, "name": "Tania"}
    assert contents.changed({"contributors": [one, two]}, {"contributors": [two, one]}) == ["contributors"]
    assert contents.changed({"contributors": [one]}, {"contributors": [{"id": 1, "name": "H. Kabir"}]}) == []


@pytest.mark.parametrize("code", ["", "Bd24live", "Bd24live/", "by our correspondent"])
def test_an_unfinished_byline_code_stands_for_nobody(code):
    assert contents.parse_byline(code) is None
