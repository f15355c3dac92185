"""The front page arranged by keyboard alone, by dragging, and by two editors at once."""

import pytest
from playwright.sync_api import expect

from articles.models import FrontRow, FrontSlot
from articles.states import EDITOR
from tests.factories import make_article, make_articles, make_section, make_user

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/articles/frontarrangement/"


@pytest.fixture
def page(open_as):
    make_articles(number=12, section=make_section(name="Sport"))
    make_article(headline="Ferries sail again", hours_ago=99)
    return open_as(make_user(role=EDITOR), PAGE)


def publish(page):
    page.get_by_role("button", name="Publish the front page").press("Enter")
    page.get_by_text("The front page is published.").wait_for()


def test_by_keyboard_alone(page):
    page.get_by_role("button", name="Pin here: Story 1", exact=True).press("Enter")
    page.get_by_role("button", name="Unpin: Story 1", exact=True).wait_for()
    page.keyboard.press("Shift+Tab")
    down = page.get_by_role("button", name="Down: Story 1", exact=True)
    expect(down).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#slot-second-2 .headline")).to_have_text("Story 1")
    expect(down).to_be_focused()
    publish(page)
    slot = FrontSlot.objects.current("en").get()
    assert (slot.place.key, slot.article.headline) == ("second-2", "Story 1")


def rows(page):
    return page.locator("[data-row] h2").all_inner_texts()


def test_rows_by_keyboard_and_by_dragging(page):
    first, second = rows(page)
    page.get_by_role("button", name=f"Row down: {first}").press("Enter")
    expect(page.locator("[data-row] h2").first).to_have_text(second)
    expect(page.get_by_role("button", name=f"Row up: {first}")).to_be_focused()
    grip, target = (page.locator("[data-row]").nth(place).bounding_box() for place in (1, 0))
    page.mouse.move(grip["x"] + 8, grip["y"] + 16)
    page.mouse.down()
    page.mouse.move(target["x"] + 80, target["y"] + 20, steps=5)
    page.mouse.up()
    expect(page.locator("[data-row] h2").first).to_have_text(first)
    page.get_by_role("button", name=f"No row: {first}").press("Enter")
    expect(page.get_by_role("button", name=f"Give a row: {first}")).to_be_focused()
    publish(page)
    assert [(row.section.name, row.is_shown) for row in FrontRow.objects.current("en")] == [
        (first, False),
        (second, True),
    ]


def test_by_dragging(page):
    grip = page.locator("#slot-second-3 [data-grip]")
    box = grip.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    target = page.locator("#slot-lead-1").bounding_box()
    page.mouse.move(target["x"] + 80, target["y"] + 20, steps=5)
    page.mouse.up()
    page.locator("#slot-lead-1.is-pinned").wait_for()
    expect(page.locator("[data-state]")).to_have_text("Not published yet")
    publish(page)
    assert FrontSlot.objects.current("en").get().place.key == "lead-1"
