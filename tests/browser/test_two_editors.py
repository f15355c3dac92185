"""Nothing typed is lost: two people in one story, an expired login, a server that is killed."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from articles import revising
from articles.models import Article
from articles.states import EDITOR, REPORTER
from tests.browser.servers import until
from tests.browser.test_story_journey import PASSWORD, sign_in
from tests.factories import make_article, make_section, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/admin/articles/article/add/"


@pytest.fixture
def tania():
    return make_user(username="tania", password=PASSWORD, role=EDITOR, first_name="Tania", last_name="Rahman")


@pytest.fixture
def hasan():
    return make_user(username="hasan", role=REPORTER, first_name="Hasan", last_name="Kabir")


@pytest.fixture
def story():
    article = make_article(published=False, headline="Ferries", body="<p>First.</p><p>Second.</p><p>Third.</p>")
    revising.head_of(article)
    return article


def form_of(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def body(page):
    return page.locator(".tiptap.ProseMirror")


def write_into(page, paragraph, words):
    body(page).locator("p").nth(paragraph).click()
    page.keyboard.press("End")
    page.keyboard.type(words)


def save(page):
    # After a save the form looks as it did: what is waited for is the page that answers.
    with page.expect_event("load"):
        page.get_by_role("button", name="Save", exact=True).click()


def unsaved(article, user):
    row = article.revisions.unsaved_by(user).first()
    return row.content if row else {"headline": "", "body": ""}


def test_each_sees_that_the_other_is_here_until_they_leave(open_as, tania, hasan, story):
    first, second = open_as(tania, form_of(story)), open_as(hasan, form_of(story))
    second.get_by_text("Tania Rahman has this story open").wait_for()
    first.get_by_text("Hasan Kabir has this story open").wait_for()
    second.goto("about:blank")
    first.get_by_text("Hasan Kabir has this story open").wait_for(state="detached")


@pytest.mark.parametrize(("choice", "outcome"), [("Take theirs", "Theirs"), ("Keep what stands", "Mine")])
def test_a_stale_save_is_caught_and_the_editor_chooses(open_as, tania, hasan, story, choice, outcome):
    first, second = open_as(tania, form_of(story)), open_as(hasan, form_of(story))
    first.get_by_label("Headline").fill("Theirs")
    save(first)
    second.get_by_label("Headline").fill("Mine")
    save(second)
    assert Article.objects.get().headline == "Theirs"
    asked = second.locator(".collision")
    for text in ("Ferries", "Theirs", "Mine"):
        assert asked.get_by_text(text, exact=True).count() >= 1, text
    asked.get_by_label(choice).check()
    save(second)
    assert asked.count() == 0
    assert Article.objects.get().headline == outcome
    kept = [row.content["headline"] for row in story.revisions.saved()]
    assert kept == (["Mine", "Theirs", "Ferries"] if outcome == "Mine" else ["Theirs", "Ferries"])


def test_before_the_choice_both_texts_are_kept_and_reopening_asks_again(open_as, tania, hasan, story):
    first, second = open_as(tania, form_of(story)), open_as(hasan, form_of(story))
    first.get_by_label("Headline").fill("Theirs")
    save(first)
    second.get_by_label("Headline").fill("Mine")
    save(second)
    until(lambda: unsaved(story, hasan)["headline"] == "Mine", page=second)
    again = open_as(hasan, form_of(story))
    assert again.get_by_label("Headline").input_value() == "Mine"
    save(again)
    assert again.locator(".collision").is_visible()
    assert Article.objects.get().headline == "Theirs"


def test_changes_to_different_paragraphs_are_merged_and_announced(open_as, tania, hasan, story):
    first, second = open_as(tania, form_of(story)), open_as(hasan, form_of(story))
    write_into(first, 0, " Theirs.")
    save(first)
    write_into(second, 2, " Mine.")
    second.get_by_text("saving will merge").wait_for()
    save(second)
    assert Article.objects.get().body == "<p>First. Theirs.</p><p>Second.</p><p>Third. Mine.</p>"


def test_what_is_typed_is_in_the_form_in_another_browser_and_can_be_discarded(open_as, tania, story):
    page = open_as(tania, form_of(story))
    page.get_by_label("Headline").fill("Typing")
    write_into(page, 1, " Typed.")
    until(lambda: "Typed." in unsaved(story, tania)["body"], page=page)
    elsewhere = open_as(tania, form_of(story))
    elsewhere.get_by_text("Your unsaved text of").wait_for()
    assert elsewhere.get_by_label("Headline").input_value() == "Typing"
    assert "Second. Typed." in body(elsewhere).inner_text()
    elsewhere.get_by_role("button", name="Discard it and show the saved text").click()
    elsewhere.get_by_text("this is the text as it was saved").wait_for()
    assert (elsewhere.get_by_label("Headline").input_value(), unsaved(story, tania)["headline"]) == ("Ferries", "")


def test_a_form_that_is_only_read_keeps_and_changes_nothing(open_as, tania, story):
    page = open_as(tania, form_of(story))
    body(page).click()
    with page.expect_response(re.compile("autosave/$"), timeout=20_000) as answered:
        pass
    assert answered.value.json()["saved_at"] is None
    assert story.revisions.count() == 1
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('newsroom'))") == []


def test_a_new_story_becomes_one_draft_by_itself_and_its_form_goes_on_there(open_as, tania):
    section = make_section(name="World")
    page = open_as(tania, ADD)
    page.get_by_label("Headline").fill("First words")
    page.wait_for_url("**/change/")
    page.get_by_label("Section").select_option(str(section.pk))
    page.get_by_label("Publication time").fill("2027-01-02T03:04:05")
    body(page).click()
    page.keyboard.type("A body.")
    save(page)
    article = Article.objects.get()
    assert (article.headline, article.body, str(article.publish_at)[:10]) == (
        "First words",
        "<p>A body.</p>",
        "2027-01-01",
    )
    assert page.locator("#kept-text").is_hidden()


def test_pressing_save_before_the_first_autosave_makes_one_draft(open_as, tania):
    section = make_section(name="World")
    page = open_as(tania, ADD)
    page.get_by_label("Section").select_option(str(section.pk))
    page.get_by_label("Headline").fill("Quick")
    page.get_by_role("button", name="Save", exact=True).dblclick()
    # The second click breaks off what the first had begun, which waiting for an address takes for a failure.
    until(lambda: page.url.endswith("/change/"), page=page)
    assert Article.objects.count() == 1


def test_a_login_that_expires_while_typing_costs_nothing(open_as, site, tania, story):
    page = open_as(tania, form_of(story), bears="401")
    page.get_by_label("Headline").fill("Typing")
    until(lambda: unsaved(story, tania)["headline"] == "Typing", page=page)
    Session.objects.all().delete()
    page.get_by_label("Headline").fill("Typing on")
    page.get_by_text("Your text is kept in this browser since").wait_for()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new window").click()
    opened.value.get_by_label("User name or e-mail address").fill("tania")
    opened.value.get_by_label("Password").fill(PASSWORD)
    opened.value.get_by_role("button", name="Sign in", exact=True).click()
    opened.value.wait_for_url(f"{site}/admin/")
    until(lambda: unsaved(story, tania)["headline"] == "Typing on", page=page)
    # The token of the page is that of the old login.
    save(page)
    assert Article.objects.get().headline == "Typing on"


def test_a_save_with_an_expired_login_comes_back_filled(open_as, site, tania, story):
    page = open_as(tania, form_of(story), bears="401")
    page.get_by_label("Headline").fill("Typed and not sent")
    write_into(page, 0, " And this.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_label("User name or e-mail address").fill("tania")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/change/")
    page.get_by_text("The form holds the text that this browser kept at").wait_for()
    assert page.get_by_label("Headline").input_value() == "Typed and not sent"
    assert "First. And this." in body(page).inner_text()
    save(page)
    assert Article.objects.get().body.startswith("<p>First. And this.</p>")
    assert page.locator("#kept-text").is_hidden()


def test_what_the_browser_kept_can_be_discarded(open_as, tania, story):
    page = open_as(tania, form_of(story), bears="ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.get_by_label("Headline").fill("Typed without a network")
    page.get_by_text("Not connected: your text is kept in this browser since").wait_for()
    page.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="Discard it and show the saved text").click()
    page.locator("#kept-text").wait_for(state="hidden")
    assert page.get_by_label("Headline").input_value() == "Ferries"


def test_a_story_that_is_deleted_meanwhile_goes_on_as_a_new_draft(open_as, tania, story):
    page = open_as(tania, form_of(story), bears="404")
    Article.objects.all().delete()
    page.get_by_label("Headline").fill("Typed after it was gone")
    page.get_by_text("Your text goes on as a new draft").wait_for()
    until(Article.objects.exists, page=page)
    assert Article.objects.get().headline == "Typed after it was gone"


def test_a_server_that_is_killed_while_somebody_types_costs_at_most_the_last_seconds(own_server, open_browser):
    page = open_browser(bears="ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
    sign_in(page, own_server.url)
    page.goto(own_server.url + ADD)
    page.get_by_label("Headline").fill("Killed")
    body(page).click()
    page.keyboard.type("Typed long before.")
    until(lambda: own_server.holds("Typed long before."), page=page)
    # The answer has to arrive, too: a window that does not know its draft yet gives its text to a new form only when it
    # has been silent for 15 seconds, so that two open windows do not take each other's.
    page.wait_for_url("**/change/")
    page.keyboard.type(" Typed just now.")
    own_server.kill()
    page.keyboard.type(" Typed after.")
    page.get_by_text("Not connected: your text is kept in this browser since").wait_for()
    address = page.url
    # Nothing more of this window reaches the server: it is as if the browser had been ended too.
    page.route("**/autosave/", lambda route: route.abort())
    own_server.start()
    page.close()
    page = page.context.new_page()
    page.goto(address)
    page.get_by_text("The form holds the text that this browser kept at").wait_for()
    assert body(page).inner_text() == "Typed long before. Typed just now. Typed after."
    until(lambda: own_server.holds("Typed after."), page=page)
    elsewhere = open_browser()
    sign_in(elsewhere, own_server.url)
    elsewhere.goto(address)
    elsewhere.get_by_text("Your unsaved text of").wait_for()
    assert body(elsewhere).inner_text() == "Typed long before. Typed just now. Typed after."
