"""The newsletter's figures, mails and files in a browser: one journey, on a phone in the dark, without a fault for axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from newsletter.importing import work_on_imports
from newsletter.models import LinkClicks, ListDay
from newsletter.states import DeliveryState
from tests.factories import make_user
from tests.newsletter.factories import make_delivery, make_issue, make_list

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}


def assert_sound(page):
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def fill(today):
    newsletter = make_list()
    for day in range(1, 4):
        row = {"readers": 100 + day, "joined": day, "left": 1}
        ListDay.objects.create(newsletter=newsletter, day=today.replace(day=day), **row)
    issue = make_issue(started_at=timezone.now())
    make_delivery(
        issue=issue, address="reader@example.net", state=DeliveryState.SENT, sent_at=timezone.now(), reply="250 ok"
    )
    LinkClicks.objects.create(issue=issue, target="/world/1/ferries/", by_people=3, total=9)
    return newsletter


def test_figures_lead_to_the_mails_of_one_reader(open_as):
    newsletter = fill(timezone.localdate())
    editor = make_user(role="Newsletter editor")
    page = open_as(editor, f"/admin/newsletter/listday/?list={newsletter.pk}&days=365", width=360, color_scheme="dark")
    assert_sound(page)
    with page.expect_event("load"):
        page.get_by_role("link", name="Ferries run again").click()
    assert_sound(page)
    page.get_by_role("link", name="Mail by mail").click()
    page.get_by_label("A reader's address").fill("reader@example.net")
    page.get_by_role("button", name="Find").click()
    page.get_by_text("250 ok").wait_for()
    assert_sound(page)


def test_a_file_is_taken_in_while_the_page_looks_on(open_as):
    make_list()
    page = open_as(make_user(role="Newsletter editor"), "/admin/newsletter/subscriberimport/add/")
    page.get_by_label("Newsletter").select_option(index=1)
    file = {"name": "readers.csv", "mimeType": "text/csv", "buffer": b"email\na@example.org\nbad\n"}
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Where and in which words they agreed").fill("Paper form")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("progressbar").wait_for()
    assert_sound(page)
    work_on_imports(now=timezone.now())
    page.get_by_role("button", name="Add 1 reader").click()
    page.get_by_role("progressbar").wait_for()
    work_on_imports(now=timezone.now())
    page.get_by_role("button", name="Undo the whole import").wait_for()
    assert_sound(page)
