"""Reports that are pushed to us: our own signed webhook, and providers' through Anymail."""

import base64
import datetime as dt
import json

import pytest
from anymail.signals import AnymailTrackingEvent, tracking
from django.utils import timezone

from newsletter.bouncing import verp
from newsletter.bouncing.applying import apply_due_events
from newsletter.bouncing.classes import BounceClass
from newsletter.bouncing.pushed import sign
from newsletter.models import MailEvent, Suppression
from newsletter.states import DeliveryState, EventKind, SubscriptionState
from tests.newsletter.factories import make_confirmed, make_delivery

pytestmark = pytest.mark.django_db
SECRET, OLDER = "s" * 32, "o" * 32
URL = "/newsletter/webhooks/events/"


@pytest.fixture(autouse=True)
def _secrets(settings):
    settings.BOUNCE_WEBHOOK_SECRETS = [SECRET, OLDER]
    settings.BOUNCE_ADDRESS = "bounces@example.org"


@pytest.fixture
def delivery(now):
    return make_delivery(address="reader@example.net", state=DeliveryState.SENT, sent_at=now)


def post(client, events, *, secret=SECRET, at=None, body=None, signature=None):
    body = body or json.dumps({"events": events}).encode()
    header = signature or sign(body, secret, at or timezone.now())
    return client.post(URL, body, content_type="application/json", headers={"X-Newsletter-Signature": header})


def bounced(**fields):
    return {"id": "e1", "type": "bounced", "recipient": "reader@example.net", "code": "5.1.1", **fields}


def test_a_signed_report_is_stored_and_applied_later(client, delivery, now):
    response = post(client, [bounced(token=verp.envelope_sender(delivery))])
    assert (response.status_code, response.json()) == (200, {"stored": 1})
    event = MailEvent.objects.get()
    assert (event.kind, event.bounce_class, event.delivery, event.applied_at) == ("bounced", "hard", delivery, None)
    assert json.loads(event.raw)["code"] == "5.1.1"
    assert not Suppression.objects.exists()
    assert apply_due_events(now=now) == 1
    assert Suppression.objects.count() == 1


def test_the_older_secret_still_works(client, delivery):
    assert post(client, [bounced()], secret=OLDER).status_code == 200


@pytest.mark.parametrize("signature", ["", "t=1", "v1=abc", "t=٣,v1=ü", "t=1764000000,v1=" + "0" * 64, ",,=,"])
def test_a_bad_signature_is_refused(client, delivery, signature):
    assert post(client, [bounced()], signature=signature or "x").status_code == 403
    assert not MailEvent.objects.exists()


def test_a_strangers_secret_is_refused(client, delivery):
    assert post(client, [bounced()], secret="x" * 32).status_code == 403
    assert not MailEvent.objects.exists()


def test_a_signature_for_another_text_is_refused(client, delivery):
    signature = sign(b"{}", SECRET, timezone.now())
    assert post(client, [bounced()], signature=signature).status_code == 403


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_report_sent_again_is_refused(client, delivery, minutes):
    at = timezone.now() + dt.timedelta(minutes=minutes)
    assert post(client, [bounced()], at=at).status_code == 403


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"events": {}}', b'{"events": [1]}', b'{"events": [{"type": "bounced"}]}', b"\xff", b"[" * 90000],
)
def test_a_signed_text_that_cannot_be_read_is_400(client, body):
    assert post(client, [], body=body).status_code == 400
    assert not MailEvent.objects.exists()


def test_a_fault_of_ours_is_500_so_that_it_is_sent_again(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("newsletter.bouncing.pushed.store", lambda event: 1 / 0)
    assert post(client, [bounced()]).status_code == 500


def test_the_same_event_twice_is_stored_once(client, delivery):
    post(client, [bounced()])
    assert post(client, [bounced(), bounced(id="e2")]).status_code == 200
    assert MailEvent.objects.count() == 2


def test_odd_values_are_stored_and_harm_nothing(client, now):
    odd = {"id": "x\x00y" * 200, "type": ["a"], "code": 5, "detail": "\x00", "recipient": {"a": 1}, "at": "2026-13-45"}
    assert post(client, [odd]).status_code == 200
    assert apply_due_events(now=now) == 1
    assert MailEvent.objects.get().kind == EventKind.UNKNOWN


def test_a_ping_is_answered_and_a_get_is_not(client):
    assert client.head(URL).status_code == 200
    assert client.get(URL).status_code == 405


def test_without_secrets_there_is_nothing(client, settings):
    settings.BOUNCE_WEBHOOK_SECRETS = []
    assert client.post(URL, b"{}", content_type="application/json").status_code == 404
    assert client.head(URL).status_code == 404


# --- Providers --------------------------------------------------------------------------------------------------------


def tell(kind, *, recipient="reader@example.net", event_id="1", **fields):
    event = AnymailTrackingEvent(event_type=kind, recipient=recipient, event_id=event_id, esp_event={"a": 1}, **fields)
    tracking.send(sender=None, event=event, esp_name="Some ESP")


@pytest.mark.parametrize(
    ("reason", "answer", "expected"),
    [
        ("invalid", None, BounceClass.HARD),
        ("bounced", "smtp; 550 5.1.1 no such user", BounceClass.HARD),
        ("bounced", "552 5.2.2 mailbox full", BounceClass.SOFT),
        ("bounced", None, BounceClass.SOFT),
        ("timed_out", None, BounceClass.SOFT),
        ("blocked", None, BounceClass.POLICY),
        ("spam", None, BounceClass.POLICY),
        ("other", None, BounceClass.UNKNOWN),
        ("something new", None, BounceClass.UNKNOWN),
    ],
)
def test_a_providers_words_are_put_into_ours(delivery, reason, answer, expected):
    tell("bounced", reject_reason=reason, mta_response=answer)
    event = MailEvent.objects.get()
    assert (event.kind, event.bounce_class, event.source) == (EventKind.BOUNCED, expected, "some-esp")
    assert event.subscriber == delivery.subscriber


@pytest.mark.parametrize("name", [verp.envelope_sender, verp.token])
def test_a_token_in_the_metadata_names_the_delivery(delivery, name):
    tell("delivered", metadata={"token": name(delivery)})
    assert MailEvent.objects.get().delivery == delivery


def test_opens_and_clicks_are_none_of_our_business():
    tell("opened")
    tell("clicked")
    assert not MailEvent.objects.exists()


def test_an_unknown_kind_is_a_value(now):
    tell("folded")
    assert apply_due_events(now=now) == 1
    assert MailEvent.objects.get().kind == EventKind.UNKNOWN


def test_a_provider_that_names_no_event_is_heard_once(delivery, now):
    for _ in range(2):
        tell("bounced", event_id=None, message_id="m1", timestamp=now)
    assert "reader" not in MailEvent.objects.get().event_id


def test_an_unsubscription_at_the_provider_ends_it_here(now):
    subscription = make_confirmed(address="reader@example.net")
    tell("unsubscribed")
    apply_due_events(now=now)
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.UNSUBSCRIBED


# A report as Postmark's documentation describes it, with values of our own.
POSTMARK = {
    "RecordType": "SpamComplaint",
    "ID": 42,
    "MessageID": "00000000-0000-0000-0000-000000000001",
    "Email": "reader@example.net",
    "BouncedAt": "2026-11-23T06:00:00Z",
    "Type": "SpamComplaint",
    "Details": "",
    "Description": "",
}


@pytest.mark.urls("tests.newsletter.anymail_urls")
def test_a_providers_webhook_suppresses_who_complains(client, settings, delivery, now):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:password"}
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "anymail"]
    url = "/newsletter/webhooks/postmark/tracking/"
    wrong, right = (base64.b64encode(text).decode() for text in (b"user:guess", b"user:password"))
    for authority, expected in ((wrong, 400), (right, 200)):
        headers = {"Authorization": f"Basic {authority}"}
        assert client.post(url, POSTMARK, content_type="application/json", headers=headers).status_code == expected
    assert apply_due_events(now=now) == 1
    assert Suppression.objects.get().reason == "complaint"
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT
