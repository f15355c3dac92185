"""The pages behind the links in mails."""

import datetime as dt
import json

import pytest
import time_machine
from django.core import serializers
from django.test import Client

from newsletter import links
from newsletter.models import ConsentRecord, NewsletterList, Subscriber, Subscription, Wording
from newsletter.signing_up import take_sign_ups
from newsletter.states import SubscriptionState
from newsletter.subscribing import unsubscribe
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_list, make_pending

pytestmark = pytest.mark.django_db

MODELS = (NewsletterList, Subscriber, Subscription, ConsentRecord, Wording)
LATER = dt.timedelta(days=8)


def path(url, settings):
    return url.removeprefix(settings.SITE_URL)


def dump():
    return [json.loads(serializers.serialize("json", model.objects.order_by("pk"))) for model in MODELS]


@pytest.fixture
def client():
    """A mail program: no cookies, no CSRF token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def confirm_path(settings, at_now):
    return path(links.confirm_url(make_pending(sent=True)), settings)


@pytest.fixture
def leave_path(settings, at_now):
    return path(links.unsubscribe_url(make_confirmed()), settings)


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_links_changes_nothing(client, method, settings, at_now):
    pending, confirmed = make_pending(sent=True), make_confirmed()
    paths = [links.confirm_url(pending), links.confirm_url(confirmed)]
    paths += [links.unsubscribe_url(pending), links.unsubscribe_url(confirmed)]
    before = dump()
    for url in paths:
        assert getattr(client, method)(path(url, settings)).status_code == 200
    for url in ("/newsletter/", "/bn/newsletter/", "/newsletter/check-your-inbox/"):
        assert getattr(client, method)(url).status_code == 200
    assert dump() == before


def test_an_expired_link_opened_changes_nothing(client, confirm_path):
    before = dump()
    with time_machine.travel(NOW + LATER):
        client.get(confirm_path)
    assert dump() == before


def test_confirm_page_is_one_form_with_one_button(client, confirm_path):
    page = client.get(confirm_path).content.decode().partition("<main")[2].partition("</main>")[0]
    assert page.count("<button") == page.count("<form") == 1
    assert "The morning" in page


def test_the_button_confirms_and_again_is_fine(client, confirm_path):
    for _time in range(2):
        response = client.post(confirm_path)
        assert response.status_code == 200
        assert "You are subscribed" in response.content.decode()
    assert Subscription.objects.get().state == SubscriptionState.CONFIRMED
    record = ConsentRecord.objects.filter(action="confirmed").get()
    assert (record.source, record.network) == ("/newsletter/confirm/…/", "127.0.0.0/24")


def test_a_forged_link_is_a_plain_page(client, confirm_path, leave_path):
    for link in (confirm_path, leave_path):
        for method in (client.get, client.post):
            response = method(link[:-2] + ("A/" if link[-2] != "A" else "B/"))
            assert response.status_code == 404
            assert "This link is not ours" in response.content.decode()


def test_an_unsubscribe_token_does_not_confirm(client, confirm_path, leave_path):
    crossed = confirm_path.rpartition("confirm/")[0] + "confirm/" + leave_path.rpartition("unsubscribe/")[2]
    assert client.post(crossed).status_code == 404


def test_an_expired_link_offers_a_new_mail_and_sends_one(client, confirm_path):
    with time_machine.travel(NOW + LATER):
        page = client.get(confirm_path)
        assert page.status_code == 410
        assert "Send me a new link" in page.content.decode()
        response = client.post(confirm_path)
        take_sign_ups(now=NOW + LATER)
    assert (response.status_code, response.headers["Location"]) == (303, "/newsletter/check-your-inbox/")
    subscription = Subscription.objects.get()
    assert subscription.state == SubscriptionState.PENDING
    assert subscription.confirmation_due_at >= NOW + LATER


def test_an_expired_link_of_a_closed_newsletter_says_so(client, confirm_path):
    NewsletterList.objects.update(is_open=False)
    with time_machine.travel(NOW + LATER):
        for method in (client.get, client.post):
            response = method(confirm_path)
            assert response.status_code == 410
            assert "takes no new subscribers" in response.content.decode()


def test_an_expired_link_of_a_confirmed_one_is_fine(client, confirm_path):
    client.post(confirm_path)
    with time_machine.travel(NOW + LATER):
        assert client.get(confirm_path).status_code == 200


def test_a_link_whose_request_was_deleted_leads_back_to_the_form(client, confirm_path):
    Subscriber.objects.all().delete()
    for method in (client.get, client.post):
        response = method(confirm_path)
        assert response.status_code == 410
        assert 'href="/newsletter/"' in response.content.decode()


def test_a_confirm_link_does_not_bring_back_who_left(client, confirm_path):
    unsubscribe(Subscription.objects.get(), now=NOW)
    client.post(confirm_path)
    assert Subscription.objects.get().state != SubscriptionState.CONFIRMED


def test_leaving_is_one_button(client, leave_path):
    assert "<button" in client.get(leave_path).content.decode()
    response = client.post(leave_path)
    assert response.status_code == 200
    assert "You are unsubscribed" in response.content.decode()
    assert Subscription.objects.get().state == SubscriptionState.UNSUBSCRIBED


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_mail_program_s_one_click_is_answered_without_redirect(client, leave_path, kind, slash):
    url = leave_path.rstrip("/") + slash
    if kind.startswith("multipart"):
        response = client.post(url, {"List-Unsubscribe": "One-Click"})
    else:
        response = client.post(url, "List-Unsubscribe=One-Click", content_type=kind)
    assert response.status_code == 200
    assert not response.cookies
    assert ConsentRecord.objects.filter(action="withdrawn").get().source == "List-Unsubscribe=One-Click"


def test_one_click_is_not_sent_to_https_first(client, leave_path, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().post(leave_path, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_leaving_twice_and_after_erasure_is_200(client, leave_path):
    client.post(leave_path)
    assert client.post(leave_path).status_code == 200
    Subscriber.objects.all().delete()
    assert client.post(leave_path).status_code == 200


def test_an_unsubscribe_link_works_for_ever(client, leave_path):
    with time_machine.travel(NOW + dt.timedelta(days=3650)):
        assert client.post(leave_path).status_code == 200
    assert Subscription.objects.get().state == SubscriptionState.UNSUBSCRIBED


def test_links_stand_in_the_newsletter_s_language(client, settings, at_now):
    pending = make_pending(sent=True, newsletter=make_list(language="bn", slug="সকাল", name="সকাল"))
    assert path(links.confirm_url(pending), settings).startswith("/bn/newsletter/confirm/")
    leave = path(links.unsubscribe_url(pending), settings)
    assert leave.startswith("/newsletter/unsubscribe/")
    response = client.get(leave)
    assert response.headers["Content-Language"] == "bn"
    assert '<html lang="bn"' in response.content.decode()


def test_token_pages_are_kept_nowhere_and_leak_nothing(client, confirm_path, leave_path):
    for link in (confirm_path, leave_path, confirm_path[:-2] + "/"):
        for method in (client.get, client.post):
            headers = method(link).headers
            assert "no-store" in headers["Cache-Control"]
            assert "noindex" in headers["X-Robots-Tag"]
            assert headers["Referrer-Policy"] == "no-referrer"


def test_other_methods_are_refused(client, confirm_path, leave_path):
    assert client.delete(leave_path).status_code == client.put(confirm_path).status_code == 405
