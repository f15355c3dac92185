"""The archive on the web."""

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.utils import timezone

from articles import workflow
from newsletter import links
from newsletter.models import Block
from newsletter.states import BlockKind, Frequency, IssueState
from tests.factories import make_article, make_section
from tests.newsletter.factories import make_issue, make_list

pytestmark = pytest.mark.django_db


def make_sent(*stories, hours_ago=1, subject="Ferries run again", newsletter=None, **fields):
    """An issue that went out, with these stories."""
    at = timezone.now() - dt.timedelta(hours=hours_ago)
    values = {"state": IssueState.DONE, "send_at": at, "started_at": at, "finished_at": at, **fields}
    issue = make_issue(newsletter=newsletter, subject=subject, **values)
    for position, story in enumerate(stories):
        Block.objects.create(issue=issue, position=position, article=story)
    return issue


def path(issue, settings):
    return links.issue_url(issue).removeprefix(settings.SITE_URL)


def test_an_issue_is_a_page_of_its_own(client, settings):
    issue = make_sent(make_article(headline="Boats are back", standfirst="All of them."))
    response = client.get(path(issue, settings))
    page = response.content.decode()
    assert path(issue, settings) == f"/newsletter/morning/{issue.pk}/"
    assert "Ferries run again" in page
    assert "Boats are back" in page
    assert response.headers["Cache-Control"].startswith("public")
    assert "X-Robots-Tag" not in response.headers
    assert "placeholder.invalid" not in page
    assert "style=" not in page.partition("<main")[2]


def test_a_withdrawn_story_is_not_on_it_any_more(client, settings):
    kept, gone = make_article(headline="Kept"), make_article(headline="Gone")
    issue = make_sent(kept, gone)
    workflow.withdraw(gone, by=None, now=timezone.now(), reason="wrong")
    page = client.get(path(issue, settings)).content.decode()
    assert "Kept" in page
    assert "Gone" not in page.partition("<main")[2].partition("</main>")[0]
    assert "Gone" not in client.get("/newsletter/morning/feed.xml").content.decode()


def test_texts_are_cleaned_and_adverts_left_to_their_day(client, settings):
    issue = make_sent(make_article())
    Block.objects.create(
        issue=issue, position=5, kind=BlockKind.TEXT, text='<p onclick="x()">Good morning</p><script>alert(1)</script>'
    )
    Block.objects.create(issue=issue, position=6, kind=BlockKind.QUOTE, text="We <b>are</b> back", source="The captain")
    Block.objects.create(issue=issue, position=7, kind=BlockKind.ADVERT, heading="Buy this")
    page = client.get(path(issue, settings)).content.decode().partition("<main")[2]
    assert "<p>Good morning</p>" in page
    assert "We &lt;b&gt;are" in page
    assert not any(word in page for word in ("onclick", "alert(1)", "Buy this"))


@pytest.mark.parametrize(
    "fields", [{"started_at": None, "state": IssueState.DRAFT}, {"started_at": None, "state": IssueState.SCHEDULED}]
)
def test_what_has_not_gone_out_is_not_there(client, settings, fields):
    issue = make_sent(make_article(), **fields)
    assert client.get(path(issue, settings)).status_code == 404
    assert issue.subject not in client.get("/newsletter/morning/").content.decode()


def test_an_address_of_another_newsletter_or_edition_is_404(client):
    issue = make_sent(make_article())
    make_list(slug="sport", name="Sport")
    make_list(slug="morning", language="bn")
    for address in (
        f"/newsletter/sport/{issue.pk}/",
        f"/bn/newsletter/morning/{issue.pk}/",
        "/newsletter/nonsense/",
        "/newsletter/nonsense/feed.xml",
        "/newsletter/morning/999999999999999999/",
    ):
        assert client.get(address).status_code == 404


def test_the_list_is_paged_newest_first_and_leaves_other_rhythms_out(client):
    for number in range(22):
        make_sent(hours_ago=number, subject=f"Issue of {number} hours ago")
    make_sent(frequency=Frequency.WEEKLY, subject="The week")
    make_sent(time_zone="Europe/London", subject="The same for London")
    first = client.get("/newsletter/morning/").content.decode()
    assert first.index("Issue of 0 ") < first.index("Issue of 1 ") < first.index("Issue of 19 ")
    assert not any(text in first for text in ("Issue of 20", "The week", "London"))
    assert "Issue of 21" in client.get("/newsletter/morning/?page=2").content.decode()
    assert client.get("/newsletter/morning/?page=3").status_code == 404


def test_the_overview_leads_to_the_latest_issue(client):
    make_list(slug="sport", name="Sport", position=1)
    make_sent(hours_ago=5, subject="Older")
    latest = make_sent(hours_ago=1, subject="Newest")
    page = client.get("/newsletter/").content.decode()
    assert f'href="/newsletter/morning/{latest.pk}/"' in page
    assert "Older" not in page


def test_the_feed_is_whole_and_well_formed(client):
    newsletter = make_list(language="bn", slug="সকাল", name="সকাল")
    story = make_article(
        language="bn", section=make_section(language="bn", name="বিশ্ব"), headline="ফেরি <চলছে> & \x0bআবার"
    )
    issue = make_sent(story, newsletter=newsletter, subject="আজকের খবর")
    response = client.get("/bn/newsletter/সকাল/feed.xml")
    channel = ET.fromstring(response.content).find("channel")
    item = channel.find("item")
    assert (response.status_code, item.find("title").text) == (200, "আজকের খবর")
    assert item.find("link").text.endswith(f"/{issue.pk}/")
    assert "ফেরি" in item.find("{http://purl.org/rss/1.0/modules/content/}encoded").text
    assert response.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("number", [2, 20])
def test_pages_cost_the_same_with_two_and_with_twenty(client, settings, number, django_assert_max_num_queries):
    issues = [
        make_sent(*[make_article(headline=f"{index}-{n}") for n in range(2)], hours_ago=index)
        for index in range(number)
    ]
    client.get("/newsletter/")
    for address, most in (
        ("/newsletter/", 6),
        ("/newsletter/morning/", 5),
        ("/newsletter/morning/feed.xml", 7),
        (path(issues[0], settings), 8),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
