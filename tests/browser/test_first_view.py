"""What a phone loads before it can read: one round trip of HTML and CSS, few requests, nobody else's."""

import random
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from newsportal.core.page_cache.encodings import compress
from tests.factories import make_article, make_contributor, make_image, make_section, make_tag

pytestmark = pytest.mark.django_db(transaction=True)
# One initial congestion window: ten segments (RFC 6928) of 1,460 bytes, less the response's headers.
ROUND_TRIP = 14 * 1024
SCRIPTS = 10 * 1024


LETTERS = {"en": "abcdefghijklmnopqrstuvwxyz", "bn": "কখগঘচছজঝটঠডণতথদনপফবভমযরলশষসহািীুূেো"}


@pytest.fixture(params=["en", "bn"])
def story(request):
    """A story of 600 words that repeat as little as a language's do, with a picture, among others beside it."""
    chance, language = random.Random(7), request.param
    vocabulary = ["".join(chance.choices(LETTERS[language], k=chance.randint(2, 9))) for _ in range(500)]

    def words(number):
        return " ".join(chance.choices(vocabulary, k=number))

    section = make_section(language=language)
    for number in range(12):
        picture = make_image() if number % 2 else None
        make_article(section=section, language=language, headline=words(9), standfirst=words(20), lead_image=picture)
    return make_article(
        section=section,
        language=language,
        headline=words(10),
        standfirst=words(25),
        body="".join(f"<p>{words(60)}</p>" for _ in range(10)),
        lead_image=make_image(),
        signed_by=[make_contributor()],
        tags=[make_tag(name=words(1)) for _ in range(4)],
    )


def loaded(page, address):
    """The addresses that a page asks for, in order, each with its kind."""
    asked = []
    page.on("request", lambda request: asked.append((request.resource_type, request.url)))
    page.goto(address, wait_until="networkidle")
    return asked


def page_size(page, address):
    """What travels for a page from the page cache to a browser that understands Brotli, as all of them do."""
    return len(compress(page.request.get(address, headers={"Accept-Encoding": "identity"}).body(), "br"))


def static_size(address):
    name = urlsplit(address).path.removeprefix("/static/")
    with staticfiles_storage.open(f"{name}.br") as file:
        return len(file.read())


def test_a_story_is_one_round_trip_and_two_requests(open_browser, site, story):
    page, address = open_browser(width=390), site + story.get_absolute_url()
    asked = loaded(page, address)
    before_pictures = [(kind, address) for kind, address in asked if kind not in ("image", "fetch", "other")]
    assert [kind for kind, _ in before_pictures] == ["document", "script"]
    assert page.evaluate("document.styleSheets.length") == 2
    assert page_size(page, address) <= ROUND_TRIP
    assert static_size(before_pictures[1][1]) <= SCRIPTS
    assert {urlsplit(address).netloc for _, address in asked} == {urlsplit(site).netloc}


@pytest.mark.parametrize(
    ("address", "sheets"), [("/search/?q=ferry", 2), ("/saved/", 2), ("/archive/", 2), ("/newsletter/preferences/", 1)]
)
def test_the_policy_lets_the_looks_of_each_page_pass(open_browser, site, address, sheets):
    page = open_browser(width=390)
    assert page.goto(site + address).status == 200
    # What a policy refuses has no rules, and is told on the console besides.
    assert page.evaluate("document.styleSheets.length") == sheets


def test_nothing_moves_when_scripts_arrive(open_browser, site, story):
    page = open_browser(width=360)
    # As on a slow line: the text is there, and painted, before the script that shows its tools.
    held = []
    page.route("**/reading*.js", lambda route: held.append(route))
    with page.expect_request("**/reading*.js"):
        page.goto(site + story.get_absolute_url(), wait_until="commit")
    page.wait_for_selector("article h1")
    tools = page.locator(".tools")
    before = tools.bounding_box()
    held[0].continue_()
    page.wait_for_selector(".text-size:not([hidden])")
    assert tools.bounding_box() == before
