"""A story's text as one value: taken, put back, laid over, and what is said of what is gone."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import contents, revising
from articles.models import Article, Contributor, Image, Tag
from articles.related import related_to
from tests.articles.texts import plain_tags, texts
from tests.factories import make_article, make_contributor, make_image, make_outlet, make_section

pytestmark = pytest.mark.django_db


def shown(article):
    """The story's part of its page, as readers get it."""
    related = related_to(article, timezone.now())
    context = {"article": article, "section": article.section, "related": related, "now": timezone.now()}
    page = render_to_string("articles/article_detail.html", context, request=RequestFactory().get("/"))
    return page[page.index("<article") : page.index("</article>")] + " ".join(str(other.pk) for other in related)


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
        "stories": [make_article(headline=f"Other {n}").pk for n in range(4)],
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


def test_names_of_tags_from_scripts_are_cleaned_and_none_is_made_twice():
    article = make_article(published=False)
    contents.put(article, contents.take(article) | {"tags": ["  Padma \u200b river", "padma river", "", "x" * 300]})
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["padma river", "x" * 100]


def test_a_related_story_that_is_gone_is_named():
    article, other = make_article(), make_article(headline="Gone by now", published=False)
    contents.put(article, contents.take(article) | {"pinned": [{"id": other.pk, "name": "Gone by now"}]})
    content = contents.take(article)
    other.delete()
    assert contents.missing(content) == ["Gone by now"]
    contents.put(article, content)
    assert contents.take(article)["pinned"] == []


def test_a_text_that_says_nothing_of_related_stories_leaves_them():
    article, other = make_article(), make_article()
    contents.put(article, contents.take(article) | {"excluded": [{"id": other.pk, "name": "Other"}]})
    contents.put(article, {name: value for name, value in contents.take(article).items() if name != "excluded"})
    assert [row["id"] for row in contents.take(article)["excluded"]] == [other.pk]


def test_the_order_of_people_counts_and_that_of_their_names_then_does_not():
    one, two = {"id": 1, "name": "Hasan"}, {"id": 2, "name": "Tania"}
    assert contents.changed({"contributors": [one, two]}, {"contributors": [two, one]}) == ["contributors"]
    assert contents.changed({"contributors": [one]}, {"contributors": [{"id": 1, "name": "H. Kabir"}]}) == []


@pytest.mark.parametrize("code", ["", "Bd24live", "Bd24live/", "by our correspondent"])
def test_an_unfinished_byline_code_stands_for_nobody(code):
    assert contents.parse_byline(code) is None
