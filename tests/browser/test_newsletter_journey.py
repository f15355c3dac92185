"""A newsletter editor puts an issue together, tries it, has it approved and schedules it; by keyboard as well."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from articles.states import CHIEF_EDITOR, NEWSLETTER_EDITOR
from newsletter.models import Block, Issue
from newsletter.states import IssueState
from newsportal.core.duties import beat
from newsportal.core.models import SiteIdentity, SiteText
from tests.factories import make_article, make_image, make_user
from tests.newsletter.factories import make_confirmed, make_issue, make_list

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _pictures_from_here(site, settings):
    """A mail names whole addresses: those of the site that runs."""
    settings.SITE_URL = site


@pytest.fixture
def newsroom():
    """A list that wants a second person, with a reader, and two stories to choose from."""
    beat(timezone.now())
    identity = SiteIdentity.objects.create(contact_address="12 River Road, Dhaka")
    SiteText.objects.create(identity=identity, language="en", name="The Courier")
    make_article(
        headline="Ferries run again", lead_image=make_image(size=(800, 500)), standfirst="After two days of fog."
    )
    make_article(headline="Cricket at dusk", lead_image=make_image(size=(800, 500)))
    newsletter = make_list(needs_approval=True)
    make_confirmed(newsletter=newsletter)
    return newsletter


def preview(page):
    """The frame with the mail; one that is still coming is another."""
    return page.frame_locator(".preview-screen iframe:not(.coming)")


def test_compose_try_approve_and_schedule(site, open_as, newsroom):
    writer = make_user(role=NEWSLETTER_EDITOR, email="writer@example.org")
    page = open_as(writer, reverse("admin:newsletter_issue_add"), width=1440)
    page.get_by_label("Put in what appeared").uncheck()
    page.get_by_role("button", name="Begin").click()
    # Search as one types, add, and see it in the preview.
    page.get_by_label("Search stories").fill("ferr")
    page.get_by_role("button", name="Add: Ferries run again").click()
    page.get_by_role("heading", name=re.compile("Story.*Ferries")).wait_for()
    preview(page).get_by_text("After two days of fog.").wait_for()
    # What is typed is previewed before it is saved.
    page.get_by_label("Subject", exact=True).fill("Fog lifts")
    page.locator(".ProseMirror").fill("Good morning, river people.")
    preview(page).get_by_text("Good morning, river people.").wait_for()
    page.get_by_text("Not saved yet").wait_for()
    page.get_by_label("Dark").check()
    preview(page).get_by_text("Good morning, river people.").wait_for()
    page.get_by_label("Plain text").check()
    preview(page).get_by_text("Change what you get").wait_for()
    page.get_by_role("button", name="Send a test…").click()
    page.get_by_role("button", name="Send the test").click()
    page.get_by_text("Sent to writer@example.org.").wait_for()
    assert mail.outbox[0].subject == "[Test] Fog lifts"
    assert "Good morning, river people." in mail.outbox[0].body
    issue = Issue.objects.get()
    assert page.get_by_role("button", name="Send…").count() == 0
    # Somebody else approves; then it is scheduled, and says for when and to how many.
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    page = open_as(make_user(role=CHIEF_EDITOR), address, width=1440)
    page.get_by_role("button", name="Approve…").click()
    page.get_by_label("I have looked at it").check()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_role("button", name="Send…").click()
    page.get_by_label("I have looked at it").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("07:00 to 1 reader.").wait_for()
    page.get_by_role("button", name="Yes, send it").click()
    page.get_by_text("07:00 to 1 reader.").wait_for()
    issue.refresh_from_db()
    assert issue.state == IssueState.SCHEDULED


def test_blocks_are_moved_by_keyboard_and_by_pointer(site, open_as, newsroom):
    issue = make_issue(newsletter=newsroom)
    for place, heading in enumerate("ABC"):
        Block.objects.create(issue=issue, kind="heading", heading=heading, position=place)
    page = open_as(
        make_user(role=NEWSLETTER_EDITOR), reverse("admin:newsletter_issue_change", args=[issue.pk]), width=1440
    )
    page.get_by_role("button", name="Down: A").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator("#blocks").get_by_role("status").get_by_text("3 / 3").wait_for(state="attached")
    page.keyboard.press("Tab")
    grip, first = page.locator("[data-grip]").nth(1).bounding_box(), page.locator("[data-block]").first.bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(first["x"] + 20, first["y"] + 4, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Save", exact=True).last.focus()
    page.keyboard.press("Enter")
    page.get_by_text("The issue is saved.").wait_for()
    assert [block.heading for block in issue.blocks.all()] == ["C", "B", "A"]


def test_an_issue_is_put_together_without_any_script(site, open_as, newsroom):
    issue = make_issue(newsletter=newsroom)
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    page = open_as(make_user(role=NEWSLETTER_EDITOR), address, java_script_enabled=False)
    page.get_by_label("Search stories").fill("cricket")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name="Add: Cricket at dusk").click()
    page.get_by_role("button", name="Heading", exact=True).click()
    page.get_by_label("Heading").fill("Sport")
    page.get_by_role("button", name="Up: Heading").click()
    page.get_by_role("button", name="Show").click()
    page.frame_locator("iframe[name=issue-preview]").get_by_role("heading", name="Sport").wait_for()
    assert [block.kind for block in issue.blocks.all()] == ["heading", "story"]


@pytest.mark.parametrize(
    "look",
    [{"width": 1440}, {"width": 1440, "color_scheme": "dark"}, {"width": 360, "height": 800}],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_nothing(site, open_as, newsroom, look):
    issue = make_issue(newsletter=newsroom)
    for place, kind in enumerate(("text", "heading", "quote", "picture", "advert")):
        Block.objects.create(issue=issue, kind=kind, position=place)
    Block.objects.create(issue=issue, article=make_article(headline="Fine", lead_image=make_image()), position=9)
    held = make_issue(newsletter=newsroom, state=IssueState.HELD, send_at=timezone.now(), hold_reason="Late.")
    paths = [
        reverse("admin:newsletter_issue_changelist"),
        reverse("admin:newsletter_issue_add"),
        reverse("admin:newsletter_issue_change", args=[issue.pk]),
        reverse("admin:newsletter_issue_move", args=[issue.pk, "approve"]),
        reverse("admin:newsletter_issue_trial", args=[issue.pk]),
        reverse("admin:newsletter_issue_change", args=[held.pk]),
        reverse("admin:newsletter_issue_move", args=[held.pk, "schedule"]),
    ]
    page = open_as(make_user(role=CHIEF_EDITOR), paths[0], bypass_csp=True, **look)
    found = {}
    for path in paths:
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        rules = Axe().run(page).response["violations"]
        found[path] = [f"{rule['id']}: {node['html'][:160]}" for rule in rules for node in rule["nodes"]]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is too wide"
    assert {path: lines for path, lines in found.items() if lines} == {}
