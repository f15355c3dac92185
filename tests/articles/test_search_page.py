"""The search page, and the command."""

import json

import pytest
from django.core.management import CommandError, call_command

from articles.search import Results
from tests.articles.search_stories import findable
from tests.articles.test_search_grouping import versions
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


def test_the_page_is_public_and_what_it_found_is_not_for_search_engines(client):
    page = client.get("/search/", {"q": "a"})
    assert "public" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert not page.cookies
    assert "X-Robots-Tag" not in client.get("/search/")


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


def test_filters_stand_above_the_hits_with_what_takes_them_off(client):
    author = make_contributor(name="Rina Das")
    findable(headline="Rice one", signed_by=[author], section=make_section(name="Business"))
    asked = {"q": "rice", "section": "business", "author": author.slug, "period": "week", "month": "1999-13"}
    page = client.get("/search/", asked)
    removals = dict(page.context["asked"].removals)
    assert list(removals) == ["Last 7 days", "Business", "Rina Das"]
    assert removals["Business"] == f"?q=rice&period=week&author={author.slug}"
    assert 'href="?q=rice">Clear all filters' in page.content.decode()


def test_versions_of_a_report_are_a_link(client):
    versions(3)
    page = client.get("/search/", {"q": "ferry"})
    assert "and 2 more versions of this report" in page.content.decode()
    ((_hit, address),) = page.context["hits"]
    assert len(client.get(f"/search/{address}").context["hits"]) == 3


def test_all_editions_are_searched_when_asked_for(client):
    findable(headline="Padma bridge")
    findable(headline="Padma সেতু", language="bn")
    everywhere = client.get("/search/", {"q": "padma"}).context["asked"].everywhere
    page = client.get(f"/search/{everywhere}")
    assert len(page.context["hits"]) == 2
    assert '<li class="hit" lang="bn">' in page.content.decode()
    assert {link.address for link in page.context["links"]["language"]} == {
        "?q=padma&edition=en",
        "?q=padma&edition=bn",
    }
    assert len(client.get("/search/", {"q": "padma", "edition": "en"}).context["hits"]) == 1
    assert len(client.get("/search/", {"q": "padma", "edition": "bn"}).context["hits"]) == 1


def test_nothing_found_offers_wider_searches(client):
    page = client.get("/search/", {"q": '"no such words"', "type": "opinion"}).content.decode()
    for words in ("Search without filters", "Search without quotation marks", "Search in all editions"):
        assert words in page


def test_the_page_costs_the_same_queries_with_2_stories_and_with_20(client, django_assert_max_num_queries):
    author = make_contributor(name="Rina Das")
    for size in (2, 18):
        for number in range(size):
            findable(headline=f"Rice {number}", signed_by=[author])
        client.get("/search/", {"q": "warm"})
        with django_assert_max_num_queries(30):
            client.get("/search/", {"q": "rice", "author": author.slug, "edition": "all"})


def test_every_awkward_line_is_a_page(client, awkward_files):
    findable(headline="A story")
    lines = [line for path in awkward_files("strings") for line in path.read_bytes().splitlines()]
    statuses = {client.get("/search/", {"q": line.decode(errors="replace")}).status_code for line in lines}
    assert statuses <= {200}


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
