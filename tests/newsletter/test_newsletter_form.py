import pytest
from django.template import Context, Template
from django.test import RequestFactory

from newsletter.links import CONFIRM
from newsletter.wording import form_wording

pytestmark = pytest.mark.django_db


def render(path="/world/12/a-story/", tag="{% newsletter_form %}"):
    template = Template("{% load newsletter %}" + tag)
    return template.render(Context({"request": RequestFactory().get(path)}))


def test_has_heading_label_source_and_button():
    form = render()
    for piece in (">Newsletter</h2>", 'for="newsletter-email"', 'id="newsletter-email"', "Subscribe</button>"):
        assert piece in form
    assert 'name="source" value="/world/12/a-story/"' in form


def test_carries_the_words_it_shows():
    wording = form_wording("en")
    form = render()
    assert f'name="wording" value="{wording.digest}"' in form
    assert wording.note in form


def test_costs_no_query(django_assert_num_queries):
    render()  # the site's identity is read once and kept in the cache
    with django_assert_num_queries(0):
        render()


def test_hidden_field_is_out_of_the_way_of_people():
    form = render()
    assert '<div class="visually-hidden" aria-hidden="true">' in form
    assert 'name="website"' in form
    assert 'tabindex="-1" autocomplete="off"' in form


def test_two_on_a_page_keep_their_ids_apart():
    assert 'id="footer-email"' in render(tag='{% newsletter_form prefix="footer" %}')


def test_a_page_s_token_is_not_passed_on():
    assert 'value="/newsletter/confirm/…/"' in render(path=f"/newsletter/confirm/{CONFIRM.token(1)}/")


def test_works_where_there_is_no_request():
    assert "Subscribe</button>" in Template("{% load newsletter %}{% newsletter_form %}").render(Context())
