"""Previews in the admin: frames, shared links, the front page to come."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from articles import previewing, revising, workflow
from articles.models import Article, PreviewLink, Revision
from articles.states import EDITOR, NEWSLETTER_EDITOR, REPORTER, State
from newsportal.core.embeds import FRAME_HOSTS
from tests.articles.test_admin_articles import fields
from tests.factories import make_article, make_articles, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def address(name, article, *args):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *args])


@pytest.fixture
def reporter(client):
    user = make_user(role=REPORTER)
    client.force_login(user)
    return user


def text(client, where):
    response = client.get(where)
    assert response.status_code == 200
    return response.content.decode()


def preview_as_typed(client, article, **typed):
    """Presses "Preview" in the form; the text of the framed page."""
    page = client.post(address("preview", article), fields(article, **typed), follow=True)
    where = page.content.decode().split('<iframe src="')[1].split('"')[0]
    return text(client, where)


# --- the frames


def test_previewing_keeps_what_is_typed_and_shows_it(client, reporter):
    article = make_article(published=False, headline="Saved")
    shown = preview_as_typed(client, article, headline="As typed", body="<p>New words.</p>")
    assert "<h1>As typed</h1>" in shown
    assert "<p>New words.</p>" in shown
    assert Article.objects.get().headline == "Saved"
    assert Revision.objects.unsaved_by(reporter).get().content["headline"] == "As typed"


def test_an_unfinished_form_is_previewed_too(client, reporter):
    article = make_article(published=False, headline="Saved")
    shown = preview_as_typed(client, article, headline="Half", slug="not a slug!", byline_code="Bd24", section="99999")
    assert "<h1>Half</h1>" in shown


def test_what_is_typed_is_cleaned_before_it_is_shown(client, reporter):
    shown = preview_as_typed(client, make_article(published=False), body="<p>x<script>alert(1)</script></p>")
    assert "alert(1)" not in shown


def test_the_newest_text_is_shown_when_nothing_else_is_typed(client, reporter):
    article = make_article(headline="Live")
    revising.save(article, revising.head_of(article).content | {"headline": "Reworked"}, by=None)
    assert "<h1>Reworked</h1>" in text(client, address("preview_frame", article))


def test_a_story_without_revisions_is_shown_as_it_is_and_gets_none(client, reporter):
    article = make_article(headline="Imported")
    text(client, address("preview", article))
    assert "<h1>Imported</h1>" in text(client, address("preview_frame", article))
    assert not Revision.objects.exists()


def test_the_frame_is_what_readers_get(client, reporter):
    article = make_article(published=False, headline="Ferries", tags=["Fog"])
    with time_machine.travel(NOW, tick=False):
        framed = text(client, address("preview_frame", article))
        workflow.publish(article, by=None)
        page = text(client, article.get_absolute_url())
        counting = re.compile(r'<script [^>]*data-late="/static/js/reading.js"[^>]*></script>')
        assert framed.replace('<base target="_blank">', "") == counting.sub("", page)


def test_only_the_framed_page_may_be_framed_and_only_by_this_site(client, reporter):
    article = make_article(published=False)
    page, frame = client.get(address("preview", article)), client.get(address("preview_frame", article))
    assert (page["X-Frame-Options"], frame["X-Frame-Options"]) == ("DENY", "SAMEORIGIN")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in frame["Content-Security-Policy"]
    policy = {name: hosts for name, *hosts in map(str.split, frame["Content-Security-Policy"].split(";"))}
    assert policy["frame-src"] == FRAME_HOSTS


def test_previews_are_kept_nowhere(client, reporter):
    article = make_article(published=False)
    for where in (address("preview", article), address("preview_frame", article), reverse("front_preview")):
        response = client.get(where)
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]


def test_browsers_may_say_where_the_forms_of_these_pages_come_from(client, reporter):
    # Under "no-referrer" they send "Origin: null" with a form, and the CSRF check refuses it.
    assert client.get(address("preview", make_article(created_by=reporter)))["Referrer-Policy"] == "same-origin"


def test_there_is_a_phone_and_a_desktop(client, reporter):
    page = text(client, address("preview", make_article(published=False)))
    assert [f'width="{width}"' in page for width in (390, 1280)] == [True, True]


def test_who_may_not_change_the_story_keeps_nothing_and_is_told(client, reporter):
    article = make_article(published=False, headline="Saved", state=State.IN_REVIEW)
    page = client.post(address("preview", article), fields(article, headline="Typed"), follow=True).content.decode()
    assert "You may not change this story" in page
    assert not Revision.objects.autosaves().exists()


def test_a_colleagues_unsaved_text_is_not_shown(client, reporter):
    article = make_article(published=False)
    content = revising.head_of(article).content | {"headline": "Theirs"}
    theirs = revising.autosave(article, content, by=make_user(role=REPORTER), base=None)
    assert client.get(f"{address('preview_frame', article)}?revision={theirs.number}").status_code == 404


def test_the_form_of_a_new_story_saves_before_it_previews(client, reporter):
    response = client.post("/admin/articles/article/add/", fields(_preview="1"))
    assert response["Location"] == address("preview", Article.objects.get())


def test_the_form_offers_the_preview(client, reporter):
    article = make_article(published=False)
    form = text(client, reverse("admin:articles_article_change", args=[article.pk]))
    assert f'formaction="{address("preview", article)}" formtarget="_blank" formnovalidate' in form


@pytest.mark.parametrize("name", ["preview", "preview_frame"])
def test_strangers_are_kept_out(client, name):
    article = make_article(published=False)
    assert client.get(address(name, article)).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get(address(name, article)).status_code == 403


# --- shared links


def share(client, article, **data):
    number = article.head.number if article.head else 1
    return client.post(
        address("preview_share", article), {"revision": number, "label": "", "hours": "72", **data}, follow=True
    )


def test_a_link_is_made_shown_and_opened_by_somebody_without_a_login(client, reporter, settings):
    settings.SITE_URL = "https://news.example"
    article = make_article(published=False, headline="Secret plan")
    page = share(client, article, label="Ms Rahman", hours="8").content.decode()
    link = PreviewLink.objects.get()
    assert f'value="https://news.example/preview/{link.token}/"' in page
    assert "Ms Rahman" in page
    assert link.expires_at - link.created == dt.timedelta(hours=8)
    client.logout()
    assert "<h1>Secret plan</h1>" in text(client, link.get_absolute_url())


def test_three_days_are_chosen_unless_somebody_chooses(client, reporter):
    assert '<option value="72" selected>3 days</option>' in text(client, address("preview", make_article()))


@pytest.mark.parametrize("wrong", [{"hours": "1000"}, {"hours": "x"}, {"label": "x" * 121}, {"revision": ""}])
def test_what_cannot_be_taken_comes_back_with_the_form(client, reporter, wrong):
    response = share(client, make_article(published=False), **{"label": "Ms Rahman", **wrong})
    assert response.status_code == 422
    assert 'class="errorlist' in response.content.decode()
    assert not PreviewLink.objects.exists()


def test_a_link_never_shows_what_is_not_saved(client, reporter):
    article = make_article(published=False)
    preview_as_typed(client, article, headline="Half")
    page = text(client, address("preview", article))
    assert "What is not saved yet is not in it." in page
    autosave = Revision.objects.unsaved_by(reporter).get()
    article.refresh_from_db()
    response = share(client, article, revision=autosave.number)
    assert "not saved yet" in response.content.decode()
    assert not PreviewLink.objects.exists()


def test_a_link_is_revoked_with_one_button(client, reporter):
    article = make_article(published=False)
    share(client, article)
    link = PreviewLink.objects.get()
    page = client.post(address("preview_revoke", article, link.pk), follow=True).content.decode()
    assert "Revoked" in page
    assert link.get_absolute_url() not in page
    assert client.get(link.get_absolute_url()).status_code == 410


def test_a_link_of_another_story_cannot_be_revoked_here(client, reporter):
    article, other = make_article(published=False), make_article(published=False)
    share(client, other)
    link = PreviewLink.objects.get()
    assert client.post(address("preview_revoke", article, link.pk)).status_code == 404


@pytest.mark.parametrize("name", ["preview_share", "preview_revoke"])
def test_following_a_link_makes_and_revokes_nothing(client, reporter, name):
    article = make_article(published=False)
    link = previewing.make_link(article, revising.head_of(article), by=None)
    args = [link.pk] if name == "preview_revoke" else []
    assert client.get(address(name, article, *args)).status_code == 405
    assert PreviewLink.objects.usable(timezone.now()).count() == 1


def test_openings_are_listed(client, reporter):
    article = make_article(published=False)
    link = previewing.make_link(article, revising.head_of(article), by=None)
    for network in ("203.0.113.0/24", "198.51.100.0/24"):
        previewing.open_link(link.token, now=timezone.now(), network=network)
    page = text(client, address("preview", article))
    for words in ("Opened 2 times", "203.0.113.0/24", "198.51.100.0/24"):
        assert words in page


def test_who_only_looks_is_offered_no_links(client):
    client.force_login(make_user(role=NEWSLETTER_EDITOR))
    article = make_article(published=False)
    assert "Make a link" not in text(client, address("preview", article))
    share(client, article)
    assert not PreviewLink.objects.exists()


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_costs_the_same_however_many_links_there_are(client, reporter, number, django_assert_max_num_queries):
    article = make_article(published=False)
    for _turn in range(number):
        previewing.make_link(article, revising.head_of(article), by=make_user(role=EDITOR))
    with django_assert_max_num_queries(12):
        text(client, address("preview", article))


# --- the front page


def front(client, **query):
    return client.get(reverse("front_preview"), query)


def test_the_front_page_is_shown_as_of_a_minute_to_come(client, reporter):
    with time_machine.travel(NOW, tick=False):
        make_article(headline="Tomorrow", publish_at=NOW + dt.timedelta(days=1))
        at = timezone.localtime(NOW + dt.timedelta(days=1))
        before = front(client, at=(at - SECOND).strftime("%Y-%m-%dT%H:%M:%S")).content.decode()
        after = front(client, at=at.strftime("%Y-%m-%dT%H:%M:%S")).content.decode()
    assert ("Tomorrow" in before, "Tomorrow" in after) == (False, True)
    assert "the front page as of 24 November 2026, 12:00" in after


def test_the_front_page_of_the_other_edition(client, reporter):
    make_article(headline="পদ্মায় ফেরি চালু", language="bn")
    response = front(client, language="bn")
    assert '<html lang="bn">' in response.content.decode()
    assert "পদ্মায় ফেরি চালু" in response.content.decode()
    assert response["Content-Language"] == "bn"


def test_now_is_what_readers_have_but_for_the_bar(client, reporter):
    make_articles(number=30)
    with time_machine.travel(timezone.now(), tick=False):
        shown, public = front(client).content.decode(), client.get("/").content.decode()
    start, end = shown.index('<aside class="preview-bar"'), shown.index("</aside>") + len("</aside>")
    bare = (shown[:start] + shown[end:]).replace('<link rel="stylesheet" href="/static/css/preview.css">', "")
    assert bare == public


@pytest.mark.parametrize("at", ["x", "2026-13-45T10:00", "9999-12-31T23:59", "0001-01-01T00:00", "১২"])
def test_an_odd_time_is_no_error_of_ours(client, reporter, at):
    response = front(client, at=at)
    assert response.status_code in (200, 400)
    assert (response.status_code == 400) == ('role="alert"' in response.content.decode())


def test_an_unknown_edition_is_the_first(client, reporter):
    assert '<html lang="en">' in front(client, language="xx").content.decode()


def test_strangers_see_no_front_page_to_come(client):
    assert front(client).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert front(client).status_code == 403
