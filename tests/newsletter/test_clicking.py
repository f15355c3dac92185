"""The links of an issue, and where they lead."""

from urllib.parse import urlsplit

import pytest

from newsletter.clicking import LONGEST, canary, tracked
from tests.newsletter.factories import make_issue

pytestmark = pytest.mark.django_db
STORY = "/world/12/ferries-run-again/"


@pytest.fixture
def issue():
    return make_issue()


def path_of(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def test_a_link_to_a_story_leads_there(client, settings, issue):
    response = client.get(path_of(tracked(issue, settings.SITE_URL + STORY)))
    assert (response.status_code, response["Location"]) == (302, settings.SITE_URL + STORY)


@pytest.mark.parametrize("url", ["https://example.org/a?b=c&d=%E0%A6%95#e", "http://example.org/কথা", "https://e.org"])
def test_a_link_elsewhere_leads_there(client, issue, url):
    link = tracked(issue, url)
    assert link.isascii()
    response = client.get(path_of(link))
    assert response.status_code == 302
    assert client.get(path_of(tracked(issue, response["Location"])))["Location"] == response["Location"]


@pytest.mark.parametrize("url", ["mailto:news@example.org", "#top", "", "javascript:alert(1)", "//example.org/"])
def test_what_is_no_web_address_stays(issue, url):
    assert tracked(issue, url) == url


def test_a_very_long_address_stays(issue):
    url = f"https://example.org/{'a' * LONGEST}"
    assert tracked(issue, url) == url


def test_it_is_the_same_for_all_readers_and_differs_by_issue(settings, issue):
    url = settings.SITE_URL + STORY
    assert tracked(issue, url) == tracked(issue, url) != tracked(make_issue(), url)


@pytest.mark.parametrize("query", ["to=https://evil.example/", "", "to="])
def test_our_site_redirects_nowhere_that_no_issue_led_to(client, settings, issue, query):
    path = urlsplit(tracked(issue, settings.SITE_URL + STORY)).path
    assert client.get(f"{path}?{query}").status_code == 404


@pytest.mark.parametrize("token", ["1", "x.y", "٣.abc", "1." + "a" * 26, "-1.a"])
def test_a_forged_token_is_unknown(client, token):
    assert client.get(f"/newsletter/go/{token}/", {"to": "/"}).status_code == 404


def test_it_is_never_cached_and_takes_no_post(client, settings, issue):
    path = path_of(tracked(issue, settings.SITE_URL + STORY))
    assert "no-store" in client.get(path)["Cache-Control"]
    assert client.post(path).status_code == 405


def test_the_canary_answers_with_nothing(client, issue):
    response = client.get(path_of(canary(issue)))
    assert (response.status_code, response.content) == (200, b"")
