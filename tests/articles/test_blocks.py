"""Blocks of a body in their three flavours."""

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.template.loader import select_template
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import page_tags, picture_pages, rendering
from articles.blocks import FEED, MAIL, PAGE, picture_ids, render
from articles.blocks.kinds import REGISTRY, templates_of
from articles.blocks.splitting import elements
from newsportal.core.sanitising import sanitise
from tests.articles.test_rendering import photo
from tests.factories import make_article, make_image
from tests.tags import Tags

pytestmark = pytest.mark.django_db
TEXT = "<p>The ferries are back.</p>"
FLAVOURS = (PAGE, FEED, MAIL)


def figure(image, *, size="", alt="A ferry", caption=""):
    size = f' data-size="{size}"' if size else ""
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure data-picture="{image.pk}"{size}><img src="{image.file.url}" alt="{alt}">{words}</figure>'


def stored(markup):
    """As a body is stored."""
    return sanitise(markup)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_body_of_text_stays_as_it_is(flavour, django_assert_num_queries):
    body = stored(f'{TEXT}<h2>More</h2><ul><li>One</li></ul><p>See <a href="https://example.org/">there</a>.</p>')
    with django_assert_num_queries(0):
        assert render(body, flavour) == body


def test_a_picture_of_the_library_has_its_sizes_caption_and_credit():
    image = photo(size=(600, 400))
    image.credit, image.caption = "Mita Roy", "In the library"
    image.save()
    rendering.render_due(now=timezone.now())
    page = Tags(render(stored(TEXT + figure(image, size="wide", caption="At <em>dawn</em>") + TEXT), PAGE))
    assert page.all("figure")[0]["class"] == "block picture-block wide"
    assert page.all("source")[0]["type"] == "image/avif"
    assert page.all("img")[0]["alt"] == "A ferry"
    assert page.all("img")[0]["loading"] == "lazy"
    assert ("dawn" in page.said, "Mita Roy" in page.said, "In the library" in page.said) == (True, True, False)


def test_what_the_story_leaves_open_is_taken_from_the_library():
    image = make_image(alt_text="Two boats", caption="The river")
    shown = render(stored(figure(image, alt="")), PAGE)
    assert 'alt="Two boats"' in shown
    assert "The river" in shown


@pytest.mark.parametrize("flavour", [FEED, MAIL])
def test_feeds_and_mails_get_one_plain_file_with_a_whole_address(flavour, settings):
    settings.SITE_URL = "https://news.example.org"
    image = photo(size=(600, 400))
    rendering.render_due(now=timezone.now())
    (tag,) = Tags(render(stored(figure(image)), flavour)).all("img")
    assert tag["src"].startswith("https://news.example.org/media/renditions/")
    assert tag["src"].endswith(".jpg")


def test_a_replaced_file_is_shown_in_every_text():
    image, other = make_image(), make_image(size=(90, 60))
    body = stored(figure(image))
    image.file = other.file
    image.save()
    assert other.file.url in render(body, PAGE)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_picture_that_is_gone_stays_as_it_was_stored(flavour):
    image = make_image()
    body = stored(figure(image, caption="At dawn"))
    image.delete()
    assert render(body, flavour) == body


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_gallery_shows_its_pictures_in_their_order_in_one_query(flavour, django_assert_num_queries):
    one, two = make_image(), make_image()
    body = stored(f'<figure data-gallery="1">{figure(two, alt="Second")}{figure(one, alt="First")}</figure>')
    with django_assert_num_queries(1):
        shown = Tags(render(body, flavour))
    assert [tag["alt"] for tag in shown.all("img")] == ["Second", "First"]


@pytest.mark.parametrize(("kind", "css"), [("pull", "pull-quote"), ("facts", "fact-box")])
def test_pull_quotes_and_fact_boxes_stand_beside_the_text(kind, css):
    body = stored(f'{TEXT}<blockquote data-kind="{kind}"><p>Fog is <strong>patient</strong></p></blockquote>')
    page = render(body, PAGE)
    assert f'class="block {css}"' in page
    assert "<p>Fog is <strong>patient</strong></p>" in page
    for flavour in (FEED, MAIL):
        assert "data-kind" not in render(body, flavour)
        assert "patient" in render(body, flavour)


def test_a_table_can_be_scrolled_with_the_keyboard():
    page = Tags(render(stored("<table><tbody><tr><td>1</td></tr></tbody></table>"), PAGE))
    assert page.all("div")[0]["tabindex"] == "0"
    assert len(page.all("td")) == 1


VIDEO = "https://youtu.be/dQw4w9WgXcQ"


@pytest.mark.parametrize("body", [f"<p>{VIDEO}</p>", f'<p><a href="{VIDEO}">{VIDEO}</a></p>'], ids=["text", "link"])
def test_an_address_by_itself_is_an_embed_that_loads_nothing(body):
    page = Tags(render(stored(body), PAGE))
    assert not page.all("iframe")
    assert not page.all("img")
    (place,) = page.all("figure")
    assert place["data-frame"].startswith("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ")
    assert page.all("a")[0]["href"] == VIDEO
    assert "hidden" in page.all("button")[0]


@pytest.mark.parametrize("flavour", [FEED, MAIL])
def test_elsewhere_an_embed_is_a_link(flavour):
    shown = Tags(render(stored(f"<p>{VIDEO}</p>"), flavour))
    assert [tag["href"] for tag in shown.all("a")] == [VIDEO]
    assert "YouTube" in "".join(shown.said)


@pytest.mark.parametrize(
    "body",
    [
        "<p>https://youtu</p>",
        f"<p>See {VIDEO}</p>",
        f'<p><a href="{VIDEO}">the video</a></p>',
        f'<p><a href="https://evil.example/">{VIDEO}</a></p>',
        f"<p><strong>{VIDEO}</strong></p>",
        f"<blockquote><p>{VIDEO}</p></blockquote>",
    ],
)
def test_what_is_no_address_by_itself_stays_text(body):
    assert render(stored(body), PAGE) == stored(body)


def test_an_address_of_any_other_site_is_a_card():
    page = Tags(render(stored("<p>https://www.example.org/report?a=1&amp;b=2</p>"), PAGE))
    assert page.all("a") == [{"href": "https://www.example.org/report?a=1&b=2", "rel": "noopener"}]
    assert "example.org" in page.said


@pytest.mark.parametrize("kind", sorted(REGISTRY))
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_kind_has_a_template_of_every_flavour(kind, flavour):
    found = select_template(templates_of(kind, flavour)).template.name
    assert found.endswith(f"/_{kind}.html")
    assert ("/page/" in found) == (flavour == PAGE)


@pytest.mark.parametrize(
    "markup",
    [
        '<figure data-picture="0"></figure>',
        '<figure data-picture="1;drop" data-size="huge" data-gallery="yes" class="evil"><figcaption>x</figcaption></figure>',
        '<blockquote data-kind="evil"><p>a</p></blockquote>',
        '<p data-picture="1">a</p>',
    ],
)
def test_what_is_no_value_of_a_block_is_taken_out_when_it_is_stored(markup):
    assert "data-" not in stored(markup)
    assert "class" not in stored(markup)


def test_a_body_is_taken_apart_where_its_outermost_elements_end():
    body = stored(
        '<p>a &lt; b</p>\n<figure data-gallery="1"><figure><img src="/a.jpg" alt="a > b"></figure></figure><hr><p>z</p>'
    )
    assert "".join(body[one.start : one.end] for one in elements(body)) == body.replace("\n", "")


def test_a_text_holds_on_to_its_pictures_and_says_where_they_are_used():
    image = make_image()
    article = make_article(body=figure(image))
    assert picture_ids(article.body) == {image.pk}
    with pytest.raises(ProtectedError):
        image.delete()
    article.body = TEXT
    article.save()
    image.delete()


def test_a_page_shows_its_blocks_with_one_query_more(client, django_assert_max_num_queries):
    images = [make_image() for _number in range(5)]
    plain = make_article()
    full = make_article(body=TEXT * 8 + "".join(map(figure, images)) + TEXT * 8)
    client.get(plain.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        client.get(plain.get_absolute_url())
    with django_assert_max_num_queries(len(queries) + 1):
        page = client.get(full.get_absolute_url()).content.decode()
    assert page.count("picture-block") == 5


def test_the_feed_shows_them_too(client):
    image = make_image(credit="Mita Roy")
    make_article(body=TEXT + figure(image) + f"<p>{VIDEO}</p>")
    feed = client.get("/feeds/rss.xml").content.decode()
    assert "Mita Roy" in feed
    assert "YouTube" in feed
    assert "data-picture" not in feed


def test_a_picture_whose_words_change_purges_the_pages_whose_text_shows_it(monkeypatch):
    image = make_image()
    article = make_article(body=figure(image))
    purged = []
    monkeypatch.setattr(picture_pages, "purge", lambda *tags: purged.extend(tags))
    image.credit = "Omar Ali"
    image.save()
    assert page_tags.story(article.pk) in purged
