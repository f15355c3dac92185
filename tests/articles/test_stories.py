import datetime as dt
from urllib.parse import unquote

import pytest
import time_machine
from django.utils import timezone

from articles import contents, revising, workflow
from articles.models import Article, RelatedStory
from articles.related import LIMIT
from articles.states import State
from tests.factories import (
    be_read,
    make_article,
    make_articles,
    make_contributor,
    make_image,
    make_outlet,
    make_section,
    make_tag,
)

pytestmark = pytest.mark.django_db
MINUTE = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def full_story(**fields):
    outlet = make_outlet(code="Bd24live")
    hasan = make_contributor(name="Hasan Kabir", initials="Hk", outlet=outlet)
    section = make_section(name="Syria", parent=make_section(name="World"))
    fields = {"headline": "Idlib assault is put off", "section": section, **fields}
    return make_article(
        signed_by=[hasan], outlet=outlet, byline_code="Bd24live/Hk", tags=[make_tag(name="Idlib")], **fields
    )


def test_shows_every_part_of_the_story(client):
    story = full_story(kicker="Truce", standfirst="A strip is agreed.", dateline="Sochi", agency="BSS")
    page = client.get(story.get_absolute_url()).content.decode()
    for part in ("Home", "World", "Syria", "Truce", "<h1>Idlib assault is put off</h1>", "A strip is agreed.", "Sochi"):
        assert part in page
    for part in ("BSS", story.body, "Hasan Kabir", "/tags/idlib/", "1 min read", "Latest News"):
        assert part in page


def test_byline_code_closes_the_body_and_leads_to_the_author(client):
    page = client.get(full_story().get_absolute_url()).content.decode()
    assert 'Bd24live/<a href="/authors/hasan-kabir/" title="Hasan Kabir">Hk</a></p>' in page
    assert page.index("after two days of fog") < page.index("Bd24live/<a")


def test_shows_the_newsletter_form_and_what_else_there_is_to_read(client):
    story, other = full_story(), make_article(headline="Ferries sail again")
    page = client.get(story.get_absolute_url()).content.decode()
    assert 'action="/newsletter/subscribe/"' in page
    assert "You may also like" in page
    assert other.get_absolute_url() in page


def test_has_one_h1_and_its_main_landmark(client):
    page = client.get(full_story().get_absolute_url()).content.decode()
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert 'href="#content"' in page


def test_lead_picture_has_its_size_text_and_credit(client):
    story = full_story(lead_image=make_image(credit="Drawing: N. Roy"), lead_alt="Two flags", lead_caption="In Sochi.")
    page = client.get(story.get_absolute_url()).content.decode()
    assert 'alt="Two flags" width="64" height="48" fetchpriority="high" decoding="sync"' in page
    assert "In Sochi." in page
    assert "Drawing: N. Roy" in page


def test_tells_other_sites_what_it_is(client, settings):
    settings.SITE_URL = "https://news.example"
    story = full_story(standfirst="A strip is agreed.", lead_image=make_image())
    page = client.get(story.get_absolute_url()).content.decode()
    assert f'<link rel="canonical" href="https://news.example{story.get_absolute_url()}">' in page
    assert '<meta property="og:type" content="article">' in page
    assert '<meta property="og:description" content="A strip is agreed.">' in page
    assert f'<meta property="og:image" content="https://news.example{story.lead_image.file.url}">' in page


def test_other_than_plain_news_says_so(client):
    assert "Analysis" in client.get(make_article(story_type="analysis").get_absolute_url()).content.decode()


def test_escapes_what_people_typed(client):
    story = make_article(headline="<script>alert(1)</script>", kicker="<b>", standfirst="<i>")
    page = client.get(story.get_absolute_url()).content.decode()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "<i>" not in page


@pytest.mark.parametrize("path", ["/bn/world/{pk}/idlib/", "/sport/{pk}/{slug}/", "/world/{pk}/wrong/", "/world/{pk}/"])
def test_any_other_address_with_the_id_leads_to_the_right_one(client, path):
    story = make_article(headline="Idlib")
    answer = client.get(path.format(pk=story.pk, slug=story.slug))
    assert answer.status_code == 301
    assert answer["Location"] == story.get_absolute_url()


def test_redirect_is_one_step(client):
    story = make_article(headline="Idlib")
    assert client.get(f"/a/b/c/{story.pk}/x/", follow=True).redirect_chain == [(story.get_absolute_url(), 301)]


def test_bangla_story_has_bangla_address_language_and_digits(client):
    at = dt.datetime(2018, 9, 18, 3, 14, tzinfo=dt.UTC)
    story = make_article(headline="ইদলিবে অভিযান স্থগিত", language="bn", publish_at=at)
    assert unquote(story.get_absolute_url()) == f"/bn/বিশ্ব/{story.pk}/ইদলিবে-অভিযান-স্থগিত/"
    answer = client.get(story.get_absolute_url())
    assert answer.status_code == 200
    assert answer["Content-Language"] == "bn"
    assert '<html lang="bn">' in answer.content.decode()
    assert "১৮ সেপ্টেম্বর ২০১৮, ০৯:১৪" in answer.content.decode()


@pytest.mark.parametrize(("moment", "status"), [(MINUTE - SECOND, 404), (MINUTE, 200)])
def test_appears_at_its_minute(client, moment, status):
    with time_machine.travel(MINUTE - dt.timedelta(hours=1), tick=False):
        story = make_article(publish_at=MINUTE)
    with time_machine.travel(moment, tick=False):
        assert client.get(story.get_absolute_url()).status_code == status


@pytest.mark.parametrize(("moment", "status"), [(MINUTE - SECOND, 200), (MINUTE, 410)])
def test_disappears_at_its_minute(client, moment, status):
    story = make_article(publish_at=MINUTE - dt.timedelta(days=1), unpublish_at=MINUTE)
    with time_machine.travel(moment, tick=False):
        assert client.get(story.get_absolute_url()).status_code == status


def test_draft_is_not_found(client):
    assert client.get(make_article(published=False).get_absolute_url()).status_code == 404


def test_withdrawn_story_says_why_and_not_what(client):
    story = make_article(headline="A timetable", state=State.WITHDRAWN, publish_at=MINUTE)
    type(story).objects.update(withdrawal_note="It was a draft.", withdrawn_at=MINUTE + dt.timedelta(days=1))
    other = make_article(headline="Ferries sail again")
    answer = client.get(story.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "It was a draft." in page
    assert "24 November 2026" in page
    assert "after two days of fog" not in page
    assert other.get_absolute_url() in page


@pytest.mark.parametrize(("number", "listed", "more"), [(2, 0, 1), (20, 0, 1), (20, LIMIT, 0), (2000, LIMIT, 0)])
def test_costs_eleven_queries_with_a_cold_cache(client, django_assert_num_queries, number, listed, more):
    """Eight for the story and what stands beside it, two for what is read most (one where the cache has its list),
    one for the newsletters of the edition; one more where the list of related stories has to be filled.
    """
    story = full_story(lead_image=make_image())
    others = make_articles(number=number, section=story.section)
    RelatedStory.objects.bulk_create([RelatedStory(article=story, other=other) for other in others[:listed]])
    be_read(story)
    with django_assert_num_queries(11 + more):
        assert client.get(story.get_absolute_url()).status_code == 200
    with django_assert_num_queries(8 + more):  # the site's identity and the newsletters are kept, too
        assert client.get(story.get_absolute_url()).status_code == 200


def test_withdrawn_page_costs_eight_queries_at_most(client, django_assert_max_num_queries):
    story = full_story(state=State.WITHDRAWN, publish_at=MINUTE)
    make_articles(number=20)
    with django_assert_max_num_queries(8):
        assert client.get(story.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("then", ["archived", "a draft again", "a draft that is rewritten"])
def test_a_withdrawn_story_says_why_whatever_the_newsroom_does_with_it(client, then):
    article = make_article(headline="Bridge closed")
    revising.head_of(article)
    workflow.withdraw(article, by=None, reason="It was open.")
    workflow.archive(article, by=None)
    if then != "archived":
        workflow.reopen(article, by=None)
    if then == "a draft that is rewritten":
        text = contents.take(article) | {"headline": "Secret plan", "slug": "secret-plan"}
        revising.save(article, text, by=None)
    response = client.get(article.get_absolute_url())
    page = response.content.decode()
    assert (response.status_code, "It was open." in page, "Bridge closed" in page) == (410, True, True)
    assert "Secret plan" not in page
    assert article not in Article.objects.published(timezone.now())
