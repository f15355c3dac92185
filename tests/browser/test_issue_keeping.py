"""Nothing typed into an issue is lost: by the browser that is closed, by the server that is away, by a colleague."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.states import NEWSLETTER_EDITOR
from newsletter.composing import writing
from newsletter.composing.writing import Piece, Words
from newsletter.models import Issue, KeptWords
from newsletter.states import BlockKind
from tests.browser.servers import until
from tests.factories import make_user
from tests.newsletter.factories import make_issue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issue():
    made = make_issue()
    words = Words("Ferries", pieces=(Piece(BlockKind.HEADING, heading="Rivers"), Piece(BlockKind.TEXT)))
    return writing.save(made, words, version=made.version, by=None, now=timezone.now())


@pytest.fixture
def editor():
    return make_user(role=NEWSLETTER_EDITOR, first_name="Tania", last_name="Alam")


def composer(open_as, user, issue, **options):
    return open_as(user, reverse("admin:newsletter_issue_change", args=[issue.pk]), width=1440, **options)


def test_what_was_typed_is_there_again_in_another_browser(open_as, issue, editor):
    page = composer(open_as, editor, issue)
    page.get_by_label("Subject", exact=True).fill("Fog lifts")
    page.locator(".ProseMirror").fill("Good morning, river people.")
    page.get_by_text("Not saved yet; kept for you").wait_for()
    assert Issue.objects.get().subject == "Ferries"
    other = composer(open_as, editor, issue)
    other.get_by_text("Your unsaved text of").wait_for()
    assert other.get_by_label("Subject", exact=True).input_value() == "Fog lifts"
    other.locator(".ProseMirror").get_by_text("Good morning, river people.").wait_for()
    other.get_by_role("button", name="Save", exact=True).last.click()
    other.get_by_text("The issue is saved.").wait_for()
    assert Issue.objects.get().subject == "Fog lifts"
    assert not KeptWords.objects.exists()


def test_what_the_server_did_not_get_this_browser_keeps(open_as, issue, editor):
    page = composer(open_as, editor, issue, bears="ERR_FAILED")
    page.route("**/keep/", lambda route: route.abort())
    page.get_by_label("Subject", exact=True).fill("Fog lifts")
    page.get_by_text("What you type is kept in this browser.").wait_for()
    address = page.url
    page.goto("about:blank")
    assert not KeptWords.objects.exists()
    page.unroute("**/keep/")
    page.goto(address)
    page.get_by_text("Your unsaved text of").wait_for()
    assert page.get_by_label("Subject", exact=True).input_value() == "Fog lifts"


def test_what_is_still_on_its_way_does_not_arrive_after_the_save(open_as, issue, editor):
    page = composer(open_as, editor, issue, bears="ERR_FAILED")
    page.route("**/keep/", lambda route: None if route.request.method == "POST" else route.continue_())
    with page.expect_request(lambda request: request.url.endswith("/keep/") and request.method == "POST"):
        page.get_by_label("Subject", exact=True).fill("Fog lifts")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/keep/")) as ended:
        page.get_by_role("button", name="Save", exact=True).last.click()
    assert "ABORTED" in ended.value.failure
    page.get_by_text("The issue is saved.").wait_for()
    assert Issue.objects.get().subject == "Fog lifts"


def test_an_issue_that_was_only_looked_at_keeps_nothing(open_as, issue, editor):
    page = composer(open_as, editor, issue)
    page.locator(".ProseMirror").wait_for()
    with page.expect_response(lambda response: response.url.endswith("/keep/"), timeout=20_000) as asked:
        pass
    assert asked.value.request.method == "GET"
    assert not KeptWords.objects.exists()


def test_two_editors_of_one_issue_see_each_other_and_lose_nothing(open_as, issue, editor):
    rina = make_user(role=NEWSLETTER_EDITOR, first_name="Rina", last_name="Das")
    mine, hers = composer(open_as, editor, issue, bears="409"), composer(open_as, rina, issue)
    hers.get_by_label("Subject", exact=True).fill("Rina's subject")
    hers.get_by_text("Not saved yet; kept for you").wait_for()
    mine.get_by_label("Subject", exact=True).fill("My subject")
    mine.get_by_text("typing in this issue as well").wait_for()
    hers.get_by_role("button", name="Save", exact=True).last.click()
    hers.get_by_text("The issue is saved.").wait_for()
    mine.get_by_text("has saved this issue since you opened it. When you save").wait_for(timeout=25_000)
    mine.get_by_role("button", name="Save", exact=True).last.click()
    mine.get_by_text("What you typed stands in the form below").wait_for()
    assert mine.get_by_label("Subject", exact=True).input_value() == "My subject"
    assert Issue.objects.get().subject == "Rina's subject"
    until(lambda: KeptWords.objects.filter(by=editor).exists(), page=mine)
    mine.get_by_role("link", name="Let mine go and take theirs").wait_for()
    mine.get_by_role("button", name="Save mine in its place").click()
    mine.get_by_text("The issue is saved.").wait_for()
    assert Issue.objects.get().subject == "My subject"
