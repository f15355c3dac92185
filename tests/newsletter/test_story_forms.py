import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.story_forms import halves
from newsportal.core.sanitising import sanitise
from tests.factories import make_article

P = "<p>A paragraph.</p>"


def test_the_cut_is_after_four_paragraphs_with_three_to_come():
    first, rest = halves(P * 7)
    assert (first, rest) == (P * 4, P * 3)
    assert halves(P * 6) == ("", "")


def test_paragraphs_in_quotes_and_tables_do_not_count_and_are_not_torn():
    quote = f"<blockquote>{P * 9}</blockquote>"
    assert halves(quote + P * 3) == ("", "")
    first, rest = halves(f"{P}\n{quote}<figure><img src='/a.jpg'><figcaption>x</figcaption></figure>{P * 6}")
    assert first.count("<blockquote>") == first.count("</blockquote>") == 1
    assert rest == P * 3


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>a<br>b</p>",
                "<p>é &amp; অ</p>\n",
                "<ul><li><p>x</p></li></ul>",
                "<h2>t</h2>",
                "<hr>",
                "<p>",
                "</p>",
                "<",
            ]
        ),
        max_size=24,
    )
)
def test_nothing_is_lost_or_unbalanced_whatever_the_body(pieces):
    body = sanitise("".join(pieces))
    first, rest = halves(body)
    assert first + rest in (body, "")
    assert first.count("<p>") == first.count("</p>")


@pytest.mark.django_db
def test_a_long_story_has_its_form_inside_and_a_short_one_beside(client):
    long, short = make_article(body=P * 8), make_article(body=P * 2)
    page = client.get(long.get_absolute_url()).content.decode()
    assert page.count('action="/newsletter/subscribe/"') == 1
    assert page.index('id="story-email"') < page.rindex("A paragraph.")
    page = client.get(short.get_absolute_url()).content.decode()
    assert page.count('action="/newsletter/subscribe/"') == 1
    assert 'id="newsletter-email"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/latest/", "/search/?q=x", "/corrections/", "/no-such-page/"])
def test_every_page_has_the_form_once(client, path):
    make_article()
    assert client.get(path).content.decode().count('action="/newsletter/subscribe/"') == 1
