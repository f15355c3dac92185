"""A story goes from a reporter to readers, and nobody touches a mouse."""

import re

import pytest

from articles.models import Article
from articles.states import EDITOR, REPORTER, State
from tests.factories import make_contributor, make_image, make_outlet, make_section, make_user

pytestmark = pytest.mark.django_db(transaction=True)
HEADLINE = "Night buses return to the river road"
# What a browser or a style shows of the focus: a line around it or a shadow; for a caret, the caret.
SHOWN = """(element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const drawn = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    const covered = document.querySelector('.newsroom-actions')?.contains(element) ? null : document.elementFromPoint(
        box.x + Math.min(box.width, 40) / 2, box.y + Math.min(box.height, 20) / 2);
    return drawn && box.width > 0 && box.bottom > 0 && box.top < innerHeight
        && (covered === null || element.contains(covered) || covered.contains(element));
}"""
NAME = "(element) => `${element.tagName}#${element.id}.${element.className}`.slice(0, 120)"


class Keyboard:
    """Somebody who has keys only. Every stop on the way has to be seen."""

    def __init__(self, page):
        self.page = page
        self.unseen = set()

    def go_to(self, wanted):
        """Tabs until `wanted` has the focus, noting each stop that shows no focus."""
        self.page.keyboard.press("Tab")
        for _stop in range(150):
            focus = self.page.evaluate_handle("document.activeElement").as_element()
            if not focus.evaluate(SHOWN):
                self.unseen.add(focus.evaluate(NAME))
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not lead to {wanted}")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    def fill(self, wanted, text):
        self.go_to(wanted)
        self.type(text)

    def push(self, wanted):
        self.go_to(wanted)
        self.press("Enter")


@pytest.fixture
def newsroom():
    outlet = make_outlet(code="Bd24live")
    make_contributor(name="Hasan Kabir", initials="Hk", outlet=outlet)
    make_image(title="Buses at night", alt_text="Two buses on a wet road")
    make_section(name="World")


def test_writes_illustrates_and_sends_to_review_then_another_publishes(open_as, newsroom):
    page = open_as(make_user(username="hasan", role=REPORTER), "/admin/")
    keys = Keyboard(page)
    keys.push(page.get_by_role("link", name="Write a story"))
    page.wait_for_url("**/add/")
    page.locator(".tiptap.ProseMirror").wait_for()
    keys.fill(page.get_by_label("Headline"), HEADLINE)
    keys.fill(page.get_by_label("Standfirst"), "They stopped in the flood.")
    keys.fill(page.locator(".tiptap.ProseMirror"), "The first left at ten past ")
    keys.press("Control+b")
    keys.type("midnight")
    keys.press("Control+b")
    keys.type(".")
    keys.fill(page.get_by_label("Byline code"), "Bd24live/Hk")
    keys.go_to(page.get_by_label("Section"))
    keys.type("English: World")
    keys.fill(page.get_by_label("Tags"), "Buses")
    keys.go_to(page.locator(".field-lead_image .select2-selection"))
    keys.press("Enter")
    keys.type("Buses at")
    page.locator(".select2-results__option--highlighted", has_text="Buses at night").wait_for()
    keys.press("Enter")
    keys.push(page.get_by_role("button", name="Send to review"))
    page.locator(".story-state", has_text="In review").wait_for()
    assert keys.unseen == set()

    page = open_as(make_user(username="tania", role=EDITOR), "/admin/")
    keys = Keyboard(page)
    keys.push(page.get_by_role("region", name="Waiting for review").get_by_role("link", name=HEADLINE))
    page.wait_for_url("**/change/")
    page.locator(".tiptap.ProseMirror").wait_for()
    keys.push(page.get_by_role("button", name="Publish…"))
    page.get_by_text("goes live at once").wait_for()
    keys.push(page.get_by_role("button", name="Publish", exact=True))
    page.locator(".story-state", has_text="Published").wait_for()
    assert keys.unseen == set()
    story = Article.objects.get()
    assert (story.state, story.headline, story.alt_text) == (State.PUBLISHED, HEADLINE, "Two buses on a wet road")
    assert re.search("<strong>midnight</strong>", story.body)


def test_what_was_found_leads_by_keyboard_to_the_field(open_as, newsroom):
    page = open_as(make_user(username="tania", role=EDITOR), "/admin/articles/article/add/")
    keys = Keyboard(page)
    page.locator(".tiptap.ProseMirror").wait_for()
    keys.fill(page.get_by_label("Headline"), HEADLINE)
    keys.go_to(page.get_by_label("Section"))
    keys.type("English: World")
    keys.push(page.get_by_role("button", name="Publish…"))
    page.get_by_role("heading", name="This has to be put right first").wait_for()
    assert page.get_by_role("button", name="Publish", exact=True).count() == 0
    keys.push(page.get_by_role("link", name=re.compile("Go to the field.*no text")))
    page.wait_for_url("**/change/#id_body")
    page.locator(".ProseMirror:focus").wait_for()
    keys.type("The first left at ten.")
    keys.push(page.get_by_role("button", name="Publish…"))
    tick = page.get_by_label("Publish all the same")
    tick.wait_for()
    keys.go_to(tick)
    keys.press("Space")
    keys.push(page.get_by_role("button", name="Publish", exact=True))
    page.locator(".story-state", has_text="Published").wait_for()
    assert keys.unseen == set()
