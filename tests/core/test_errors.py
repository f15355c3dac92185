import pytest
from django.db import OperationalError
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import path

from newsportal.core.views import errors
from newsportal.urls import *  # noqa: F403
from newsportal.urls import urlpatterns as site_urlpatterns
from tests.factories import make_article


def broken(request):
    raise RuntimeError("broken on purpose")


def cut_off(request):
    raise OperationalError("could not connect to server")


urlpatterns = [path("broken/", broken), path("cut-off/", cut_off), *site_urlpatterns]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nowhere/at/all/", "/x.php", "/tags/", "/bn/nowhere/"])
def test_unknown_address_gets_a_page_of_the_paper(client, address):
    story = make_article(language="bn" if "bn" in address else "en", headline="Ferries")
    answer = client.get(address, follow=True)
    assert answer.status_code == 404
    assert story.get_absolute_url() in answer.content.decode()
    assert 'name="robots" content="noindex"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/world/\x00/", "/world/%00/", "/latest/?page=%00"])
def test_nul_in_an_address_is_a_bad_request(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("address", "status", "again"), [("/broken/", 500, None), ("/cut-off/", 503, "30")])
def test_our_own_fault_has_a_page_that_asks_no_database(client, django_assert_num_queries, address, status, again):
    """A database that is away is said to come back."""
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        answer = client.get(address)
    assert (answer.status_code, answer.get("Retry-After")) == (status, again)
    assert "Something broke on our side" in answer.content.decode()
    assert f'<p class="label">{status}</p>' in answer.content.decode()
    assert "s-maxage" not in answer.get("Cache-Control", "")


@pytest.mark.parametrize("name", ["400.html", "403.html", "500.html"])
def test_page_stands_alone_in_both_languages(name, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "newsportal.core.static_files.StaticFilesStorage"},
    }
    page = get_template(name).render({})
    assert 'lang="bn"' in page
    assert "/static/css/site.css" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize(("view", "status"), [(errors.bad_request, 400), (errors.forbidden, 403)])
def test_refusals_have_their_status(view, status):
    assert view(RequestFactory().get("/"), Exception()).status_code == status
