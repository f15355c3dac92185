"""Who comes into the newsroom, and how."""

import pytest
from allauth.mfa.models import Authenticator

from articles.states import EDITOR
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(client, password, username="tania"):
    return client.post(LOGIN, {"login": username, "password": password})


@pytest.fixture
def editor():
    return make_user(username="tania", password="correct horse battery", role=EDITOR, email="t@example.org")


def test_the_admin_sends_strangers_to_the_sign_in_page(client):
    response = client.get("/admin/")
    assert response.status_code == 302
    assert response["Location"].startswith(("/admin/login/", LOGIN))
    assert client.get("/admin/login/?next=/admin/")["Location"].startswith(LOGIN)


def test_an_editor_signs_in_and_reaches_the_desk(client, editor):
    assert sign_in(client, "correct horse battery")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_guessing_is_throttled_even_with_the_right_password_at_last(client, editor):
    for _ in range(6):
        sign_in(client, "wrong")
    response = sign_in(client, "correct horse battery")
    assert "_auth_user_id" not in client.session
    assert response.status_code in (200, 429)


def test_nobody_signs_up_by_themselves(client):
    response = client.post("/accounts/signup/", {"username": "x", "password1": "a long password", "email": "x@y.org"})
    assert b"closed" in response.content.lower()


def test_on_https_staff_without_a_second_factor_are_sent_to_set_one_up(client, editor, settings):
    settings.HTTPS = True
    client.force_login(editor)
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"


def test_on_https_staff_with_a_second_factor_come_in(client, editor, settings):
    settings.HTTPS = True
    Authenticator.objects.create(user=editor, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200


def test_on_http_a_second_factor_is_offered_but_not_demanded(client, editor):
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200
    assert client.get("/accounts/2fa/").status_code == 200


def test_a_reader_with_an_account_but_no_role_stays_out(client):
    client.force_login(make_user(username="reader"))
    assert client.get("/admin/").status_code in (302, 403)


@pytest.mark.parametrize("path", [LOGIN, "/admin/articles/article/add/"])
def test_the_policy_has_no_unsafe_word(client, editor, path):
    if path != LOGIN:
        client.force_login(editor)
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_only_the_admin_allows_the_editors_style(client, editor, settings):
    client.force_login(editor)
    style = settings.ADMIN_STYLE_HASHES[0]
    assert style in client.get("/admin/")["Content-Security-Policy"]
    assert style not in client.get(LOGIN)["Content-Security-Policy"]


def test_the_roles_have_their_permissions(editor):
    assert editor.has_perm("articles.publish_article")
    assert make_user(role="Chief editor").has_perms(["core.change_siteidentity", "newsletter.change_subscription"])
    assert not make_user(role="Reporter").has_perm("articles.publish_article")
