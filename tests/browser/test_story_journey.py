"""A story goes from an editor to a reader, in a real browser."""

import datetime as dt
import re

import pytest

from articles.models import Article
from articles.states import EDITOR
from newsletter.models import Subscription
from newsportal.core.models import SiteIdentity, SiteText
from tests.factories import make_article, make_outlet, make_section, make_user, png

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def newsroom():
    make_user(username="tania", password=PASSWORD, role=EDITOR)
    section = make_section(name="Middle East", parent=make_section(name="World"))
    make_outlet(code="Bd24live")
    identity = SiteIdentity.objects.create()
    SiteText.objects.create(identity=identity, language="en", name="The Courier", mission="Fresh and fair.")
    for headline in ("The roads that decide the war", "What a buffer zone is"):
        make_article(headline=headline, section=section, tags=["Syria"])
    return section


def sign_in(page, site):
    page.goto(f"{site}/admin/")
    page.get_by_label("User name or e-mail address").fill("tania")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/admin/")


def add_picture(page, tmp_path):
    """Through the "+" beside the lead picture, which opens the library's form in a window of its own."""
    file = tmp_path / "hills.png"
    file.write_bytes(png(width=640, height=360))
    with page.expect_popup() as opened:
        page.locator("#add_id_lead_image").click()
    popup = opened.value
    popup.locator("input[type=file]").set_input_files(file)
    popup.get_by_label("Alternative text").fill("Hills above a road")
    popup.get_by_label("Credit").fill("Drawing: the desk")
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Save", exact=True).click()


def write(page, site, section):
    page.goto(f"{site}/admin/articles/article/add/")
    page.get_by_label("Kicker").fill("Syria")
    page.get_by_label("Headline").fill("Idlib offensive on hold as a buffer zone is agreed")
    page.get_by_label("Standfirst").fill("A strip 15 to 20 km wide is to be free of heavy weapons.")
    page.get_by_label("Section").select_option(str(section.pk))
    page.get_by_label("Tags").fill("Syria, Turkey")
    editor = page.locator(".tiptap.ProseMirror")
    editor.click()
    page.keyboard.type("The presidents agreed to set up a ")
    page.keyboard.press("Control+b")
    page.keyboard.type("demilitarised")
    page.keyboard.press("Control+b")
    page.keyboard.type(" strip.")
    page.get_by_label("Byline code").fill("Bd24live/Hk")


def test_an_editor_writes_illustrates_and_publishes_and_a_reader_opens_it(site, open_browser, newsroom, tmp_path):
    page = open_browser()
    sign_in(page, site)
    write(page, site, newsroom)
    add_picture(page, tmp_path)
    page.get_by_role("button", name="Publish…").click()
    # Nobody knows Hk yet: the form says so, keeps everything, and offers to make the record.
    page.get_by_label("Create what the byline code names").check()
    page.get_by_role("button", name="Publish…").click()
    # The page in between says what will happen, and asks where something is worth a second look.
    page.get_by_text("goes live at once").wait_for()
    if page.get_by_label("Publish all the same").count():
        page.get_by_label("Publish all the same").check()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.locator(".story-state", has_text="Published").wait_for()

    reader = open_browser(width=390)
    reader.goto(site)
    reader.get_by_role("link", name=re.compile("Idlib offensive on hold")).first.click()
    article = reader.locator("article").first
    assert article.get_by_role("heading", level=1).inner_text() == "Idlib offensive on hold as a buffer zone is agreed"
    assert article.locator("strong", has_text="demilitarised").count() == 1
    assert (
        article.get_by_alt_text("Hills above a road").evaluate("image => image.complete && image.naturalWidth") == 640
    )
    assert reader.get_by_text("Bd24live/Hk").count() >= 1
    for part in ("You may also like", "Our Mission", "Newsletter", "Latest News"):
        assert reader.get_by_text(part, exact=False).count() >= 1, part
    article.get_by_role("link", name="Hk", exact=True).last.click()
    reader.wait_for_url(re.compile("/authors/hk/"))


def test_a_reader_subscribes_and_confirms(site, open_browser, newsroom, mailoutbox, settings, monkeypatch):
    from django.utils import timezone

    from newsletter import stamps
    from newsletter.singles import send_due_singles

    settings.SITE_URL = site
    # However slow the machine is, this reader is too quick for the form and is asked once more.
    monkeypatch.setattr(stamps, "YOUNGEST", dt.timedelta(hours=1))
    page = open_browser(width=390)
    page.goto(site)
    form = page.locator("form.newsletter-form").first
    form.locator("input[type=email]").fill("reader@example.org")
    form.get_by_role("button").click()
    page.get_by_role("button", name="Yes, send it").click()
    page.wait_for_url(re.compile("check-your-inbox"))
    send_due_singles(now=timezone.now())
    link = re.search(rf"{re.escape(site)}/newsletter/confirm/\S+", mailoutbox[0].body)[0]
    page.goto(link)
    assert Subscription.objects.get().state == "pending"
    page.locator("main").get_by_role("button").click()
    page.get_by_role("heading", level=1).wait_for()
    assert Subscription.objects.get().state == "confirmed"


def test_a_bangla_story_is_whole_at_320_pixels(site, open_browser):
    section = make_section(name="বিশ্ব", language="bn")
    article = make_article(
        headline="ইদলিবে অভিযান স্থগিত, বাফার অঞ্চল গড়বে রাশিয়া ও তুরস্ক",
        language="bn",
        section=section,
        body="<p>সিরিয়ার ইদলিব প্রদেশে একটি অস্ত্রমুক্ত অঞ্চল গড়তে একমত হয়েছেন দুই দেশের প্রেসিডেন্ট।</p>",
    )
    page = open_browser(width=320)
    page.goto(site + article.get_absolute_url())
    assert page.locator("html").get_attribute("lang") == "bn"
    assert page.get_by_role("heading", level=1).inner_text() == article.headline
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert re.search("[০-৯]{4}", page.locator("article time").first.inner_text())


def test_the_story_form_warns_of_nothing_in_the_console(site, open_browser, newsroom):
    """The list, the form of a story with a picture, and the library; the fixture asserts on the console."""
    page = open_browser()
    sign_in(page, site)
    article = Article.objects.first()
    for path in ("article/", f"article/{article.pk}/change/", "image/", "image/add/", "section/", "contributor/add/"):
        page.goto(f"{site}/admin/articles/{path}")
        page.wait_for_load_state("networkidle")
    assert page.title()
