"""What follows from a report on a mail."""

import datetime as dt

import pytest

from newsletter.bouncing import verp
from newsletter.bouncing.applying import apply_due_events
from newsletter.bouncing.recording import forget_raw, note_mail, note_reply
from newsletter.links import UNSUBSCRIBE
from newsletter.models import MailEvent, Subscription, Suppression
from newsletter.states import DeliveryState, EventKind, SubscriptionState, SuppressionReason
from newsletter.suppressing import fingerprint, is_suppressed
from newsportal.core.mail import message_id
from tests.newsletter import returned
from tests.newsletter.factories import make_confirmed, make_delivery, make_issue, make_list

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _bounces(settings):
    settings.BOUNCE_ADDRESS = "bounces@example.org"


@pytest.fixture
def delivery(now):
    return make_delivery(address="reader@example.net", state=DeliveryState.SENT, sent_at=now)


def receive(raw, now):
    event = note_mail(raw, now=now)
    apply_due_events(now=now)
    return event


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


def suppressed(address="reader@example.net"):
    return list(Suppression.objects.of(fingerprint(address)).values_list("reason", "newsletter"))


def test_a_hard_bounce_suppresses_at_once(delivery, now):
    event = receive(returned.dsn(to=verp.envelope_sender(delivery)), now)
    assert suppressed() == [(SuppressionReason.HARD_BOUNCE, None)]
    assert state_of(delivery) == DeliveryState.BOUNCED
    event.refresh_from_db()
    assert (event.applied_at, event.delivery, event.subscriber) == (now, delivery, delivery.subscriber)


def test_the_suppression_does_not_know_the_address(delivery, now):
    receive(returned.dsn(to=verp.envelope_sender(delivery)), now)
    assert "reader" not in Suppression.objects.get().note


@pytest.mark.parametrize("how", ["plain", "forged token", "message id", "recipient"])
def test_a_bounce_that_nothing_of_ours_proves_does_nothing(delivery, now, how):
    other = make_delivery()
    to = {"forged token": f"bounces+{delivery.pk}.{verp.envelope_sender(other).partition('.')[2]}"}.get(
        how, "bounces@x.org"
    )
    identity = message_id("issue", delivery.issue_id, delivery.pk) if how == "message id" else "<x@y>"
    event = receive(returned.dsn(to=to, headers=returned.returned_headers(message_id=identity)), now)
    assert (suppressed(), state_of(delivery)) == ([], DeliveryState.SENT)
    assert (event.is_trusted, event.subscriber) == (False, delivery.subscriber)
    assert event.delivery == (delivery if how == "message id" else None)


def test_a_forged_complaint_does_nothing(delivery, now):
    receive(returned.complaint(), now)
    assert (suppressed(), state_of(delivery)) == ([], DeliveryState.SENT)


def test_a_complaint_suppresses_everywhere_and_ends_the_subscriptions(delivery, now):
    reader = delivery.subscriber
    other = make_confirmed(address=reader.address, newsletter=make_list(slug="sport"))
    token = UNSUBSCRIBE.token(reader.pk, delivery.issue.newsletter_id)
    identity = message_id("issue", delivery.issue_id, delivery.pk)
    headers = returned.returned_headers(unsubscribe=token, message_id=identity)
    receive(returned.complaint(headers=headers), now)
    assert suppressed() == [(SuppressionReason.COMPLAINT, None)]
    assert is_suppressed("reader@example.net", other.newsletter)
    assert state_of(delivery) == DeliveryState.COMPLAINED
    states = set(Subscription.objects.filter(subscriber=reader).values_list("state", flat=True))
    assert states == {SubscriptionState.UNSUBSCRIBED}


def test_a_late_bounce_does_not_hide_a_complaint(delivery, now):
    receive(returned.complaint(to=verp.envelope_sender(delivery)), now)
    receive(returned.dsn(to=verp.envelope_sender(delivery)), now)
    assert state_of(delivery) == DeliveryState.COMPLAINED


def test_policy_is_never_the_readers_fault(delivery, now):
    raw = returned.dsn(to=verp.envelope_sender(delivery), status="5.7.1", diagnosis="550 5.7.1 blocked as spam")
    for day in range(30):
        receive(raw + b"\n" * day, now + day * DAY)
    assert (suppressed(), state_of(delivery)) == ([], DeliveryState.BOUNCED)


def full(delivery, day):
    raw = returned.dsn(to=verp.envelope_sender(delivery), status="5.2.2", diagnosis="552 5.2.2 mailbox full")
    return raw + b"\n" * day


def soft_bounces(subscription, now, *, days, issues, a_day=1):
    """Mail that comes back soft on each of `days` days, of so many issues in turn."""
    made = [make_delivery(issue=make_issue(), subscription=subscription, state=DeliveryState.SENT, sent_at=now)
            for _ in range(issues)]  # fmt: skip
    for day in range(days):
        for time in range(a_day):
            receive(full(made[day % issues], day * 10 + time), now + day * DAY + dt.timedelta(minutes=time))


def test_five_points_over_three_issues_suppress(now):
    subscription = make_confirmed(address="reader@example.net")
    soft_bounces(subscription, now, days=9, issues=3)
    assert suppressed() == []
    receive(full(subscription.subscriber.deliveries.first(), 99), now + 9 * DAY)
    assert suppressed() == [(SuppressionReason.SOFT_BOUNCES, None)]


def test_many_on_one_day_count_once(now):
    soft_bounces(make_confirmed(address="reader@example.net"), now, days=4, issues=3, a_day=4)
    assert suppressed() == []


def test_two_issues_are_not_enough(now):
    soft_bounces(make_confirmed(address="reader@example.net"), now, days=15, issues=2)
    assert suppressed() == []


def test_a_mail_that_arrives_wipes_the_slate(now):
    subscription = make_confirmed(address="reader@example.net")
    soft_bounces(subscription, now, days=9, issues=3)
    make_delivery(issue=make_issue(), subscription=subscription, state=DeliveryState.SENT, sent_at=now + 9 * DAY)
    receive(full(subscription.subscriber.deliveries.last(), 99), now + 12 * DAY)
    assert suppressed() == []


def test_what_is_older_than_30_days_counts_no_more(now):
    subscription = make_confirmed(address="reader@example.net")
    soft_bounces(subscription, now, days=9, issues=3)
    receive(full(subscription.subscriber.deliveries.last(), 99), now + 31 * DAY)
    assert suppressed() == []


def test_a_refusal_we_heard_ourselves_suppresses(now):
    delivery = make_delivery(address="reader@example.net", state=DeliveryState.FAILED, attempts=1)
    note_reply(delivery, 550, "5.1.1 no such user", now=now)
    assert note_reply(delivery, 550, "5.1.1 no such user", now=now).pk == MailEvent.objects.get().pk
    apply_due_events(now=now)
    assert suppressed() == [(SuppressionReason.HARD_BOUNCE, None)]
    assert state_of(delivery) == DeliveryState.FAILED


def test_no_refusal_is_no_event(now):
    assert note_reply(make_delivery(), 250, "2.0.0 ok", now=now) is None


def test_a_mail_in_a_workers_hands_is_not_touched_until_it_is_let_go(now):
    delivery = make_delivery(
        address="reader@example.net", state=DeliveryState.HANDED, lease_until=now + DAY, claim="0" * 32
    )
    receive(returned.dsn(to=verp.envelope_sender(delivery)), now)
    assert (suppressed(), state_of(delivery)) == ([], DeliveryState.HANDED)
    type(delivery).objects.filter(pk=delivery.pk).update(state=DeliveryState.SENT, claim=None, lease_until=None)
    apply_due_events(now=now)
    assert (len(suppressed()), state_of(delivery)) == (1, DeliveryState.BOUNCED)


def test_a_bounce_of_the_old_address_leaves_the_new_one_alone(delivery, now):
    delivery.subscriber.key = delivery.subscriber.address = "new@example.net"
    delivery.subscriber.save()
    receive(returned.dsn(to=verp.envelope_sender(delivery)), now)
    assert (len(suppressed()), suppressed("new@example.net")) == (1, [])


def test_a_bounce_of_a_forgotten_reader_breaks_nothing(delivery, now):
    address = verp.envelope_sender(delivery)
    type(delivery).objects.filter(pk=delivery.pk).update(mailbox="")
    delivery.subscriber.delete()
    event = receive(returned.dsn(to=address), now)
    event.refresh_from_db()
    assert event.applied_at == now
    assert not Suppression.objects.exists()


def test_the_same_mail_twice_is_one_report(delivery, now):
    raw = returned.dsn(to=verp.envelope_sender(delivery))
    assert receive(raw, now).pk == receive(raw, now + DAY).pk


def test_an_auto_reply_leaves_nothing(now):
    assert note_mail(returned.out_of_office(), now=now) is None
    assert not MailEvent.objects.exists()


def test_what_cannot_be_read_is_kept_30_days(now):
    receive(returned.letter(), now)
    event = MailEvent.objects.get()
    assert (event.kind, event.detail) == (EventKind.UNKNOWN, "Your story about the ferries")
    assert "ferries, really" in event.raw
    assert forget_raw(now=now + 30 * DAY) == 0
    assert forget_raw(now=now + 31 * DAY) == 1
    assert not MailEvent.objects.exists()


def test_of_what_was_read_only_the_raw_text_goes(delivery, now):
    receive(returned.dsn(to=verp.envelope_sender(delivery)), now)
    assert forget_raw(now=now + 31 * DAY) == 1
    assert MailEvent.objects.get().raw == ""
