"""The form's field of names: lines that say role, contributor or guest; and what the form makes of them."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from articles import contents
from articles.forms.credits import CreditsField, from_lines, to_lines
from articles.models import Article, Contributor, ContributorText
from articles.states import EDITOR, Role
from tests.factories import BODY, make_article, make_contributor, make_outlet, make_section, make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/article/add/"


def fields(**over):
    """What the form posts for a new story."""
    times = dict.fromkeys(("publish_at", "unpublish_at", "embargo_until"), "")
    empty = dict.fromkeys(("kicker", "slug", "standfirst", "dateline", "byline_code", "agency", "tags"), "")
    story = {"language": "en", "section": make_section().pk, "story_type": "news", "headline": "Ferries", "weight": "0"}
    return times | empty | story | {"body": BODY, **over}


@pytest.fixture
def editor(client):
    user = make_user(role=EDITOR)
    client.force_login(user)
    return user


def test_lines_name_roles_contributors_and_guests():
    hasan, karim = make_contributor(name="Hasan Kabir"), make_contributor(name="Karim Ahmed")
    text = f"hasan kabir\nPictures: #{karim.pk} whoever\nAdditional reporting:  Rina   Das\n\nPictures: Karim Ahmed (guest)"
    lines, problems = from_lines(text)
    assert problems == []
    assert lines == [
        {"id": hasan.pk, "name": "hasan kabir"},
        {"id": karim.pk, "name": "Karim Ahmed", "role": "pictures"},
        {"id": None, "name": "Rina Das", "role": "reporting"},
        {"id": None, "name": "Karim Ahmed", "role": "pictures"},
    ]


@pytest.mark.parametrize("shown_in", ["en", "bn"])
def test_lines_come_back_as_they_went_out_whatever_the_language(shown_in):
    karim = make_contributor(name="Karim Ahmed")
    lines = [contents.credit("Karim Ahmed", pk=karim.pk, role=Role.PICTURES), contents.credit("রিনা: দাস")]
    with translation.override(shown_in):
        text = to_lines(lines)
    assert from_lines(text) == (lines, [])


def test_a_name_in_another_language_is_its_contributor():
    hasan = make_contributor(name="Hasan Kabir")
    ContributorText.objects.create(contributor=hasan, language="bn", name="হাসান কবির")
    assert from_lines("হাসান কবির")[0][0]["id"] == hasan.pk


def test_a_name_twice_in_a_role_stands_once():
    assert len(from_lines("Rina Das\nrina das\nPictures: Rina Das")[0]) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#999999 Nobody", "#999999"),
        ("Pictures: Arif Hossain", "Several contributors"),
        ("x" * 121, "too long"),
        ("\n".join(f"Guest {n}" for n in range(41)), "at most 40"),
    ],
)
def test_what_names_nobody_is_refused_with_a_reason_and_kept_for_an_autosave(text, said):
    make_contributor(name="Arif Hossain"), make_contributor(name="Arif Hossain")
    lines, problems = from_lines(text)
    assert said in problems[0]
    assert {line["id"] for line in lines} == {None}
    with pytest.raises(ValidationError, match="."):
        CreditsField().clean(text)


def test_the_number_of_lines_costs_no_queries(django_assert_num_queries):
    people = [make_contributor(name=f"Person {n}") for n in range(20)]
    with django_assert_num_queries(2):
        from_lines("\n".join([f"#{people[0].pk} X", *(person.name for person in people)]))


def test_the_form_signs_with_roles_and_guests(client, editor):
    outlet = make_outlet()
    hasan = make_contributor(name="Hasan Kabir", initials="Hk", outlet=outlet)
    karim = make_contributor(name="Karim Ahmed")
    names = f"Pictures: #{karim.pk} Karim\nRina Das"
    client.post(ADD, fields(byline_code="Bd24live/Hk", credits=names))
    article = Article.objects.get()
    assert [str(row) for row in article.credits] == ["Pictures: Karim Ahmed", "Rina Das", "Hasan Kabir"]
    assert article.signed_by == [karim, hasan]
    page = client.get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()
    assert f"Pictures: #{karim.pk} Karim Ahmed\nRina Das (guest)\n#{hasan.pk} Hasan Kabir" in page


def test_whom_the_form_makes_signs_a_draft_that_kept_the_code_before(client, editor):
    article = make_article(published=False, byline_code="Bd24live/Hk")
    article.bylines.create(name="Rina Das", role=Role.PICTURES)
    article.bylines.create(contributor=make_contributor(name="Karim Ahmed"), role=Role.PICTURES, position=1)
    over = {"byline_code": "Bd24live/Hk", "create_missing": "on", "base": "1", "section": article.section_id}
    client.post(reverse("admin:articles_article_change", args=[article.pk]), fields(**over))
    article = Article.objects.get()
    assert [str(line) for line in article.credits] == ["Hk", "Pictures: Rina Das", "Pictures: Karim Ahmed"]
    assert article.outlet.code == "Bd24live"


def test_the_form_says_which_name_is_not_clear(client, editor):
    make_contributor(name="Arif Hossain"), make_contributor(name="Arif Hossain")
    page = client.post(ADD, fields(credits="Arif Hossain"))
    assert "Several contributors are called Arif Hossain" in page.content.decode()
    assert not Article.objects.exists()


def test_names_are_found_as_they_are_typed(client, editor, django_assert_max_num_queries):
    hasan = make_contributor(name="Hasan Kabir", initials="Hk", outlet=make_outlet(), position="Correspondent")
    ContributorText.objects.create(contributor=hasan, language="bn", name="হাসান কবির")
    address = reverse("admin:articles_article_people")
    for query in ({"q": "kab"}, {"q": "কবি"}, {"q": "HK"}, {"code": "Bd24live/Hk"}):
        with django_assert_max_num_queries(7):
            people = client.get(address, query).json()["people"]
        assert [person["about"] for person in people] == ["Bd24live/Hk · Correspondent"]
    assert client.get(address, {"q": " "}).json()["people"] == []
    assert client.get(address, {"code": "no code"}).json()["people"] == []


def test_names_are_not_told_to_strangers(client):
    assert client.get(reverse("admin:articles_article_people"), {"q": "a"}).status_code == 302


def test_whose_name_begins_so_is_offered_first():
    for name in ("Anika Sultana", "Bilal Khan", "Rina Tanvir", "Tania Rahman"):
        make_contributor(name=name)
    ContributorText.objects.create(contributor=make_contributor(name="Zahid"), language="bn", name="তানভীর")
    assert [person.name for person in Contributor.objects.called("tan")] == [
        "Rina Tanvir",
        "Tania Rahman",
        "Anika Sultana",
    ]
    assert [person.name for person in Contributor.objects.called("তান")] == ["Zahid"]
