"""A byline as part of the text: what list and code give together; roles and guests in revisions and rows."""

import pytest
from django.db import IntegrityError, transaction

from articles import contents, revising
from articles.comparing import words_of
from articles.crediting import credited
from articles.models import Byline
from articles.states import Role
from tests.factories import make_article, make_contributor, make_outlet

pytestmark = pytest.mark.django_db


def line(pk, role=Role.WORDS):
    return contents.credit(f"Person {pk}", pk=pk, role=role)


def mine(code, *named):
    return {"byline_code": code, "outlet": None, "contributors": [line(pk) for pk in named]}


def test_whom_the_code_names_comes_in_with_the_words_unless_the_list_has_them():
    listed = [contents.credit("Rina"), line(2, Role.PICTURES)]
    signed = credited(mine("B/Hk/As", 1, 2), {}, listed)["contributors"]
    assert signed == [contents.credit("Rina"), line(1), line(2, Role.PICTURES)]


def test_an_untouched_code_brings_nobody_who_was_not_there_and_drops_nobody():
    before = mine("B/Hk", 1)
    assert credited(mine("B/Hk", 9), before, [line(1)])["contributors"] == [line(1)]
    assert credited(mine("B/Hk", 1), before, [])["contributors"] == [line(1)]


def test_a_code_that_nobody_knew_when_it_was_kept_brings_its_people_in_once_they_are_known():
    before = mine("B/Hk")
    assert credited(mine("B/Hk", 1) | {"outlet": {"id": 5, "name": "B"}}, before, []) == {
        "byline_code": "B/Hk", "outlet": {"id": 5, "name": "B"}, "contributors": [line(1)],
    }  # fmt: skip


def test_a_form_without_the_list_leaves_it_as_it_was():
    before = mine("B/Hk", 1) | {"contributors": [line(1), line(3, Role.PICTURES)]}
    assert credited(mine("B/Hk", 1), before, None)["contributors"] == before["contributors"]


def test_another_code_replaces_the_words_of_those_who_leave_it():
    outlet = make_outlet(code="B")
    old, new = make_contributor(initials="Hk", outlet=outlet), make_contributor(initials="As", outlet=outlet)
    before = {"byline_code": "B/Hk", "contributors": [line(old.pk)]}
    listed = [contents.credit("Guest"), line(old.pk), line(old.pk, Role.PICTURES)]
    signed = credited(mine("B/As", new.pk), before, listed)["contributors"]
    assert signed == [contents.credit("Guest"), line(new.pk), line(old.pk, Role.PICTURES)]


def test_a_code_that_is_being_typed_takes_nobody_out():
    outlet = make_outlet(code="B")
    old = make_contributor(initials="Hk", outlet=outlet)
    before = {"byline_code": "B/Hk", "contributors": [line(old.pk)]}
    assert credited(mine("B/"), before, [line(old.pk)])["contributors"] == [line(old.pk)]


def test_roles_and_guests_are_saved_compared_and_restored():
    karim = make_contributor(name="Karim Ahmed")
    article = make_article(published=False, signed_by=[karim])
    first = revising.head_of(article)
    text = first.content | {"contributors": [contents.credit("Rina Das"), line(karim.pk, Role.PICTURES)]}
    saved = revising.save(article, text, by=None)
    assert saved.fields == ["contributors"]
    assert [str(row) for row in article.bylines.all()] == ["Rina Das", "Pictures: Karim Ahmed"]
    revising.restore(article, first.number, by=None)
    assert [(row.contributor, row.role) for row in article.bylines.all()] == [(karim, "words")]


def test_old_texts_without_roles_are_those_with_words():
    old, new = {"contributors": [{"id": 1, "name": "A"}]}, {"contributors": [{"id": 1, "name": "B", "role": "words"}]}
    assert contents.changed(old, new) == []
    assert contents.changed(old, {"contributors": [{"id": 1, "name": "A", "role": "pictures"}]}) == ["contributors"]


def test_guests_are_not_missed_when_contributors_are_gone():
    assert contents.missing({"contributors": [contents.credit("Rina"), line(999_999)]}) == ["Person 999999"]


@pytest.mark.parametrize("row", [{"name": ""}, {"name": "Guest", "with_contributor": True}])
def test_a_row_is_a_contributor_or_a_guest(row):
    person = make_contributor() if row.pop("with_contributor", False) else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Byline.objects.create(article=make_article(), contributor=person, **row)


def test_nobody_has_a_role_twice():
    article, person = make_article(), make_contributor()
    for role in Role:
        Byline.objects.create(article=article, contributor=person, role=role)
    with pytest.raises(IntegrityError), transaction.atomic():
        Byline.objects.create(article=article, contributor=person)
    assert article.signed_by == [person]


def test_a_comparison_names_roles_and_guests():
    text = {"contributors": [contents.credit("Rina Das"), line(1), line(2, Role.PICTURES)]}
    assert words_of(text, "contributors") == "Rina Das (guest), Person 1, Pictures: Person 2"
