import pytest
from django.utils import timezone

from articles import contents
from articles.models import Article
from articles.related import catch_up
from articles.related.suggesting import near_duplicates, suggest
from tests.articles.test_related import DAM, DAM_2, body
from tests.factories import make_article, make_articles, make_tag

pytestmark = pytest.mark.django_db


def suggested(*, language="en", article=None, **content):
    catch_up(now=timezone.now())
    return suggest({"language": language, **content}, timezone.now(), article=article)


def test_says_why():
    story = make_article(headline="Dam opened", body=body(DAM), tags=[make_tag(name="Rivers")])
    make_articles(number=5)
    first = suggested(headline="Kaptai reservoir falls", body="<p>Engineers closed gates.</p>", tags=["rivers"])[0]
    assert first.article == story
    assert {"Kaptai", "reservoir", "Engineers"} <= set(first.words)
    assert first.tags == ("rivers",)
    assert not first.is_same_text


def test_marks_the_same_text_and_puts_it_first():
    make_article(headline="Dam closed", body=body(DAM_2, 1))
    copy = make_article(headline="Dam", body=body(DAM * 8), hours_ago=900)
    first, *others = suggested(headline="Kaptai dam closed", body=body(DAM * 8))
    assert (first.article, first.is_same_text) == (copy, True)
    assert not any(other.is_same_text for other in others)
    content = {"language": "en", "body": body(DAM * 8)}
    assert near_duplicates(content, timezone.now()) == [copy]


def test_never_the_story_itself_or_what_readers_may_not_see():
    story = make_article(headline="Dam opened", body=body(DAM))
    make_article(headline="Dam opened", body=body(DAM), published=False)
    assert suggested(article=story, **{k: v for k, v in contents.take(story).items() if k != "language"}) == []


@pytest.mark.parametrize(
    "content", [{}, {"headline": "x"}, {"body": "\x00<"}, {"headline": "%' OR 1=1 --", "tags": [""]}]
)
def test_an_unfinished_text_is_answered(content):
    make_article()
    assert isinstance(suggested(**content), list)


@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_however_many_stories(django_assert_max_num_queries, number):
    make_articles(number=number)
    catch_up(now=timezone.now())
    content = {"language": "en", "headline": "Ferries", "body": Article.objects.first().body}
    with django_assert_max_num_queries(6):
        suggest(content, timezone.now())
