"""A story as a whole in a mail: its blocks as mails show them, in both parts, and what preflight says of its size."""

import datetime as dt

import pytest

from articles.models import Article
from articles.states import Role
from newsletter.composing import preflight as looking
from newsletter.composing.preflight import preflight
from newsletter.composing.rendering import render
from newsletter.models import Block
from newsletter.states import BlockKind
from tests.factories import make_article, make_contributor, make_image
from tests.newsletter.factories import make_confirmed, make_issue, make_list
from tests.tags import Tags

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2036, 11, 23, 1, 0, tzinfo=dt.UTC)
PLAIN = "<p>The river was high at noon.</p><h2>Later</h2><p>It fell.</p><h3>Much later</h3>"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://news.example.org"


def whole(issue=None, *, body=PLAIN, **fields):
    """An issue with one story as a whole."""
    issue = issue or make_issue()
    return add(issue, make_article(body=body, **fields))


def add(issue, article):
    Block.objects.create(issue=issue, article=article, position=issue.blocks.count(), is_whole=True)
    return issue


def figure(image, said="Two boats"):
    return (
        f'<figure data-picture="{image.pk}"><img src="{image.file.url}" alt=""><figcaption>{said}</figcaption></figure>'
    )


def said(mail):
    return " ".join(" ".join(Tags(mail.html).said).split())


def test_the_text_stands_in_both_parts_under_its_headline():
    mail = render(whole(headline="High water", standfirst="A day by the river.", byline_code="B/H"), now=NOW)
    for words in ("High water", "A day by the river.", "The river was high at noon.", "It fell.", "B/H"):
        assert words in said(mail)
        assert words in mail.text
    levels = [tag for tag, _attrs in Tags(mail.html).tags if tag in ("h1", "h2", "h3", "h4", "h5")]
    assert levels == ["h1", "h2", "h3", "h4"]


def test_under_a_heading_of_the_issue_all_headings_step_down():
    issue = make_issue()
    Block.objects.create(issue=issue, kind=BlockKind.HEADING, heading="Rivers")
    levels = [tag for tag, _a in Tags(render(whole(issue), now=NOW).html).tags if tag in ("h1", "h2", "h3", "h4", "h5")]
    assert levels == ["h1", "h2", "h3", "h4", "h5"]


def test_who_wrote_it_is_said():
    people = [make_contributor(name="Hasan Kabir"), make_contributor(name="Ana Lee")]
    mail = render(whole(signed_by=people, dateline="DHAKA"), now=NOW)
    assert "By Hasan Kabir, Ana Lee" in said(mail)
    assert "By Hasan Kabir, Ana Lee · DHAKA" in mail.text


def test_guests_have_written_it_too_and_other_roles_are_said():
    issue = make_issue()
    story = make_article(body=PLAIN, signed_by=[make_contributor(name="Hasan Kabir")])
    story.bylines.create(name="Sohel Mridha", position=1)
    story.bylines.create(contributor=make_contributor(name="Ana Lee"), role=Role.PICTURES, position=2)
    mail = render(add(issue, story), now=NOW)
    for text in (said(mail), mail.text):
        assert "By Hasan Kabir, Sohel Mridha" in text
        assert "Pictures: Ana Lee" in text
        assert "Kabir, Ana" not in text


def test_blocks_are_in_the_flavour_of_mails():
    image = make_image(alt_text="Two boats at a pier", credit="Mita Roy", size=(1200, 800))
    body = (
        f'{PLAIN}{figure(image)}<blockquote data-kind="pull"><p>Fog is patient.</p></blockquote>'
        '<blockquote data-kind="facts"><p>Height: 3 m</p></blockquote>'
        "<table><tbody><tr><th><p>Place</p></th><th>Height</th></tr><tr><td>Goalundo</td><td>3 m</td></tr></tbody></table>"
        "<hr><p>https://www.youtube.com/watch?v=dQw4w9WgXcQ</p>"
    )
    mail = render(whole(body=body), now=NOW)
    tags = Tags(mail.html)
    (picture,) = tags.all("img")
    assert (picture["alt"], picture["width"]) == ("Two boats at a pier", "560")
    assert picture["src"].startswith("https://news.example.org/media/")
    assert not [tag for tag, _attrs in tags.tags if tag in ("figure", "script", "iframe", "button")]
    assert "data-" not in mail.html
    for words in ("Fog is patient.", "Height: 3 m", "Mita Roy", "YouTube"):
        assert words in said(mail)
        assert words in mail.text
    assert "[Picture: Two boats at a pier]" in mail.text
    assert "Place | Height\nGoalundo | 3 m\n" in mail.text


def test_links_are_whole_and_counted_and_plain_in_the_text():
    mail = render(whole(body='<p>See <a href="/world/" rel="noopener">the list</a>.</p>'), now=NOW)
    (href,) = [a["href"] for a in Tags(mail.html).all("a") if a["href"].endswith("to=/world/")]
    assert href.startswith("https://news.example.org/newsletter/go/")
    assert "See the list (https://news.example.org/world/)." in mail.text


def test_a_newsletter_without_pictures_shows_none_of_the_text_nor_their_captions():
    issue = make_issue(newsletter=make_list(show_pictures=False))
    image = make_image()
    inside = f'<figure data-gallery="1">{figure(image, "One")}{figure(image, "Two")}</figure>'
    mail = render(whole(issue, body=f"{PLAIN}{figure(image)}{inside}"), now=NOW)
    assert not Tags(mail.html).all("img")
    for words in ("Two boats", "One", "Picture"):
        assert words not in said(mail)
        assert words not in mail.text


def test_what_went_past_the_sanitising_does_not_get_into_a_mail():
    issue = whole()
    evil = (
        '<p onclick="x()">Fog<script>alert(1)</script><a href="javascript:x()">y</a></p><style>p{}</style><form></form>'
    )
    Article.objects.update(body=evil)
    html = render(issue, now=NOW).html
    for word in ("alert", "onclick", "javascript", "<form", "p{}"):
        assert word not in html


def test_a_story_that_readers_do_not_see_is_left_out():
    mail = render(whole(published=False), now=NOW)
    assert len(mail.left_out) == 1
    assert "noon" not in mail.text


def test_the_archive_tells_it_in_brief(client):
    issue = whole(standfirst="A day by the river.")
    type(issue).objects.update(state="sent", started_at=NOW - dt.timedelta(days=4000), send_at=NOW)
    page = client.get(f"/newsletter/morning/{issue.pk}/").content.decode()
    assert "A day by the river." in page
    assert "high at noon" not in page


@pytest.mark.parametrize("number", [2, 20])
def test_any_number_of_them_costs_the_same(django_assert_max_num_queries, number):
    issue = make_issue()
    for _story in range(number):
        add(issue, make_article(body=f"{PLAIN}{figure(make_image())}", signed_by=[make_contributor()]))
    with django_assert_max_num_queries(7):
        render(issue, now=NOW)


def test_preflight_counts_it_and_says_which_story_is_large(monkeypatch):
    monkeypatch.setattr(looking, "LARGE", 20_000)
    issue = whole(headline="High water", body="<p>The river was high.</p>" * 1000)
    make_confirmed(newsletter=issue.newsletter)
    found = preflight(issue, now=NOW)
    assert found.octets > 26_000
    (note,) = [finding for finding in found.findings if finding.position == 0]
    assert note.message == "The whole of this story makes at least 26 KB of it: High water"
