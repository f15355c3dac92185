import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from newsportal.core.caching import AGES, STALE_IF_ERROR, private, public
from tests.factories import make_article, make_contributor, make_tag

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)


def shared_seconds(answer):
    return int(re.search(r"s-maxage=(\d+)", answer["Cache-Control"])[1])


def answer_with(*, kind="story", status=200, fresh_until=None):
    @public(kind)
    def view(request):
        response = HttpResponse("ok", status=status)
        response.fresh_until = fresh_until
        return response

    with time_machine.travel(NOW, tick=False):
        return view(RequestFactory().get("/"))


@pytest.mark.parametrize("kind", AGES)
def test_each_kind_has_its_age(kind):
    assert shared_seconds(answer_with(kind=kind)) == AGES[kind]


@pytest.mark.parametrize(
    ("ahead", "seconds", "stale"), [(1000, 300, 60), (320, 300, 20), (40, 40, 0), (0, 0, 0), (-5, 0, 0)]
)
def test_never_older_than_the_next_change(ahead, seconds, stale):
    answer = answer_with(fresh_until=NOW + dt.timedelta(seconds=ahead))
    assert shared_seconds(answer) == seconds
    assert f"stale-while-revalidate={stale}," in answer["Cache-Control"]


def test_browsers_always_ask_again():
    assert "max-age=0" in answer_with()["Cache-Control"].split(", ")


def test_failures_are_not_kept():
    assert "Cache-Control" not in answer_with(status=500)


def test_private_page_is_kept_nowhere():
    answer = private(lambda request: HttpResponse("mine"))(RequestFactory().get("/"))
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


@pytest.fixture
def pages(db):
    story = make_article(headline="Ferries", tags=[make_tag()], signed_by=[make_contributor()])
    gone = make_article(headline="Gone", state="withdrawn", publish_at=NOW)
    lists = ["/", "/bn/", "/latest/", "/world/", "/tags/padma/", "/authors/hasan-kabir/", "/nowhere/"]
    return [*lists, story.get_absolute_url(), gone.get_absolute_url(), f"/world/{story.pk}/wrong/"]


def test_public_pages_set_no_cookie_and_do_not_vary_by_one(client, pages):
    for page in pages:
        answer = client.get(page)
        assert not answer.cookies, page
        assert "cookie" not in answer.get("Vary", "").lower(), page
        assert "accept-language" not in answer.get("Vary", "").lower(), page
        assert answer["Cache-Control"].startswith("public"), page


def test_public_pages_are_the_same_for_staff(client, admin_client, pages):
    for page in pages:
        # The form says to the second when it was made.
        with time_machine.travel(timezone.now(), tick=False):
            assert client.get(page).content == admin_client.get(page).content


def test_public_pages_hold_no_inline_script_or_style_and_load_nothing_from_elsewhere(client, pages):
    for page in pages:
        text = client.get(page).content.decode()
        # Data for machines is no script: nothing runs it.
        text = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", text)
        # Nor is a file of our own, which the policy lets pass, one that stands in the page.
        text = re.sub(
            r'<script (?:type="module" fetchpriority="low" )?src="/static/js/[\w.-]+"[^>]*></script>', "", text
        )
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", text), page
        assert not re.search(r'(?:src|rel="stylesheet" href)="(?!/static/|/media/)', text), page
        assert not re.search(r'rel="icon" href="(?!data:image/svg\+xml,)', text), page


def test_unchanged_page_is_answered_304(client, pages):
    for page in pages[:-1]:
        first = client.get(page)
        if first.status_code == 200:
            assert client.get(page, headers={"If-None-Match": first["ETag"]}).status_code == 304, page


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/", "/latest/", "/world/", "story"])
def test_pages_expire_with_the_next_scheduled_story(client, page):
    story = make_article(publish_at=NOW - dt.timedelta(hours=1))
    make_article(publish_at=NOW + dt.timedelta(seconds=30))
    make_article(publish_at=NOW - dt.timedelta(hours=2), unpublish_at=NOW + dt.timedelta(seconds=20))
    with time_machine.travel(NOW, tick=False):
        answer = client.get(story.get_absolute_url() if page == "story" else page)
    assert shared_seconds(answer) == 20


@pytest.mark.django_db
def test_a_story_that_will_be_taken_down_is_not_the_last_good_page_after_that(client):
    story = make_article(publish_at=NOW - dt.timedelta(hours=1), unpublish_at=NOW + dt.timedelta(minutes=30))
    lasting = make_article(publish_at=NOW - dt.timedelta(hours=1))
    with time_machine.travel(NOW, tick=False):
        control, other = (client.get(row.get_absolute_url())["Cache-Control"] for row in (story, lasting))
    assert control.endswith("s-maxage=300, stale-while-revalidate=60, stale-if-error=1500")
    assert other.endswith(f"stale-if-error={STALE_IF_ERROR}")


@pytest.mark.django_db
def test_story_of_the_other_edition_shortens_nothing(client):
    make_article()
    make_article(headline="ফেরি", language="bn", publish_at=NOW + dt.timedelta(seconds=30))
    with time_machine.travel(NOW, tick=False):
        assert shared_seconds(client.get("/")) == AGES["front"]


@pytest.mark.django_db
def test_page_is_right_when_the_cache_forgets(client):
    story = make_article()
    with time_machine.travel(timezone.now(), tick=False):
        first = client.get(story.get_absolute_url()).content
        cache.clear()
        assert client.get(story.get_absolute_url()).content == first
