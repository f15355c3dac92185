"""Byline codes: taken apart, looked up, never guessed."""

import pytest

from articles import bylines
from articles.exceptions import BadByline
from articles.models import Contributor, Outlet
from tests.factories import make_article, make_contributor, make_outlet


@pytest.mark.parametrize(
    ("code", "outlet", "initials"),
    [
        ("Bd24live/Hk", "Bd24live", ("Hk",)),
        (" Bd24live / Hk / As. ", "Bd24live", ("Hk", "As")),
        ("ডেল্টা/হাক", "ডেল্টা", ("হাক",)),
        ("AP-Dhaka/J.R", "AP-Dhaka", ("J.R",)),
        ("Bd24live/Hk।", "Bd24live", ("Hk",)),
    ],
)
def test_a_code_is_taken_apart(code, outlet, initials):
    parsed = bylines.parse(code)
    assert (parsed.outlet, parsed.initials) == (outlet, initials)


def test_the_printed_form_has_no_spaces():
    assert str(bylines.parse("Bd24live / Hk / As")) == "Bd24live/Hk/As"


@pytest.mark.parametrize(
    "code",
    ["Bd24live", "/Hk", "Bd24live/", "a//b", "Bd24live/H k", "12/10", "Bd24live/Hk/hk", "x/" + "/".join("abcdefghi")],
)
def test_what_is_no_code_is_refused_with_a_reason(code):
    with pytest.raises(BadByline, match="."):
        bylines.parse(code)


@pytest.mark.django_db
def test_known_records_are_found_whatever_the_case():
    person = make_contributor(initials="Hk", outlet=make_outlet(code="Bd24live"))
    found = bylines.resolve(bylines.parse("BD24LIVE/hk"))
    assert found.is_complete
    assert found.contributors == (person,)


@pytest.mark.django_db
def test_the_same_initials_at_another_outlet_are_somebody_else():
    make_contributor(initials="Hk", outlet=make_outlet(code="Courier"))
    make_outlet(code="Bd24live")
    assert bylines.resolve(bylines.parse("Bd24live/Hk")).missing == ("Hk",)


@pytest.mark.django_db
def test_resolving_creates_nothing():
    found = bylines.resolve(bylines.parse("Nobody/Xx"))
    assert (found.unknown, Outlet.objects.count(), Contributor.objects.count()) == ("Nobody, Nobody/Xx", 0, 0)


@pytest.mark.django_db
def test_the_missing_are_created_on_demand_in_the_order_of_the_code():
    make_contributor(name="Aisha Sultana", initials="As", outlet=make_outlet())
    made = bylines.create_missing(bylines.resolve(bylines.parse("Bd24live/Hk/As")))
    assert [person.name for person in made.contributors] == ["Hk", "Aisha Sultana"]


@pytest.mark.django_db
def test_full_names_are_taken_when_they_were_given():
    resolved = bylines.resolve(bylines.parse("Bd24live/Hk"))
    made = bylines.create_missing(resolved, names=["Hasan Kabir"])
    assert made.contributors[0].name == "Hasan Kabir"


@pytest.mark.django_db
def test_signing_again_with_fewer_people_takes_the_others_off():
    outlet = make_outlet()
    first, second = (make_contributor(name=name, initials=name[:2], outlet=outlet) for name in ("Hk Hasan", "As Aisha"))
    article = make_article()
    bylines.sign(article, bylines.words_by([first, second]), outlet=outlet, code="Bd24live/Hk/As")
    bylines.sign(article, bylines.words_by([second]), outlet=outlet, code="Bd24live/As")
    assert [line.contributor for line in article.bylines.all()] == [second]
