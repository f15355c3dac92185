"""The search field of the list of stories: their words, in every state."""

import pytest
from django.urls import reverse

from articles.models import Article
from articles.search import Found
from articles.states import EDITOR, REPORTER, State
from tests.articles.search_stories import findable
from tests.factories import make_section, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:articles_article_changelist")


@pytest.fixture(autouse=True)
def reporter(client):
    client.force_login(user := make_user(role=REPORTER))
    return user


def shown(client, **asked):
    response = client.get(LIST, asked)
    assert response.status_code == 200
    return [article.headline for article in response.context["cl"].result_list]


def test_all_words_are_found_in_any_case_and_order_also_in_the_text(client):
    findable(headline="Ferries sail again", body="<p>On the Padma.</p>")
    findable(headline="Ferries stop")
    assert shown(client, q="PADMA ferry") == ["Ferries sail again"]


def test_drafts_are_found_and_archived_stories_when_asked_for(client):
    findable(headline="Secret plan", published=False)
    findable(headline="Secret archive", published=False, state=State.ARCHIVED)
    assert shown(client, q="secret") == ["Secret plan"]
    assert shown(client, q="secret", state="archived") == ["Secret archive"]


def test_nobody_without_the_permission_searches(client):
    findable(headline="Secret plan", published=False)
    client.force_login(make_user(is_staff=True))
    assert client.get(LIST, {"q": "secret"}).status_code == 403


def test_words_and_filters_go_together(client):
    sport = make_section(name="Sport")
    findable(headline="Derby draft", published=False, section=make_section(name="Cricket", parent=sport))
    findable(headline="Derby report", section=sport)
    findable(headline="Derby hats")
    findable(headline="ডার্বি derby", language="bn")
    assert sorted(shown(client, q="derby", section=sport.pk)) == ["Derby draft", "Derby report"]
    assert shown(client, q="derby", section=sport.pk, state="draft") == ["Derby draft"]
    assert shown(client, q="derby", language="bn") == ["ডার্বি derby"]


def test_a_draft_is_found_behind_more_matches_than_are_ranked(client, monkeypatch):
    monkeypatch.setattr("articles.search.searching.MOST", 2)
    findable(headline="Budget draft", published=False, publish_at=None)
    Article.objects.update(created="2020-01-01T00:00:00Z")
    for number in range(3):
        findable(headline=f"Budget {number}")
    assert shown(client, q="budget", state="draft") == ["Budget draft"]
    page = client.get(LIST, {"q": "budget"}).content.decode()
    assert "More stories have these words" in page


def test_results_page_by_key(client, monkeypatch):
    monkeypatch.setattr("articles.admin.articles.listing.ListingMixin.list_per_page", 2)
    for number in range(5):
        findable(headline=f"Rice {number}")
    seen, link = [], "?q=rice"
    while link:
        changes = client.get(f"{LIST}{link}").context["cl"]
        seen += [article.headline for article in changes.result_list]
        link = changes.older_link
    assert sorted(seen) == [f"Rice {number}" for number in range(5)]


def test_a_misspelt_word_is_said_to_be_one(client):
    findable(headline="Padma bridge", published=False)
    response = client.get(LIST, {"q": "padma brigde"})
    assert "“padma bridge” was looked for too" in response.content.decode()


def test_a_search_that_takes_too_long_says_so(client, monkeypatch):
    monkeypatch.setattr("articles.forms.listing.find", lambda *args, **kwargs: Found(took_too_long=True))
    assert "took too long" in client.get(LIST, {"q": "rice"}).content.decode()


@pytest.mark.parametrize("text", ['"', "%", "a & | !", "' OR 1=1 --", "x" * 200, "ক" * 200, "-", "\ue000a"])
def test_hostile_words_are_an_empty_list(client, text):
    findable(headline="A story")
    assert shown(client, q=text) in ([], ["A story"])


def test_a_search_costs_the_same_queries_with_2_stories_and_with_20(client, django_assert_max_num_queries):
    client.force_login(make_user(role=EDITOR))
    client.get(LIST)
    for size in (2, 18):
        for number in range(size):
            findable(headline=f"Rice field {number}")
        with django_assert_max_num_queries(24):
            shown(client, q="rice field")
