"""Choosing related stories while writing, by keyboard and by mouse; without scripts the choices are plain fields."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import revising
from articles.models import Article
from articles.related import catch_up
from articles.search import index
from articles.states import EDITOR
from tests.articles.test_related import BUDGET, DAM, DAM_2, body
from tests.browser.test_newsroom_axe import violations
from tests.factories import make_article, make_section, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ADD = reverse("admin:articles_article_add")


@pytest.fixture
def archive():
    """Stories by their headlines."""
    make_section(name="World")
    texts = {"Dam opened": DAM * 8, "Dam closed": DAM_2, "Budget passed": BUDGET}
    stories = [make_article(headline=name, body=body(text, n)) for n, (name, text) in enumerate(texts.items())]
    index(stories)
    catch_up(now=timezone.now())
    return {story.headline: story for story in stories}


def panel(page, name):
    return page.locator(f"#related-panel [data-list={name}]")


def shown(page, name):
    return panel(page, name).locator("a").all_inner_texts()


def choices(story):
    content = revising.head_of(Article.objects.get(pk=story.pk)).content
    return [[row["name"] for row in content[name]] for name in ("pinned", "excluded")]


def test_an_editor_chooses_by_keyboard_while_writing(open_as, archive):
    page = open_as(make_user(role=EDITOR), ADD)
    page.get_by_label("Headline").fill("Kaptai reservoir falls as engineers close the dam")
    panel(page, "suggested").get_by_text("Both have").first.wait_for()
    assert set(shown(page, "suggested")) == {"Dam opened", "Dam closed"}
    page.get_by_role("button", name="Pin: Dam opened").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert shown(page, "pinned") == ["Dam opened", "Dam closed"]
    page.get_by_role("button", name="Further up: Dam closed").focus()
    page.keyboard.press("Enter")
    assert shown(page, "pinned") == ["Dam closed", "Dam opened"]
    assert page.locator("#related-panel [data-note=said]").inner_text() == "Pinned: Dam closed, place 1 of 2"
    page.get_by_label("Find another story").focus()
    page.keyboard.type("budget")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Never show: Budget passed").press("Enter")
    assert shown(page, "excluded") == ["Budget passed"]
    page.get_by_label("Section").select_option(label="English: World")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.wait_for_url("**/change/")
    story = Article.objects.get(headline__startswith="Kaptai")
    assert choices(story) == [["Dam closed", "Dam opened"], ["Budget passed"]]
    panel(page, "pinned").get_by_text("Dam opened").wait_for()
    page.get_by_role("button", name="Take back: Budget passed").click()
    panel(page, "pinned").get_by_role("listitem").nth(1).drag_to(panel(page, "pinned").get_by_role("listitem").first)
    assert shown(page, "pinned") == ["Dam opened", "Dam closed"]
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("was changed successfully").wait_for()
    assert choices(story) == [["Dam opened", "Dam closed"], []]


def test_the_same_text_again_is_said_beside_the_buttons(open_as, archive):
    story = make_article(headline="The dam is open", body=archive["Dam opened"].body, published=False)
    page = open_as(make_user(role=EDITOR), reverse("admin:articles_article_change", args=[story.pk]))
    page.get_by_role("link", name="The same text again: Dam opened").wait_for()
    assert panel(page, "suggested").locator(".related-same:visible").count() == 1


def test_without_scripts_the_choices_are_fields(open_as, archive):
    story = make_article(headline="Dam again", published=False)
    address = reverse("admin:articles_article_change", args=[story.pk])
    page = open_as(make_user(role=EDITOR), address, java_script_enabled=False)
    page.get_by_role("textbox", name="Shown first").fill(f"{archive['Dam closed'].pk}")
    with page.expect_event("load"):
        page.get_by_role("button", name="Save", exact=True).first.click()
    assert choices(story) == [["Dam closed"], []]


@pytest.mark.parametrize("look", [{}, {"width": 390, "color_scheme": "dark"}], ids=["light", "phone, dark"])
def test_axe_finds_nothing(open_as, archive, look):
    story = make_article(headline="The dam is open", body=archive["Dam opened"].body, published=False)
    row = {"id": archive["Budget passed"].pk, "name": "Budget passed"}
    user = make_user(role=EDITOR)
    revising.save(story, {**revising.head_of(story).content, "pinned": [row]}, by=user)
    page = open_as(user, reverse("admin:articles_article_change", args=[story.pk]), bypass_csp=True, **look)
    page.get_by_role("link", name="The same text again: Dam opened").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
