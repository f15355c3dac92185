"""The address that pages tell that they are read, and what they show of it."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import reading
from articles.models import HourReading
from articles.states import EDITOR
from newsportal.core import tallies
from tests.factories import be_read, make_article, make_articles, make_user

pytestmark = pytest.mark.django_db
READS = reverse("reads")


def post(client, body, **headers):
    headers = {"origin": "http://testserver", "sec-fetch-site": "same-origin", **headers}
    headers = {name: value for name, value in headers.items() if value is not None}
    return client.post(READS, str(body), content_type="application/json", headers=headers)


def counted():
    reading.file_due(now=timezone.now() + tallies.SLOT + tallies.GRACE)
    return HourReading.objects.total()


def test_a_read_is_counted_and_leaves_nothing_behind(client):
    answer = post(client, make_article().pk)
    assert answer.status_code == 204
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert counted() == 1


def test_an_old_browser_that_says_only_where_it_comes_from_counts(client):
    post(client, make_article().pk, **{"sec-fetch-site": None})
    assert counted() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": None},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_other_sites_are_refused(client, headers):
    assert post(client, make_article().pk, **headers).status_code == 403
    assert counted() == 0


def test_what_a_form_of_another_site_can_send_is_refused(client):
    headers = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    answer = client.post(READS, {"story": make_article().pk}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (" ", 400),
        ("x", 400),
        ("-1", 400),
        ("१", 400),
        ('{"a": 1}', 400),
        ("9" * 18, 404),
        ("9" * 19, 400),
        ("1" * 9999, 400),
        ("1.0", 400),
    ],
)
def test_what_is_no_number_of_a_live_story_is_refused(client, body, status):
    assert post(client, body).status_code == status


def test_looking_changes_nothing(client):
    assert client.get(READS).status_code == 405


def test_too_many_of_one_network_are_refused(client, monkeypatch):
    monkeypatch.setattr(reading, "OF_A_STORY", 1)
    story = make_article()
    assert [post(client, story.pk).status_code for _ in range(2)] == [204, 429]


def test_a_story_counts_itself_by_a_small_script_and_a_preview_does_not(client, settings):
    story = make_article()
    page = client.get(story.get_absolute_url()).content.decode()
    assert f'js/reading.js" data-reads="/reads/" data-story="{story.pk}"' in page
    assert page.count("js/reading.js") == 1
    # Beside it there is data for machines alone.
    assert len(re.findall(r'<script (?!type="application/ld\+json")', page)) == 1
    client.force_login(make_user(role=EDITOR))
    preview = client.get(reverse("admin:articles_article_preview_frame", args=[story.pk])).content.decode()
    assert story.headline in preview
    assert "reading.js" not in preview


def test_scripts_of_a_readers_page_are_tiny(settings):
    names = ("early.js", "reading.js", "shelf.js")
    sizes = [len((settings.BASE_DIR / "static" / "js" / name).read_bytes()) for name in names]
    assert max(sizes) <= 4_200
    assert sum(sizes) < 8_600


@pytest.mark.parametrize("edition", ["en", "bn"])
def test_front_and_story_show_what_is_read_most(client, edition):
    stories = [make_article(language=edition, headline=f"Read {number}") for number in range(4)]
    be_read(*stories)
    place = "/" if edition == "en" else "/bn/"
    front = client.get(place).content.decode()
    block = front[front.index('id="most-read"') :]
    assert [block.index(f"Read {number}") for number in range(4)] == sorted(
        block.index(f"Read {number}") for number in range(4)
    )
    page = client.get(stories[0].get_absolute_url()).content.decode()
    block = page[page.index('id="most-read"') : page.index("</main>")]
    assert "Read 0" not in block
    assert "Read 1" in block


def test_without_reads_there_is_no_block(client):
    make_articles(number=3)
    assert 'id="most-read"' not in client.get("/").content.decode()


def test_the_desk_draws_what_is_read_most(client):
    first, second = make_article(headline="Ferries"), make_article(headline="Buses")
    be_read(first, second)
    client.force_login(make_user(role=EDITOR))
    page = client.get(reverse("admin:index")).content.decode()
    panel = page[page.index('id="desk-most-read"') :]
    assert panel.index("Ferries") < panel.index("Buses")
    assert '<rect width="100" height="4">' in panel
    assert '<rect width="99" height="4">' in panel


def test_the_form_draws_how_a_story_is_read_and_a_draft_has_nothing(client):
    story = make_article()
    be_read(story)
    story.day_readings.create(day=timezone.localdate(), reads=100)
    client.force_login(make_user(role=EDITOR))
    page = client.get(reverse("admin:articles_article_change", args=[story.pk])).content.decode()
    assert "<strong>100</strong> reads in the last 24 hours, 100 in all" in page
    draft = make_article(published=False)
    page = client.get(reverse("admin:articles_article_change", args=[draft.pk])).content.decode()
    assert "readership-heading" not in page
