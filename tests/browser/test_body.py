"""Writing a story's text with more than text, by mouse and by keyboard, and reading it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from articles.models import Article
from articles.search import index
from articles.states import EDITOR
from tests.browser.test_newsroom_axe import violations
from tests.factories import make_article, make_image, make_section, make_user

pytestmark = pytest.mark.django_db(transaction=True)
VIDEO = "https://youtu.be/dQw4w9WgXcQ"


@pytest.fixture
def write(open_as):
    """`write()` is the form of a new story with the text's editor in focus."""

    def open_form(**look):
        make_section(name="World")
        page = open_as(make_user(role=EDITOR), reverse("admin:articles_article_add"), **look)
        page.get_by_label("Headline").fill("The ferry is back")
        page.get_by_label("Section").select_option(label="English: World")
        page.locator(".tiptap.ProseMirror").click()
        return page

    return open_form


def saved(page):
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.wait_for_url("**/change/")
    return Article.objects.get(headline="The ferry is back").body


def tool(page, name):
    return page.locator(".prose-menubar").get_by_role("button", name=name)


def test_a_picture_is_found_and_placed_with_the_keyboard(write):
    image = make_image(title="Ferry in fog", caption="At dawn")
    make_image(title="Something else", alt_text="A bridge")
    page = write()
    tool(page, "figure").press("Enter")
    page.get_by_role("searchbox", name="Search pictures").fill("ferry")
    expect(page.locator(".picker-list li")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Size").select_option("Wide")
    page.get_by_role("button", name="Insert", exact=True).click()
    body = saved(page)
    assert (
        f'<figure data-picture="{image.pk}" data-size="wide"><img src="{image.file.url}" alt="A ferry in fog"' in body
    )
    assert "<figcaption>At dawn</figcaption></figure>" in body


def test_the_size_of_a_picture_can_be_changed_afterwards(write):
    make_image(title="Ferry in fog")
    page = write()
    tool(page, "figure").click()
    page.get_by_role("button", name="Ferry in fog").click()
    page.get_by_role("button", name="Insert", exact=True).click()
    page.locator(".tiptap.ProseMirror figure img").click()
    tool(page, "figure").click()
    page.get_by_label("Size").select_option("Full")
    page.get_by_role("button", name="Insert", exact=True).click()
    assert 'data-size="full"' in saved(page)


def test_several_pictures_make_a_gallery(write):
    one, two = make_image(title="One"), make_image(title="Two")
    page = write()
    tool(page, "Gallery").click()
    page.get_by_role("button", name="Two").click()
    page.get_by_role("button", name="One").click()
    page.get_by_role("button", name="Insert", exact=True).click()
    body = saved(page)
    assert body.index(f'data-picture="{two.pk}"') < body.index(f'data-picture="{one.pk}"')
    assert body.index('data-gallery="1"') < body.index("data-picture")


@pytest.mark.parametrize(("name", "kind"), [("Pull quote", "pull"), ("Fact box", "facts")])
def test_quotes_and_boxes_are_one_button(write, name, kind):
    page = write()
    page.keyboard.type("Fog is patient")
    tool(page, name).click()
    assert f'<blockquote data-kind="{kind}"><p>Fog is patient</p></blockquote>' in saved(page)


def test_another_story_is_found_and_linked(write):
    story = make_article(headline="Fog closes the river")
    index([story])
    page = write()
    page.keyboard.type("As before: ")
    tool(page, "Link to another story").click()
    page.get_by_role("searchbox", name="Search stories").fill("fog river")
    page.get_by_role("button", name="Fog closes the river").click()
    assert f'<a href="{story.get_absolute_url()}"' in saved(page)


PASTE = """([html, text]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", text);
  document.querySelector(".tiptap.ProseMirror").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
WORD = """<html><head><style>p {color: red}</style></head><body><!--StartFragment-->
<h1><b>Ferries <o:p></o:p></b></h1>
<p class="MsoListParagraphCxSpFirst" style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·<span>&nbsp; </span></span>One</p>
<p class="MsoListParagraphCxSpLast" style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·</span>Two</p>
<p class="MsoNormal">Plain <span style="font-family:Arial;color:red">words</span><o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoQuote">Fog is patient</p>
<img src="file:///C:/a.png"><!--EndFragment--></body></html>"""
DOCS = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h4 dir="ltr">Rivers</h4>
<p dir="ltr"><span style="font-weight:400">The </span><span style="font-weight:700">Padma</span>
<a href="https://www.google.com/url?q=https://example.org/a&sa=D"><span>there</span></a></p>
<ol><li dir="ltr"><p dir="ltr"><span>First</span></p></li></ol></b>"""


def test_what_is_pasted_from_word_is_headings_lists_and_quotes(write):
    page = write()
    page.evaluate(PASTE, [WORD, ""])
    body = saved(page)
    assert "<h2>Ferries" in body
    assert "<ul><li><p>One</p></li><li><p>Two</p></li></ul>" in body
    assert "<p>Plain words</p>" in body
    assert "<blockquote><p>Fog is patient</p></blockquote>" in body
    assert not any(part in body for part in ("Mso", "style", "<img", "·", "&nbsp;"))


def test_what_is_pasted_from_google_docs_keeps_what_is_bold_and_no_more(write):
    page = write()
    page.evaluate(PASTE, [DOCS, ""])
    body = saved(page)
    assert "<h3>Rivers</h3>" in body
    assert "The <strong>Padma</strong>" in body
    assert 'href="https://example.org/a"' in body
    assert "<ol><li><p>First</p></li></ol>" in body


def test_an_address_that_is_pasted_becomes_a_card_that_loads_nothing_until_asked(write, open_browser, site):
    page = write()
    page.evaluate(PASTE, ["", VIDEO])
    body = saved(page)
    reader, asked = open_browser(bears="ERR_|Failed to load"), []
    article = make_article(headline="Read me", body=body)
    reader.context.route("https://www.youtube-nocookie.com/**", lambda route: (asked.append(1), route.fulfill(body="")))
    reader.goto(site + article.get_absolute_url())
    button = reader.get_by_role("button", name="Show it here from YouTube")
    button.wait_for()
    assert asked == []
    button.press("Enter")
    reader.frame_locator("iframe[title=YouTube]").locator("html").wait_for()
    assert asked == [1]


def test_without_scripts_the_card_is_a_link(open_browser, site):
    article = make_article(body=f"<p>{VIDEO}</p>")
    page = open_browser(java_script_enabled=False)
    page.goto(site + article.get_absolute_url())
    assert page.get_by_role("link", name=VIDEO).get_attribute("href") == VIDEO
    assert not page.locator(".embed button").is_visible()


@pytest.mark.parametrize("look", [{}, {"width": 390, "color_scheme": "dark"}], ids=["light", "phone, dark"])
def test_axe_finds_nothing_in_a_story_with_every_block(open_browser, site, look):
    images = [make_image(size=(900, 600), caption="At dawn") for _number in range(3)]
    figures = [f'<figure data-picture="{one.pk}"><img src="/a.png" alt="A ferry"></figure>' for one in images]
    body = (
        f'<p>{"The ferry is back. " * 30}</p><figure data-picture="{images[0].pk}" data-size="full"></figure>'
        f'<figure data-gallery="1">{"".join(figures)}</figure><blockquote data-kind="pull"><p>Fog</p></blockquote>'
        f'<blockquote data-kind="facts"><h2>Facts</h2><p>One</p></blockquote><p>{VIDEO}</p><p>https://example.org/a</p>'
        f"<table><tbody><tr><th>A</th><td>{'wide ' * 40}</td></tr></tbody></table>"
    )
    article = make_article(body=body)
    page = open_browser(bypass_csp=True, **look)
    page.goto(site + article.get_absolute_url())
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
