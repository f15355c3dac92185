import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("path", "language"), [("/", "en"), ("/bn/", "bn"), ("/bn/latest/", "bn"), ("/latest/", "en")])
def test_language_comes_from_the_address_alone(client, path, language):
    answer = client.get(path, headers={"Accept-Language": "bn" if language == "en" else "en"})
    assert answer["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()


def test_only_the_newsrooms_own_pages_heed_the_language_that_somebody_chose(client):
    client.cookies["django_language"] = "bn"
    assert client.get("/accounts/login/")["Content-Language"] == "bn"
    assert client.get("/")["Content-Language"] == "en"
    client.cookies["django_language"] = "xx"
    assert client.get("/accounts/login/")["Content-Language"] == "en"


def test_readers_get_no_cookie_for_their_language(client):
    assert not client.get("/bn/").cookies


def test_nul_in_a_field_is_refused(client):
    answer = client.post("/newsletter/subscribe/", {"email": "a\x00b@example.org"})
    assert answer.status_code == 400


def test_form_with_too_many_fields_is_refused(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    assert client.post("/newsletter/subscribe/", {f"f{n}": n for n in range(20)}).status_code == 413


def test_ten_megabytes_of_form_are_refused(client):
    assert client.post("/newsletter/subscribe/", {"email": "x" * 10_000_000}).status_code in (400, 413)
    body = "email=" + "x" * 10_000_000
    answer = client.post("/newsletter/subscribe/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413


def test_staff_without_a_second_factor_stay_out_where_the_site_is_on_https(client, settings):
    settings.HTTPS = True
    client.force_login(get_user_model().objects.create_superuser("ed", "ed@example.org", "x"))
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/2fa/"


def test_staff_come_in_without_one_on_plain_http(client, settings):
    settings.HTTPS = False
    client.force_login(get_user_model().objects.create_superuser("ed", "ed@example.org", "x"))
    assert client.get("/admin/").status_code == 200
