"""Nothing that axe knows of is wrong with the newsroom's pages, in both colour schemes and on a phone."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from articles import arranging, covering, revising, workflow
from articles.compiling import compile_series
from articles.models import Article, EditorialNote, SectionBeat, Series, StoryTemplate
from articles.states import CHIEF_EDITOR, EDITOR, REPORTER, State, StoryType
from newsportal.core.duties import beat
from newsportal.core.models import DutyRecord, SiteIdentity, SiteText
from tests.factories import make_article, make_image, make_section, make_slot, make_user
from tests.newsletter.factories import make_list

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery staple"
STORIES = reverse("admin:articles_article_changelist")
LOG = reverse("admin:articles_logentry_changelist")


@pytest.fixture
def newsroom():
    """A day on which every panel of the desk has something in it, and something of the background work is late."""
    now = timezone.now()
    identity = SiteIdentity.objects.create()
    SiteText.objects.create(identity=identity, language="en", name="The Courier")
    chief = make_user(username="chief", password=PASSWORD, role=CHIEF_EDITOR)
    editor, reporter = make_user(username="tania", role=EDITOR), make_user(username="hasan", role=REPORTER)
    section = make_section(name="World")
    SectionBeat.objects.create(user=editor, section=section)
    live = make_article(headline="Live", lead_image=make_image(), tags=["Padma"], hours_ago=0.1)
    head = revising.head_of(live)
    revising.save(live, {**head.content, "headline": "Live, with changes"}, by=reporter)
    make_article(headline="বাংলা খবর", language="bn")
    make_article(headline="Later", hours_ago=-1)
    make_article(headline="Held", published=False, embargo_until=now + dt.timedelta(hours=3))
    make_article(headline="Waits", published=False, state=State.IN_REVIEW)
    make_article(headline="Ready", published=False, state=State.APPROVED)
    back = make_article(headline="Back", published=False, created_by=chief)
    workflow.submit(back, by=chief)
    workflow.send_back(back, by=editor, note="Who says so?")
    workflow.withdraw(make_article(headline="Gone"), by=chief, reason="It was not so.")
    EditorialNote.objects.create(article=live, author=editor, addressed_to=chief, text="Call me", created=now)
    arranging.arrange("en", [make_slot(article=live, until=now + dt.timedelta(hours=3))], base=0, by=chief)
    compile_series(Series.objects.create(title="The river takes"), [live], by=chief)
    coverage = make_article(headline="Coverage", story_type=StoryType.LIVE)
    covering.post(coverage, headline="Goal", body="<p>One nil.</p>", is_key=True, by=chief)
    StoryTemplate.objects.get_or_create(name="Brief", defaults={"language": "en"})
    make_list()
    beat(now)
    DutyRecord.objects.create(name="core.sessions", next_run=now, last_error="Boom", last_error_at=now)
    return live


def sign_in(page, site):
    page.goto(f"{site}/admin/")
    page.get_by_label("User name or e-mail address").fill("chief")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/admin/")


def violations(page):
    """What axe finds, as lines that name the rule and the element."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def addresses(story):
    """The pages that people work on all day."""
    change, preview, revisions, compare = (
        reverse(f"admin:articles_article_{name}", args=[story.pk])
        for name in ("change", "preview", "revisions", "compare")
    )
    lists = [f"{STORIES}?author=nobody", STORIES, f"{LOG}?story={story.pk}"]
    front = reverse("admin:articles_frontarrangement_changelist")
    return [reverse("admin:index"), front, *lists, change, preview, revisions, f"{compare}?old=live&new=head"]


def further_addresses(story):
    """Pages of the same parts, looked at in one scheme."""
    return [
        reverse("admin:articles_article_add"),
        reverse("admin:articles_article_move", args=[story.pk, "update"]),
        reverse("admin:articles_article_correct", args=[story.pk]),
        reverse("front_preview"),
        LOG,
        *(reverse(f"admin:articles_{noun}_changelist") for noun in ("section", "series", "storytemplate")),
        reverse("admin:articles_article_live", args=[Article.objects.get(headline="Coverage").pk]),
        *forms_beside(),
        reverse("admin:app_list", args=["articles"]),
    ]


def forms_beside():
    """Of a series, whose parts are chosen in rows, and of a story template, with an editor: what scripts build has a name."""
    return [
        reverse("admin:articles_series_change", args=[Series.objects.get().pk]),
        reverse("admin:articles_storytemplate_change", args=[StoryTemplate.objects.get(name="Brief").pk]),
    ]


@pytest.mark.parametrize(
    "look",
    [{"width": 1440}, {"width": 1440, "color_scheme": "dark"}, {"width": 390, "height": 844}],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_nothing(site, open_browser, newsroom, look):
    # axe is put into the page, which the policy of the page forbids: the other browser tests keep watch over that.
    page = open_browser(bypass_csp=True, **look)
    sign_in(page, site)
    found = {}
    further = further_addresses(newsroom) if look == {"width": 1440} else forms_beside()
    for address in addresses(newsroom) + further:
        page.goto(f"{site}{address}")
        page.wait_for_load_state("networkidle")
        found[address] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{address} is too wide"
    assert {address: lines for address, lines in found.items() if lines} == {}


def test_axe_finds_nothing_where_two_texts_collide(site, open_browser, newsroom):
    page = open_browser(bypass_csp=True, color_scheme="dark")
    sign_in(page, site)
    page.goto(f"{site}{reverse('admin:articles_article_change', args=[newsroom.pk])}")
    page.get_by_label("Headline").fill("Mine")
    head = revising.head_of(newsroom)
    revising.save(newsroom, {**head.content, "headline": "Theirs"}, by=None)
    page.get_by_role("button", name="Save changes").click()
    page.locator(".collision").wait_for()
    assert violations(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_axe_finds_nothing_where_people_sign_in(site, open_browser, newsroom):
    page = open_browser(bypass_csp=True, width=360)
    page.goto(f"{site}/admin/")
    assert page.get_by_role("banner").get_by_text("The Courier").count() == 1
    assert violations(page) == []


def test_the_newsroom_speaks_the_language_that_somebody_chose(site, open_browser, newsroom):
    page = open_browser()
    sign_in(page, site)
    page.goto(f"{site}{STORIES}")
    page.get_by_role("button", name="বাংলা").click()
    page.locator("html[lang=bn]").wait_for()
    assert page.url == f"{site}{STORIES}"
    page.goto(site)
    assert page.locator("html").get_attribute("lang") == "en"


def test_several_stories_are_moved_by_keyboard_alone(site, open_browser, newsroom):
    page = open_browser()
    sign_in(page, site)
    page.goto(f"{site}{STORIES}?state=in_review")
    page.get_by_role("row", name="Waits").get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.get_by_role("combobox", name="Action:").focus()
    page.keyboard.type("Publish")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Publish").wait_for()
    tick = page.get_by_label("Publish all the same")
    if tick.count():
        tick.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Publish", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("1 published or scheduled").wait_for()


def test_older_and_newer_are_links_that_a_reader_of_the_list_can_follow(site, open_browser, newsroom):
    for number in range(60):
        make_article(headline=f"Story {number}")
    page = open_browser()
    sign_in(page, site)
    page.goto(f"{site}{STORIES}")
    first = page.locator("#result_list th a").first.inner_text()
    page.get_by_role("link", name="Older").click()
    page.wait_for_url("**older=**")
    assert page.locator("#result_list th a").first.inner_text() != first
    page.get_by_role("link", name="Newest").click()
    page.locator("#result_list th a").get_by_text(first, exact=True).wait_for()
