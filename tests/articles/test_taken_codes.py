"""Where byline codes at the end of a body become bylines: the form, and imports."""

import pytest

from articles.models import Article, Outlet
from articles.recognising import take_code
from articles.states import EDITOR
from tests.articles.imports import counts, line, run, story
from tests.articles.test_admin_articles import ADD, fields
from tests.factories import make_contributor, make_outlet, make_user

pytestmark = pytest.mark.django_db
TEXT = "<p>The ferries sail.</p>"


@pytest.fixture
def hasan():
    return make_contributor(name="Hasan Kabir", initials="Hk", outlet=make_outlet())


@pytest.fixture
def editor(client):
    client.force_login(make_user(role=EDITOR))


def test_a_pasted_code_becomes_the_byline(client, editor, hasan):
    page = client.post(ADD, fields(body=f"{TEXT}<p>Bd24live / Hk.</p>", _continue="1"), follow=True).content.decode()
    article = Article.objects.get()
    assert (article.body, article.byline_code, article.signed_by) == (TEXT, "Bd24live/Hk", [hasan])
    assert "Bd24live/Hk at the end of the text is the byline now" in page


def test_the_same_code_in_both_places_is_printed_once(client, editor, hasan):
    client.post(ADD, fields(body=f"{TEXT}<p>Bd24live/Hk</p>", byline_code="bd24live/hk"))
    assert Article.objects.get().body == TEXT


def test_another_byline_leaves_the_text_alone(client, editor, hasan):
    make_contributor(name="Aisha Sultana", initials="As", outlet=hasan.outlet)
    body = f"{TEXT}<p>Bd24live/Hk</p>"
    client.post(ADD, fields(body=body, byline_code="Bd24live/As"))
    assert (Article.objects.get().body, Article.objects.get().byline_code) == (body, "Bd24live/As")


def test_a_code_that_names_nobody_is_asked_about_with_the_text_as_it_will_be(client, editor, hasan):
    answer = client.post(ADD, fields(body=f"{TEXT}<p>Bd24live/Xy</p>"))
    form = answer.context["adminform"].form
    assert "Nobody knows Bd24live/Xy yet." in answer.content.decode()
    assert (form["byline_code"].value(), form["body"].value()) == ("Bd24live/Xy", TEXT)


def test_an_imported_body_gives_its_code_to_the_byline():
    run(line(body="The ferries sail.\n\nBd24live/Hk/As", authors=["Hasan Kabir", "Aisha Sultana"]))
    assert (story().body, story().byline_code) == (TEXT, "Bd24live/Hk/As")
    assert [person.name for person in story().signed_by] == ["Hasan Kabir", "Aisha Sultana"]


def test_an_import_that_names_its_byline_keeps_it():
    run(line(body="The ferries sail. Bd24live/Hk", byline="Courier/Na"), line(2, body="It rains. AFP/Reuters"))
    assert (story().byline_code, "Bd24live/Hk" in story().body) == ("Courier/Na", True)
    assert (story(2).byline_code, Outlet.objects.filter(code="AFP").exists()) == ("", False)


def test_importing_it_again_changes_nothing():
    lines = [line(body="The ferries sail. Bd24live/Hk")]
    run(*lines)
    assert counts(run(*lines)) == (0, 0, 1, 0)


@pytest.mark.parametrize("body", ["<p>" + "Rain. " * 160_000 + "</p>", "<p>" + " " * 900_000 + "</p>", "a/" * 400_000])
def test_a_body_of_a_megabyte_is_looked_at_at_its_end_alone(body):
    assert take_code(body, frozenset({"bd24live"})) == (body, None)
