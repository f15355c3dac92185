"""Public pages and the form."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from newsletter.models import ConsentRecord, NewsletterList, Subscriber, Subscription
from newsletter.signing_up import take_sign_ups
from newsletter.stamps import stamp
from newsletter.wording import form_wording
from tests.newsletter.factories import make_confirmed, make_list, make_pending

pytestmark = pytest.mark.django_db

FORM = "/newsletter/subscribe/"
MINUTE = dt.timedelta(minutes=1)


def post(client, email="ana@example.org", url=FORM, headers=None, **fields):
    """Sends the form as a page a minute old does, and lets the worker look at what came in."""
    fields = {"email": email, "source": "/world/", "website": "", "stamp": stamp(timezone.now() - MINUTE), **fields}
    response = client.post(url, fields, headers=headers)
    take_sign_ups(now=timezone.now())
    return response


@pytest.fixture
def csrf_client():
    return Client(enforce_csrf_checks=True)


def test_the_page_offers_the_form_and_stores_nothing(client):
    response = client.get("/newsletter/")
    assert response.status_code == 200
    assert 'action="/newsletter/subscribe/"' in response.content.decode()
    assert not NewsletterList.objects.exists()


def test_the_page_is_the_same_for_everybody(client):
    for path in ("/newsletter/", "/newsletter/check-your-inbox/"):
        response = client.get(path)
        assert response.headers["Cache-Control"].startswith("public")
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert "csrf" not in response.content.decode()


def test_each_edition_has_its_own_page_and_form(client):
    page = client.get("/bn/newsletter/").content.decode()
    assert 'action="/bn/newsletter/subscribe/"' in page
    response = post(client, url="/bn/newsletter/subscribe/")
    assert response.headers["Location"] == "/bn/newsletter/check-your-inbox/"
    assert Subscription.objects.get().newsletter.language == "bn"


def test_several_newsletters_are_offered_to_choose_from(client):
    make_list(slug="morning")
    make_list(slug="evening", name="The evening", position=1)
    page = client.get("/newsletter/").content.decode()
    assert page.count('type="checkbox"') == 2
    post(client, newsletter="evening")
    assert Subscription.objects.get().newsletter.slug == "evening"


def test_where_all_are_closed_the_page_says_so(client):
    make_list(is_open=False)
    page = client.get("/newsletter/").content.decode()
    assert "No newsletter takes new subscribers" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert post(client).status_code == 422


@pytest.mark.parametrize("lists", [2, 20])
def test_queries_do_not_grow_with_newsletters(client, lists, django_assert_max_num_queries):
    for number in range(lists):
        make_list(slug=f"list-{number}")
    client.get("/newsletter/")
    with django_assert_max_num_queries(4):
        client.get("/newsletter/")


def test_a_good_address_is_stored_and_the_answer_is_a_redirect(client):
    response = post(client)
    assert (response.status_code, response.headers["Location"]) == (303, "/newsletter/check-your-inbox/")
    record = ConsentRecord.objects.get()
    assert (record.source, record.network) == ("/world/", "127.0.0.0/24")
    assert record.wording.text == form_wording("en").text


def test_new_pending_and_confirmed_addresses_get_the_same_answer(client):
    make_pending(address="pending@example.org", sent=True)
    make_confirmed(address="confirmed@example.org")
    answers = [post(client, email=f"{state}@example.org") for state in ("new", "pending", "confirmed")]
    seen = {(answer.status_code, answer.headers["Location"], answer.content) for answer in answers}
    assert len(seen) == 1
    assert not any(answer.cookies for answer in answers)


def test_over_the_network_s_limit_the_answer_is_the_same_and_nothing_is_stored(client):
    # In one window of the limit, whenever the test runs.
    with time_machine.travel(timezone.now(), tick=False):
        answers = [post(client, email=f"reader{number}@example.org") for number in range(12)]
    assert {answer.status_code for answer in answers} == {303}
    assert Subscriber.objects.count() == 10


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("", "Please give your e-mail address."),
        ("ana", "Give a whole address"),
        ("ana@nowhere", "This does not look like an e-mail address."),
        ("আনা@example.org", "cannot reach addresses with letters outside a–z before the @"),
        ("ana@example.org\r\nBcc: eve@example.org", "This does not look like an e-mail address."),
    ],
)
def test_a_bad_address_comes_back_with_the_reason_at_the_field(client, email, reason, mailoutbox):
    response = post(client, email=email)
    page = response.content.decode()
    assert response.status_code == 422
    assert reason in page
    assert 'aria-invalid="true"' in page
    assert not Subscriber.objects.exists()


def test_what_was_typed_comes_back_escaped(client):
    page = post(client, email='"><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;alert(1)" in page


def test_a_program_that_fills_the_hidden_field_gets_the_same_answer(client):
    assert post(client, website="https://spam.example").status_code == 303
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("source", ["https://evil.example/", "//evil.example/", "javascript:1", "x" * 9999])
def test_only_pages_of_ours_are_recorded_as_the_source(client, source):
    post(client, source=source)
    assert ConsentRecord.objects.get().source == ""


def test_a_newsletter_that_does_not_exist_is_refused(client):
    assert post(client, newsletter="nonsense").status_code == 422


def test_no_csrf_token_is_needed_and_other_sites_are_refused(csrf_client):
    assert post(csrf_client, headers={"Origin": "http://testserver"}).status_code == 303
    assert post(csrf_client, headers={"Referer": "http://testserver/world/"}).status_code == 303
    assert post(csrf_client).status_code == 303
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/"}):
        assert post(csrf_client, email="eve@example.org", headers=headers).status_code == 403
    assert not Subscriber.objects.filter(key="eve@example.org").exists()


def test_the_form_is_answered_by_post_only(client):
    assert client.get(FORM).status_code == 405


def test_ten_megabytes_of_form_are_a_clean_refusal(client):
    assert post(client, email="a" * 10_000_000).status_code == 413


def test_names_of_addresses():
    names = ("newsletter", "newsletter_subscribe", "newsletter_check_inbox")
    with translation.override("en"):
        assert [reverse(name) for name in names] == ["/newsletter/", FORM, "/newsletter/check-your-inbox/"]
