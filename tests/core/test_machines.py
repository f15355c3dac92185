import pytest
import time_machine
from django.contrib.staticfiles import finders
from PIL import Image

from newsportal.core.identity import forget
from newsportal.core.models import SiteIdentity, SiteText

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://news.example"


def lines(answer):
    """The fields of a text file, as pairs."""
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return [tuple(line.split(": ", 1)) for line in answer.content.decode().splitlines() if line]


def test_robots_may_read_all_that_is_public(client):
    found = lines(client.get("/robots.txt"))
    assert found[0] == ("User-agent", "*")
    closed = [value for name, value in found if name == "Disallow"]
    assert {"/admin/", "/preview/", "/search/?", "/bn/search/?"} <= set(closed)
    assert not any("/world/1/story/".startswith(path) for path in closed)


def test_robots_are_told_of_sitemaps_that_exist(client):
    sitemaps = [value for name, value in lines(client.get("/robots.txt")) if name == "Sitemap"]
    assert sitemaps == ["https://news.example/sitemap.xml", "https://news.example/news-sitemap.xml"]
    assert [client.get(address.removeprefix("https://news.example")).status_code for address in sitemaps] == [200, 200]


@pytest.mark.parametrize(("address", "language", "start"), [("/", "en", "/"), ("/bn/", "bn", "/bn/")])
def test_each_edition_has_a_manifest(client, address, language, start):
    identity = SiteIdentity.objects.create()
    SiteText.objects.create(identity=identity, language=language, name="দৈনিক", tagline="News first")
    answer = client.get(f"{address}manifest.webmanifest")
    facts = answer.json()
    assert answer["Content-Type"].startswith("application/manifest+json")
    assert (facts["name"], facts["lang"], facts["start_url"]) == ("দৈনিক", language, start)
    assert f'<link rel="manifest" href="{address}manifest.webmanifest">' in client.get(address).content.decode()


def test_the_icons_of_the_manifest_are_pictures_of_their_size(client):
    icons = client.get("/manifest.webmanifest").json()["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        with Image.open(finders.find(icon["src"].removeprefix("/static/"))) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_what_matters_of_the_maskable_icon_is_within_its_circle():
    with Image.open(finders.find("img/icon-maskable-512.png")) as opened:
        picture = opened.convert("RGB")
    ground = picture.getpixel((0, 0))
    outside = [
        (x, y)
        for x in range(0, 512, 4)
        for y in range(0, 512, 4)
        if (x - 256) ** 2 + (y - 256) ** 2 > (512 * 0.4) ** 2 and picture.getpixel((x, y)) != ground
    ]
    assert outside == []


@pytest.mark.parametrize("address", ["/favicon.ico", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png"])
def test_icons_are_found_where_programs_guess_them(client, address):
    answer = client.get(address)
    assert answer.status_code == 301
    assert finders.find(answer["Location"].removeprefix("/static/"))


def test_security_txt_names_the_contact_of_the_site(client):
    SiteIdentity.objects.create(contact_email="desk@news.example")
    with time_machine.travel("2026-11-26T08:00:00Z", tick=False):
        found = dict(lines(client.get("/.well-known/security.txt")))
    assert found == {
        "Contact": "mailto:desk@news.example",
        "Expires": "2027-05-01T00:00:00Z",
        "Preferred-Languages": "en, bn",
        "Canonical": "https://news.example/.well-known/security.txt",
    }


def test_a_contact_of_its_own_comes_first(client, settings):
    SiteIdentity.objects.create(contact_email="desk@news.example")
    settings.SECURITY_CONTACT = "https://news.example/security?a=1&b=2"
    assert dict(lines(client.get("/.well-known/security.txt")))["Contact"] == settings.SECURITY_CONTACT


def test_without_a_contact_there_is_no_security_txt(client):
    forget()
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("address", ["/robots.txt", "/manifest.webmanifest", "/bn/manifest.webmanifest"])
def test_any_cache_may_keep_them(client, address):
    answer = client.get(address)
    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
