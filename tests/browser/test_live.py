"""A live story in a reader's window: what an editor writes appears by itself, and stays put where the reader looks."""

import pytest
from playwright.sync_api import expect

from articles import covering
from articles.states import EDITOR
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_update_appears_without_reloading(open_browser, open_as, site):
    article = make_article(story_type="live", headline="Fog on the Padma, live")
    covering.post(article, headline="Ferries stop", body="", is_key=False, by=None)
    reader = open_browser(width=390)
    reader.goto(site + article.get_absolute_url())
    reader.get_by_role("heading", name="Ferries stop").wait_for()
    editor = open_as(make_user(role=EDITOR), f"/admin/articles/article/{article.pk}/live/")
    editor.get_by_label("Title").first.fill("They sail again")
    editor.get_by_label("Key point: stands above all updates").first.check()
    editor.get_by_role("button", name="Publish the update").press("Enter")
    editor.get_by_text("The update is out.").wait_for()
    reader.get_by_role("heading", name="They sail again").wait_for()
    expect(reader.locator(".key-points a")).to_have_text("They sail again")
    expect(reader.locator(".live [role=status]")).to_have_text("New updates: 1")


def test_without_a_script_the_page_is_whole(open_browser, site):
    article = make_article(story_type="live", headline="Fog on the Padma, live")
    for number in range(25):
        covering.post(article, headline=f"Update {number}", body="", is_key=False, by=None)
    reader = open_browser(java_script_enabled=False)
    reader.goto(site + article.get_absolute_url())
    reader.get_by_role("link", name="Older updates").click()
    reader.get_by_role("heading", name="Update 0", exact=True).wait_for()
