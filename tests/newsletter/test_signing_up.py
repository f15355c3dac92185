"""From the form to what the worker makes of it."""

import datetime as dt

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter import breaker
from newsletter.confirming import send_due_confirmations
from newsletter.models import SignUp, Subscriber, Subscription
from newsletter.signing_up import sign_up, take_sign_ups
from newsletter.singles import send_due_singles
from newsletter.stamps import stamp
from newsletter.states import SuppressionReason
from newsletter.suppressing import suppress
from newsportal.core import limits
from tests.factories import make_article
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_list, make_pending

pytestmark = pytest.mark.django_db

FORM = "/newsletter/subscribe/"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def fields(address, **others):
    return {"email": address, "source": "/world/", "website": "", "stamp": stamp(NOW - MINUTE), **others}


def post(client, address="ana@example.org", network="203.0.113.7", **others):
    return client.post(FORM, fields(address, **others), REMOTE_ADDR=network)


def sealed(page):
    return page.split('name="seal" value="')[1].split('"')[0]


def test_the_request_looks_at_nobody(client):
    """New, pending, confirmed, suppressed: the same queries, so the same time, and the same answer."""
    make_pending(address="pending@example.org", sent=True)
    make_confirmed(address="confirmed@example.org")
    suppress("suppressed@example.org", reason=SuppressionReason.COMPLAINT, by=None, now=NOW)
    post(client, "first@example.org", "192.0.2.1")
    seen = set()
    for number, state in enumerate(("new", "pending", "confirmed", "suppressed")):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = post(client, f"{state}@example.org", f"198.51.{number}.1")
        asked = tuple(
            query["sql"].replace(f"{state}@example.org", "…")
            for query in queries
            if "savepoint" not in query["sql"].lower()
        )
        seen.add((answer.status_code, answer.headers["Location"], answer.content, len(asked)))
        assert not any("subscriber" in sql or "suppression" in sql for sql in asked)
    assert len(seen) == 1


def test_a_suppressed_address_gets_nothing_and_is_not_kept(client, mailoutbox):
    suppress("ana@example.org", reason=SuppressionReason.COMPLAINT, by=None, now=NOW)
    post(client)
    assert send_due_singles(now=NOW) == 0
    assert not Subscriber.objects.exists()
    assert not SignUp.objects.exists()


def test_who_has_it_gets_the_way_to_the_settings_once_a_day(client, mailoutbox):
    make_confirmed(address="ana@example.org", newsletter=make_list())
    for _time in range(3):
        post(client)
        send_due_singles(now=NOW)
    assert [message.subject for message in mailoutbox] == ["Your newsletters from News"]
    assert "/newsletter/preferences/" in mailoutbox[0].body
    post(client)
    assert send_due_singles(now=NOW + dt.timedelta(hours=25)) == 1


def test_several_newsletters_are_one_mail_and_one_tap(client, mailoutbox, settings):
    make_list(slug="morning", name="Morning")
    make_list(slug="sport", name="Sport", position=1)
    make_list(slug="evening", name="Evening", position=2)
    post(client, newsletter=["sport", "morning"], choose="1")
    assert send_due_singles(now=NOW) == 1
    assert "“Morning”, “Sport”" in mailoutbox[0].body
    assert mailoutbox[0].subject == "Please confirm: Morning, Sport from News"
    link = next(word for word in mailoutbox[0].body.split() if "/confirm/" in word).removeprefix(settings.SITE_URL)
    assert "“Morning”, “Sport”" in client.get(link).content.decode()
    client.post(link)
    assert set(Subscription.objects.confirmed().values_list("newsletter__slug", flat=True)) == {"morning", "sport"}


def test_where_one_has_to_choose_nothing_chosen_is_said(client):
    make_list(slug="morning")
    make_list(slug="sport", position=1)
    response = post(client, choose="1")
    assert response.status_code == 422
    assert "Please choose at least one newsletter." in response.content.decode()


@pytest.mark.parametrize("age", [dt.timedelta(seconds=1), dt.timedelta(hours=25), None])
def test_a_form_too_young_too_old_or_without_a_stamp_takes_one_tap_more(client, age):
    made = stamp(NOW - age) if age is not None else ""
    response = post(client, stamp=made)
    page = response.content.decode()
    assert (response.status_code, "One more tap" in page, "answer" in page) == (200, True, False)
    assert not SignUp.objects.exists()
    assert "no-store" in response.headers["Cache-Control"]
    again = client.post(FORM, {"email": "ana@example.org", "seal": sealed(page)})
    assert again.status_code == 303
    assert SignUp.objects.get().address == "ana@example.org"


def test_a_seal_for_one_address_takes_no_other(client):
    page = post(client, stamp="").content.decode()
    assert client.post(FORM, {"email": "eve@example.org", "seal": sealed(page)}).status_code == 200
    assert not SignUp.objects.exists()


def test_throw_away_domains_are_refused_with_the_reason(client):
    for address in ("ana@mailinator.com", "ana@eu.mailinator.com", "ANA@YOPMAIL.COM"):
        response = post(client, address)
        assert response.status_code == 422
        assert "stop working after minutes" in response.content.decode()
    assert post(client, "ana@notmailinator.com").status_code == 303


def test_a_thousand_posts_from_one_network_are_ten_mails(client, mailoutbox):
    make_list()
    for number in range(1000):
        assert post(client, f"reader{number}@example.org").status_code == 303
    while take_sign_ups(now=NOW):
        pass
    while send_due_confirmations(now=NOW):
        pass
    assert len(mailoutbox) == 10
    assert limits.refusals("newsletter-limit", now=NOW) == 990


def test_a_thousand_posts_to_one_address_are_one_mail_now_and_three_a_day(client, mailoutbox):
    make_list()
    for number in range(1000):
        post(client, network=f"10.{number // 250}.{number % 250}.1")
    for hour in range(30):
        send_due_singles(now=NOW + hour * dt.timedelta(hours=1) / 2)
    assert len(mailoutbox) == 1


def test_a_thousand_posts_of_a_flood_are_what_the_breaker_lets_through(client, mailoutbox, caplog):
    make_list()
    statuses = [
        post(client, f"reader{number}@example.org", f"10.{number // 250}.{number % 250}.1").status_code
        for number in range(1000)
    ]
    assert (statuses.count(303), statuses.count(200)) == (breaker.FLOOR, 1000 - breaker.FLOOR)
    while take_sign_ups(now=NOW):
        pass
    while send_due_confirmations(now=NOW):
        pass
    assert len(mailoutbox) == breaker.FLOOR
    assert caplog.text.count("subscription_flood") == 1
    assert limits.refusals(breaker.FLOOD, now=NOW) == 1000 - breaker.FLOOR


def test_refused_posts_cost_no_write_and_few_queries(client, django_assert_max_num_queries):
    make_list()
    for number in range(breaker.FLOOR):
        post(client, f"reader{number}@example.org", f"10.1.{number}.1")
    with django_assert_max_num_queries(4) as queries:
        post(client, "late@example.org", "10.2.1.1")
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_during_a_flood_people_answer_a_question_and_get_in(client, monkeypatch):
    monkeypatch.setattr(breaker, "FLOOR", 0)
    page = post(client).content.decode()
    first, second = page.split("what is ")[1].split("?")[0].split(" plus ")
    right = {"email": "ana@example.org", "seal": sealed(page), "answer": str(int(first) + int(second))}
    wrong = client.post(FORM, {**right, "answer": "99"})
    assert "That was not it" in wrong.content.decode()
    monkeypatch.setattr(breaker, "hourly_limit", lambda now: 1)
    post(client, "other@example.org", "10.1.1.1")
    assert client.post(FORM, right).status_code == 303
    assert SignUp.objects.filter(address="ana@example.org").exists()


def test_even_answers_are_no_more_than_the_limit_and_then_the_form_is_closed(client, monkeypatch):
    monkeypatch.setattr(breaker, "hourly_limit", lambda now: 0)
    page = post(client).content.decode()
    first, second = page.split("what is ")[1].split("?")[0].split(" plus ")
    answer = {"email": "ana@example.org", "seal": sealed(page), "answer": str(int(first) + int(second))}
    response = client.post(FORM, answer)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "3600")
    assert "Yours was not taken" in response.content.decode()


def test_the_limit_is_twenty_times_the_usual_hour(monkeypatch):
    monkeypatch.setattr("newsletter.models.consents.ConsentRecordQuerySet.number_of_asks_since", lambda *a: 168 * 7)
    assert breaker.hourly_limit(NOW) == 140


@pytest.mark.parametrize(("policy", "kept"), [("none", ""), ("network", "203.0.113.0/24"), ("address", "203.0.113.7")])
def test_the_record_says_of_the_place_what_the_policy_lets_it(client, settings, policy, kept):
    settings.CONSENT_ORIGIN = policy
    post(client)
    take_sign_ups(now=NOW)
    assert Subscription.objects.get().subscriber.consents.get().network == kept


def test_the_record_has_the_time_of_the_form_not_of_the_worker(client):
    post(client)
    take_sign_ups(now=NOW + dt.timedelta(hours=1))
    assert Subscription.objects.get().subscriber.consents.get().at == NOW


def test_a_newsletter_closed_meanwhile_takes_nobody_and_nothing_hangs():
    make_list(is_open=False)
    values = {"language": "en", "now": NOW, "source": "/", "origin": "", "wording": "Subscribe"}
    for slugs in ([], ["morning"], ["nonsense"]):
        sign_up("ana@example.org", newsletters=slugs, **values)
    assert take_sign_ups(now=NOW) == 3
    assert not SignUp.objects.exists()
    assert not Subscriber.objects.exists()


def test_pages_keep_their_etag_although_their_stamps_differ(client):
    with time_machine.travel(NOW):
        first = client.get("/newsletter/")
    with time_machine.travel(NOW + MINUTE):
        second = client.get("/newsletter/")
        same = client.get("/newsletter/", headers={"If-None-Match": first.headers["ETag"]})
    assert first.content != second.content
    assert first.headers["ETag"] == second.headers["ETag"]
    assert same.status_code == 304


def test_a_text_that_looks_like_a_form_is_left_alone(client):
    headline = 'She typed name="stamp" value="" and left'
    page = client.get(make_article(headline=headline).get_absolute_url()).content.decode()
    assert page.count('name="stamp" value="') == page.count('action="/newsletter/subscribe/"')
    assert headline in client.get("/feeds/rss.xml").content.decode()


def test_a_stamp_of_another_purpose_is_none(client):
    other = signing.Signer(salt="newsportal.something-else", sep=".").sign(str(int(NOW.timestamp()) - 60))
    assert post(client, stamp=other).status_code == 200
    assert not SignUp.objects.exists()
