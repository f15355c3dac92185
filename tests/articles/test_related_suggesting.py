import pytest
from django.utils import timezone

from articles import contents
from articles.models import Article
from articles.related import LIMIT, catch_up, related_to
from articles.related.suggesting import suggest
from newsportal.core.sanitising import sanitise
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


def test_whatever_a_text_is_made_of_has_an_answer(awkward_files):
    make_article(headline="Dam", body=body(DAM))
    for path in [*awkward_files("strings"), *awkward_files("xss")]:
        text = path.read_bytes().decode("utf-8", "replace").replace("\0", "")
        for start in range(0, len(text), 3_000):
            part = text[start : start + 3_000]
            suggested(headline=part[:250], standfirst=part[:600], body=sanitise(part), tags=[part[:90]])
            suggested(language="bn", headline=part[-250:], body=sanitise(f"<p>{part}"))


def test_awkward_stories_have_lists(awkward_files):
    for path in [*awkward_files("strings"), *awkward_files("xss")]:
        lines = path.read_bytes().decode("utf-8", "replace").replace("\0", "").splitlines()
        for start in range(0, len(lines), 40):
            part = lines[start : start + 40]
            make_article(headline=" ".join(part)[:250], body=sanitise("<p>".join(part)))
    catch_up(now=timezone.now())
    for story in Article.objects.published(timezone.now()):
        assert len(related_to(story, timezone.now())) == LIMIT
