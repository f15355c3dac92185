"""The search page, and the command."""

import json

import pytest
from django.core.management import CommandError, call_command

from articles.search import Results
from tests.articles.search_stories import findable
from tests.factories import make_contributor, make_section

pytestmark = pytest.mark.django_db


def test_the_page_shows_hits_with_marks(client):
    findable(headline="Ferries & <b>fog</b>", body="<p>All ferries stopped.</p>")
    page = client.get("/search/", {"q": "ferries"}).content.decode()
    assert "<mark>Ferries</mark> &amp; &lt;b&gt;fog&lt;/b&gt;" in page


def test_the_page_without_a_query_is_a_form(client):
    page = client.get("/search/")
    assert page.status_code == 200
    assert 'type="search"' in page.content.decode()


def test_nothing_found_says_so_and_escapes_the_query(client):
    page = client.get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "No story was found" in page
    assert "<script>alert" not in page


def test_an_edition_searches_its_own_stories(client):
    findable(headline="ঢাকায় বন্যা", language="bn")
    page = client.get("/bn/search/", {"q": "বন্যা"}).content.decode()
    assert "<mark>বন্যা</mark>" in page
    assert "<mark>" not in client.get("/search/", {"q": "বন্যা"}).content.decode()


def test_the_page_is_public_and_not_for_search_engines(client):
    page = client.get("/search/", {"q": "a"})
    assert "public" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert not page.cookies


def test_facets_are_addresses_that_narrow_and_widen(client):
    author = make_contributor(name="Rina Das")
    findable(headline="Rice one", section=make_section(name="Business"), signed_by=[author])
    findable(headline="Rice two")
    page = client.get("/search/", {"q": "rice"}).content.decode()
    assert "?q=rice&amp;section=business" in page
    narrowed = client.get("/search/", {"q": "rice", "section": "business", "author": author.slug}).content.decode()
    assert "Rice</mark> one" in narrowed
    assert "Rice</mark> two" not in narrowed


@pytest.mark.parametrize(
    "odd", ["section=nowhere", "author=x", "month=13-13", "type=x", "sort=x", "after=x", "month=2026-99"]
)
def test_odd_parameters_are_left_out(client, odd):
    findable(headline="Rice one")
    assert "Rice</mark> one" in client.get(f"/search/?q=rice&{odd}").content.decode()


def test_a_correction_is_offered(client):
    findable(headline="Padma bridge")
    page = client.get("/search/", {"q": "padma brigde"}).content.decode()
    assert '<a href="?q=padma+bridge">padma bridge</a>' in page


def test_more_stories_stand_behind_a_link(client):
    for number in range(25):
        findable(headline=f"Rice {number}")
    page = client.get("/search/", {"q": "rice"})
    more = page.context["more"]
    assert len(client.get(f"/search/{more}").context["found"].hits) == 5


def test_a_search_that_takes_too_long_says_so(client, monkeypatch):
    monkeypatch.setattr("articles.views.search.ask", lambda *args, **kwargs: Results(took_too_long=True))
    page = client.get("/search/", {"q": "rice"})
    assert page.status_code == 503
    assert "took too long" in page.content.decode()


def test_the_masthead_leads_to_search(client):
    assert 'href="/search/"' in client.get("/").content.decode()


def test_the_command_prints_ids_best_first(capsys):
    findable(headline="Rice", source_id="src-1")
    plain = findable(headline="Rice in a long headline about other things")
    call_command("search", "rice", format="jsonl")
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["src-1", plain.pk]


def test_the_command_keeps_to_an_edition_and_a_limit(capsys):
    for _ in range(3):
        findable(headline="ধান", language="bn")
    findable(headline="ধান")
    call_command("search", "ধান", language="bn", limit=2)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_command_refuses_an_odd_limit():
    with pytest.raises(CommandError):
        call_command("search", "rice", limit=0)
