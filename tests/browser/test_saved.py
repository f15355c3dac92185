"""What readers do with a story: they enlarge it, share it, keep it, and read it on a train without a network."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test.testcases import QuietWSGIRequestHandler

from articles import workflow
from articles.models import Article
from tests.factories import make_article, make_image

pytestmark = pytest.mark.django_db(transaction=True)
CONTROLLED = """() => new Promise((done) => {
  if (navigator.serviceWorker.controller) done();
  else navigator.serviceWorker.addEventListener('controllerchange', done, { once: true });
}).then(() => true)"""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def story():
    return make_article(headline="Ferries sail again", body="<p>At dawn.</p>", lead_image=make_image())


@pytest.fixture
def page(open_browser, site, story):
    page = open_browser(width=390, bears="ERR_EMPTY_RESPONSE|410")
    page.goto(site + story.get_absolute_url())
    return page


@pytest.fixture
def cut(page, monkeypatch):
    """`cut()` takes the network away on the server's side: the browser's own switch spares service workers. `cut(False)`
    gives it back and says so, as a browser does."""
    whole = QuietWSGIRequestHandler.parse_request
    away = []

    def parse_request(handler):
        if not away:
            return whole(handler)
        handler.close_connection = True
        return False

    monkeypatch.setattr(QuietWSGIRequestHandler, "parse_request", parse_request)

    def switch(is_away=True):
        away[:] = [True] * is_away
        if not is_away:
            page.evaluate("dispatchEvent(new Event('online'))")

    return switch


def keep(page):
    page.get_by_role("button", name="Save for later").click()
    page.get_by_role("button", name="Save for later", pressed=True).wait_for()
    # The first page is not the worker's; those after it are.
    page.evaluate(CONTROLLED)


def test_text_grows_and_is_remembered(page, site):
    size = "parseFloat(getComputedStyle(document.querySelector('.body')).fontSize)"
    before = page.evaluate(size)
    page.get_by_role("button", name="Larger text").click()
    grown = page.evaluate(size)
    assert grown > before
    page.reload()
    page.get_by_role("button", name="Larger text").wait_for()
    assert page.evaluate(size) == grown


def test_sharing_is_plain_links(page, site, story):
    page.get_by_text("Share", exact=True).click()
    addresses = [link.get_attribute("href") for link in page.locator(".share a").all()]
    assert len(addresses) == 5
    assert all("Ferries" in address or "facebook" in address for address in addresses)
    assert all(f"%2F{story.pk}%2F" in address for address in addresses)


def test_the_devices_own_sheet_is_used_where_there_is_one(page):
    page.evaluate("navigator.share = async (what) => { window.shared = what; }")
    # The script that would use it is there.
    page.get_by_role("button", name="Larger text").wait_for()
    page.get_by_text("Share", exact=True).click()
    assert page.evaluate("window.shared.title") == "Ferries sail again"
    assert page.locator(".share[open]").count() == 0


def test_a_kept_story_is_read_without_a_network(page, site, story, cut):
    keep(page)
    cut()
    page.goto(site + story.get_absolute_url())
    page.get_by_text("You are offline").wait_for()
    page.get_by_text("At dawn.").wait_for()
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith('"Noto Serif"')
    assert page.locator("link[rel=icon]").get_attribute("href").startswith("data:image/svg+xml,")
    page.goto(site + "/world/999/another/")
    page.get_by_role("heading", name="Saved stories").wait_for()
    page.get_by_role("link", name="Ferries sail again").click()
    page.get_by_text("At dawn.").wait_for()


def test_a_withdrawn_story_leaves_the_device_when_it_is_online(page, site, story):
    keep(page)
    workflow.withdraw(story, by=None, reason="It was not so.")
    page.goto(site + "/saved/")
    page.get_by_text("withdrawn").wait_for()
    assert page.get_by_role("link", name="Ferries sail again").count() == 0
    page.reload()
    page.get_by_text("Nothing is saved yet").wait_for()


def test_a_copy_that_was_read_offline_gives_way_online(page, site, story, cut):
    keep(page)
    cut()
    page.reload()
    page.get_by_text("You are offline").wait_for()
    workflow.withdraw(story, by=None, reason="It was not so.")
    cut(False)
    page.get_by_text("This story is no longer published").wait_for()


def test_a_correction_reaches_the_copy(page, site, story, cut):
    keep(page)
    Article.objects.filter(pk=story.pk).update(headline="Ferries sail at noon")
    page.reload()
    page.get_by_role("heading", name="Ferries sail at noon").wait_for()
    cut()
    page.goto(site + "/saved/")
    page.get_by_role("link", name="Ferries sail at noon").wait_for()


def test_removed_is_removed(page, site):
    keep(page)
    page.goto(site + "/saved/")
    page.get_by_role("button", name="Remove: Ferries sail again").click()
    page.get_by_text("Nothing is saved yet").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page, site, scheme):
    page.emulate_media(color_scheme=scheme)
    keep(page)
    page.get_by_text("Share", exact=True).click()
    for address in (None, "/saved/"):
        if address:
            page.goto(site + address)
            page.get_by_role("link", name="Ferries sail again").wait_for()
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
