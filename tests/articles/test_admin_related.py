"""The panel of related stories in the story's form: what it asks, and the choices that are saved with the text."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from articles import contents, revising
from articles.models import Article
from articles.related import catch_up
from articles.related.steering import MOST_PINNED
from articles.states import EDITOR
from tests.articles.search_stories import findable
from tests.articles.test_admin_articles import fields
from tests.articles.test_related import DAM, DAM_2, body
from tests.factories import make_article, make_tag, make_user

pytestmark = pytest.mark.django_db
ASK = reverse("admin:articles_article_related")


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR)
    client.force_login(user)
    return user


def asked(client, **text):
    catch_up(now=timezone.now())
    return client.post(ASK, {"language": "en", **text}).json()["stories"]


def test_a_new_text_is_told_what_is_there_and_why(client, editor):
    story = make_article(headline="Dam opened", body=body(DAM), tags=[make_tag(name="Rivers")])
    make_article(headline="Budget")
    first = asked(client, headline="Kaptai reservoir falls", body="<p>Engineers closed.</p>", tags="Rivers")[0]
    assert (first["id"], first["tags"], first["isSame"]) == (story.pk, "Rivers", False)
    assert {"Kaptai", "reservoir", "Engineers"} <= set(first["words"].split(", "))
    assert first["address"] == reverse("admin:articles_article_change", args=[story.pk])


def test_the_same_text_again_is_marked(client, editor):
    make_article(headline="Dam opened", body=body(DAM * 8))
    assert asked(client, headline="The dam is open", body=body(DAM * 8))[0]["isSame"]


def test_a_story_is_not_suggested_to_itself(client, editor):
    story, other = make_article(headline="Dam", body=body(DAM)), make_article(headline="Dam 2", body=body(DAM_2, 1))
    text = {"headline": story.headline, "body": story.body}
    assert [row["id"] for row in asked(client, story=story.pk, **text)] == [other.pk]


def test_a_search_finds_what_readers_have_or_will_have_of_the_edition(client, editor):
    findable(headline="Kaptai draft", published=False)
    findable(headline="Kaptai বাঁধ", language="bn")
    live, coming = findable(headline="Kaptai dam"), findable(headline="Kaptai tomorrow", hours_ago=-9)
    assert {row["id"] for row in asked(client, q="kaptai")} == {live.pk, coming.pk}


def test_only_people_of_the_newsroom_are_answered(client):
    assert client.post(ASK, {"q": "dam"}).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.post(ASK, {"q": "dam"}).status_code == 403


def test_nothing_is_asked_by_get(client, editor):
    assert client.get(ASK).status_code == 405


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"language": "xx", "story": "x" * 90, "headline": "\u200d", "tags": '"'},
        {"headline": "dam " * 9000, "body": "<p>" + "dam <b" * 90_000},
        {"q": "%' OR \"(*" * 90},
    ],
    ids=["nothing", "wrong", "long", "hostile"],
)
def test_whatever_is_sent_has_an_answer(client, editor, data):
    assert client.post(ASK, data).status_code == 200


@pytest.mark.parametrize("number", [2, 20])
def test_an_answer_costs_the_same_however_many_stories(client, editor, django_assert_max_num_queries, number):
    for place in range(number):
        make_article(headline=f"Dam {place}", body=body(DAM, place))
    catch_up(now=timezone.now())
    with django_assert_max_num_queries(12):
        assert client.post(ASK, {"headline": "Dam", "body": body(DAM), "language": "en"}).json()["stories"]


def saved(client, story, **data):
    address = reverse("admin:articles_article_change", args=[story.pk])
    return client.post(address, fields(Article.objects.get(pk=story.pk), _continue="1", **data))


def choices(story):
    content = revising.head_of(Article.objects.get(pk=story.pk)).content
    return [[row["id"] for row in content[name]] for name in contents.CHOICES]


def test_choices_are_saved_with_the_text_by_number_and_address(client, editor):
    story, one, two, three = (make_article(headline=f"Story {n}") for n in range(4))
    lines = f"{two.pk} whatever\n\n#{one.pk}\nhttps://news.example{one.get_absolute_url()}"
    saved(client, story, pinned=lines, excluded=f"{three.pk}\n{one.pk}")
    assert choices(story) == [[two.pk, one.pk], [three.pk]]
    page = client.get(reverse("admin:articles_article_change", args=[story.pk])).content.decode()
    assert f"{two.pk} Story 2\n{one.pk} Story 1</textarea>" in page


def test_a_form_without_the_fields_leaves_the_choices(client, editor):
    story, other = make_article(), make_article()
    saved(client, story, pinned=str(other.pk), excluded="")
    saved(client, story, headline="Anew")
    assert choices(story) == [[other.pk], []]


@pytest.mark.parametrize("line", ["no number", "99999999", "itself", "other edition", "too many"])
def test_what_cannot_be_chosen_comes_back_with_a_sentence(client, editor, line):
    story = make_article()
    numbers = {
        "itself": [story.pk],
        "other edition": [make_article(headline="বাঁধ", language="bn").pk],
        "too many": [make_article().pk for _n in range(MOST_PINNED + 1)],
    }
    lines = "\n".join(map(str, numbers.get(line, [line])))
    response = saved(client, story, pinned=lines, excluded="")
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["pinned"]
    assert lines in response.content.decode()


def test_choices_are_autosaved_and_come_back(client, editor):
    story, other = make_article(published=False), make_article(headline="Other")
    address = reverse("admin:articles_article_autosave", args=[story.pk])
    client.post(address, {"writer": editor.pk, "base": 1, "pinned": f"{other.pk} Other\nhalf a li"})
    page = client.get(reverse("admin:articles_article_change", args=[story.pk])).content.decode()
    assert f"{other.pk} Other</textarea>" in page


def test_who_may_only_look_is_shown_no_fields(client):
    story = make_article()
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(user)
    page = client.get(reverse("admin:articles_article_change", args=[story.pk])).content.decode()
    assert "id_pinned" not in page
    assert "related-panel" not in page
