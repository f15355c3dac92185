"""The page behind a preview link."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings as django_settings
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles import previewing, revising, workflow
from articles.models import Article, Contributor, PreviewOpening
from articles.models.tags import names_from_line
from newsportal.core.text import clean_line
from tests.factories import make_article, make_contributor, make_image, make_outlet, make_section, make_tag

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
BAR = re.compile(
    r'<aside class="preview-bar".*?</aside>|<link rel="stylesheet" href="/static/css/preview.css">', re.DOTALL
)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


def share(article, content=None, **fields):
    """A link to the story's newest text, or to `content` saved as its newest."""
    revision = revising.save(article, content, by=None) if content else revising.head_of(article)
    return previewing.make_link(article, revision, by=None, **fields)


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def uncounted(page):
    """A story's page without what is no part of a preview: the script that counts reads, and ways to pass it on."""
    page = re.sub(r'<script [^>]*data-late="/static/js/reading.js"[^>]*></script>', "", page)
    return re.sub(r'\n<div class="tools".*?</div>\n<p class="offline-note".*?</p>\n', "", page, flags=re.DOTALL)


def without_bar(text):
    found = BAR.findall(text)
    assert len(found) == 2
    return BAR.sub("", text)


def rich_content(**over):
    outlet = make_outlet()
    people = [make_contributor(name=name, initials=name[:2], outlet=outlet) for name in ("Hasan Kabir", "Asma Akter")]
    section = make_section(name="Rivers", parent=make_section(name="World"))
    reference = [{"id": person.pk, "name": person.name} for person in people]
    image = make_image()
    return {
        "language": "en", "story_type": "news", "weight": 0, "slug": "",
        "kicker": "Padma", "headline": "Ferries return", "standfirst": "After two days of fog.", "dateline": "Mawa",
        "body": "<p>They sail.</p><h2>Why</h2><p>The fog <em>lifted</em>.</p>", "agency": "BSS",
        "section": {"id": section.pk, "name": "Rivers"}, "lead_image": {"id": image.pk, "name": ""},
        "lead_alt": "A ferry", "lead_caption": "At Mawa.", "byline_code": "Bd24live/Ha/As", "tags": ["Fog", "padma", "Zinc"],
        "outlet": {"id": outlet.pk, "name": "Bd24live"}, "contributors": reference, **over,
    }  # fmt: skip


@pytest.mark.parametrize("state", ["draft", "live", "withdrawn", "planned"])
def test_it_is_byte_for_byte_what_readers_get_after_publishing(client, state):
    make_tag(name="Padma")
    make_article(headline="Another", tags=["Padma"])
    planned = {"publish_at": NOW - HOUR} if state == "planned" else {}
    article = make_article(published=state not in ("draft", "planned"), tags=["Old"], **planned)
    if state == "withdrawn":
        workflow.withdraw(article, by=None, reason="Wrong figures.")
    link = share(article, rich_content())
    shown = without_bar(page(client, link.get_absolute_url()))
    (workflow.update if state == "live" else workflow.publish)(article, by=None)
    article.refresh_from_db()
    assert shown == uncounted(page(client, article.get_absolute_url()))


def test_it_is_byte_for_byte_also_in_bangla(client):
    section = make_section(name="বিশ্ব", language="bn")
    article = make_article(published=False, language="bn", section=section, headline="ইদলিবে অভিযান স্থগিত")
    make_article(language="bn", section=section, headline="পদ্মায় ফেরি চালু")
    link = share(article)
    response = client.get(link.get_absolute_url())
    shown = without_bar(response.content.decode())
    workflow.publish(article, by=None)
    assert shown == uncounted(page(client, article.get_absolute_url()))
    assert response["Content-Language"] == "bn"


lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)
tags = st.lists(st.text("abBcক াি -", max_size=6), max_size=4).map(lambda names: names_from_line(",".join(names)))


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headline=lines.filter(clean_line), kicker=lines, standfirst=lines, body=lines.filter(str.strip), names=tags)
def test_whatever_is_typed_the_preview_is_what_readers_get(client, headline, kicker, standfirst, body, names):
    article = make_article(published=False)
    content = revising.head_of(article).content | {
        "headline": headline, "kicker": kicker, "standfirst": standfirst, "body": f"<p>{body}</p>", "tags": names
    }  # fmt: skip
    link = share(article, content)
    shown = without_bar(page(client, link.get_absolute_url()))
    article.refresh_from_db()
    # Markup alone leaves nothing that can be published.
    assume(article.headline and article.body)
    workflow.publish(article, by=None)
    article.refresh_from_db()
    assert shown == uncounted(page(client, article.get_absolute_url()))
    workflow.withdraw(article, by=None, reason="Next example.")


def test_it_may_frame_what_the_story_may(client):
    article = make_article()
    answers = [client.get(where.get_absolute_url()) for where in (article, share(article, rich_content()))]
    story, preview = [
        [part for part in answer["Content-Security-Policy"].split("; ") if part.startswith("frame-src https:")]
        for answer in answers
    ]
    assert story == preview != []


def test_it_shows_its_revision_and_nothing_written_later(client):
    article = make_article(published=False, headline="First")
    link = share(article)
    revising.save(article, article.head.content | {"headline": "Second"}, by=None)
    text = page(client, link.get_absolute_url())
    assert "<h1>First</h1>" in text
    assert "Second" not in text


def test_the_bar_says_what_it_is_and_when_it_ends(client):
    text = page(client, share(make_article(published=False)).get_absolute_url())
    bar = BAR.findall(text)[1]
    for words in ("Preview", "not published", "expires 26 November 2026, 12:00"):
        assert words in bar


def test_no_cache_keeps_it_no_search_engine_finds_it_no_link_tells_its_address(client):
    link = share(make_article(published=False), expires_in=HOUR)
    answers = [client.get(link.get_absolute_url()), client.get("/preview/unknown/")]
    with time_machine.travel(NOW + HOUR, tick=False):
        answers.append(client.get(link.get_absolute_url()))
    assert [answer.status_code for answer in answers] == [200, 404, 410]
    for answer in answers:
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Frame-Options"] == "DENY"
        assert not answer.cookies


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 5000, "%00", "ক", "..%2f", "'%20OR%201=1"])
def test_a_forged_token_is_one_plain_page(client, token):
    answer = client.get(f"/preview/{token}/")
    assert answer.status_code == (400 if token == "%00" else 404)
    assert not PreviewOpening.objects.exists()


def test_every_unknown_token_gets_the_same_page(client):
    assert client.get("/preview/x/").content == client.get(f"/preview/{'a' * 43}/").content


def test_a_token_with_one_letter_changed_opens_nothing(client):
    token = share(make_article(published=False)).token
    assert client.get(f"/preview/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}/").status_code == 404


def test_an_expired_and_a_revoked_link_say_so_and_nothing_of_the_story(client):
    article = make_article(published=False, headline="Secret plan")
    expired, revoked = share(article, expires_in=HOUR), share(article)
    previewing.revoke(revoked, by=None)
    with time_machine.travel(NOW + HOUR, tick=False):
        answers = [client.get(link.get_absolute_url()) for link in (expired, revoked)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert "This link has expired." in answers[0].content.decode()
    assert "This link was revoked." in answers[1].content.decode()
    assert all("Secret plan" not in answer.content.decode() for answer in answers)


def test_the_link_of_a_deleted_story_is_unknown(client):
    article = make_article(published=False)
    link = share(article)
    article.delete()
    assert client.get(link.get_absolute_url()).status_code == 404


def test_opening_is_logged_with_the_network_and_never_the_address(client):
    link = share(make_article(published=False))
    client.get(link.get_absolute_url(), REMOTE_ADDR="203.0.113.77")
    assert [(row.at, row.network) for row in link.openings.all()] == [(NOW, "203.0.113.0/24")]


def test_head_is_answered_and_not_logged(client):
    link = share(make_article(published=False))
    assert client.head(link.get_absolute_url()).status_code == 200
    assert client.head("/preview/unknown/").status_code == 404
    assert not PreviewOpening.objects.exists()


def test_its_forms_do_not_give_the_token_away(client):
    link = share(make_article(published=False))
    assert link.token not in page(client, link.get_absolute_url())


def test_nothing_can_be_posted_to_it(client):
    link = share(make_article(published=False))
    assert client.post(link.get_absolute_url()).status_code == 405


def test_its_address_has_no_edition():
    link = share(make_article(published=False, language="bn"))
    assert link.get_absolute_url() == f"/preview/{link.token}/"
    assert len(django_settings.LANGUAGES) > 1


def test_a_revision_whose_contributor_and_picture_are_gone_is_still_shown(client):
    article = make_article(published=False)
    link = share(article, rich_content())
    article.bylines.all().delete()
    Contributor.objects.all().delete()
    image = article.__class__.objects.get(pk=article.pk).lead_image
    Article.objects.update(lead_image=None)
    image.delete()
    text = page(client, link.get_absolute_url())
    assert "Ferries return" in text
    assert "Hasan Kabir" not in text
    assert "lead-figure" not in text


def test_a_preview_costs_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    link = share(make_article(published=False), rich_content())
    for _number in range(20):
        make_article(tags=["Fog"])
    with django_assert_max_num_queries(30):
        page(client, link.get_absolute_url())
