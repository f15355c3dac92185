import datetime as dt
import smtplib

import pytest
from django.core.exceptions import PermissionDenied

from newsletter import confirming
from newsletter.confirming import ATTEMPTS, LEASE, confirm, expire_pending
from newsletter.models import ConsentRecord, Subscriber, Subscription
from newsletter.states import NewsletterError, SubscriptionState
from newsletter.subscribing import unsubscribe
from tests.factories import make_user
from tests.newsletter.factories import ask, make_confirmed, make_list, make_pending, send

pytestmark = pytest.mark.django_db

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def failing(monkeypatch):
    """A mail server that takes the connection and refuses the mail."""

    def refuse(*args, **kwargs):
        raise smtplib.SMTPResponseException(451, b"4.7.1 Try again later")

    monkeypatch.setattr(confirming, "send_mail_pair", refuse)


class KilledError(BaseException):
    """The process is gone."""


def send_and_be_killed(monkeypatch, *, now):
    """A worker that dies when the mail is out and before that is written down."""

    def die(subscription, **values):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(confirming, "_update_ours", die)
        with pytest.raises(KilledError):
            send(now=now)


def test_confirming_makes_it_confirmed_and_is_recorded(now):
    confirmed = confirm(make_pending(now=now), now=now + MINUTE, source="/newsletter/confirm/…/")
    assert (confirmed.state, confirmed.confirmed_at) == (SubscriptionState.CONFIRMED, now + MINUTE)
    record = ConsentRecord.objects.first()
    assert (record.action, record.at, record.source) == ("confirmed", now + MINUTE, "/newsletter/confirm/…/")
    assert "“The morning”" in record.wording.text


def test_confirming_twice_changes_nothing(now):
    confirmed = make_confirmed(now=now)
    assert confirm(confirmed, now=now + DAY).confirmed_at == now
    assert ConsentRecord.objects.filter(action="confirmed").count() == 1


def test_an_old_link_does_not_bring_back_who_left(now):
    left = unsubscribe(make_confirmed(now=now), now=now)
    with pytest.raises(NewsletterError):
        confirm(left, now=now)


def test_staff_need_the_permission(now):
    with pytest.raises(PermissionDenied):
        confirm(make_pending(now=now), by=make_user(), now=now)


def test_a_due_mail_is_sent_once(now, mailoutbox):
    pending = make_pending(address="ana@example.org", now=now)
    assert [send(now=now), send(now=now + MINUTE), send(now=now + DAY)] == [1, 0, 0]
    assert [message.to for message in mailoutbox] == [["ana@example.org"]]
    pending.refresh_from_db()
    assert (pending.confirmation_sent_at, pending.confirmation_due_at, pending.claimed_until) == (now, None, None)


def test_what_is_not_due_waits(now, mailoutbox):
    ask(now=now + MINUTE)
    assert send(now=now) == 0


def test_the_mail_goes_to_the_ascii_form_of_the_domain(now, mailoutbox):
    ask(address="Ana@bücher.example", now=now)
    send(now=now)
    assert mailoutbox[0].message()["To"] == "Ana@xn--bcher-kva.example"


def test_a_row_in_another_worker_s_hands_is_left_alone(now, mailoutbox):
    pending = make_pending(now=now)
    Subscription.objects.filter(pk=pending.pk).update(claimed_until=now + LEASE)
    assert send(now=now + MINUTE) == 0


def test_killed_after_sending_it_is_sent_again_when_the_lease_ends(now, mailoutbox, monkeypatch):
    make_pending(now=now)
    send_and_be_killed(monkeypatch, now=now)
    assert send(now=now + LEASE - MINUTE) == 0
    assert send(now=now + LEASE) == 1
    first, second = (message.message()["Message-ID"] for message in mailoutbox)
    assert first == second


def test_a_mail_that_kills_every_worker_is_given_up(now, monkeypatch):
    pending = make_pending(now=now)
    for attempt in range(ATTEMPTS):
        send_and_be_killed(monkeypatch, now=now + attempt * LEASE)
    assert send(now=now + ATTEMPTS * LEASE) == 0
    pending.refresh_from_db()
    assert (pending.confirmation_due_at, pending.confirmation_sent_at) == (None, None)


def test_a_refused_mail_stays_due_and_waits_longer_each_time(now, failing):
    pending = make_pending(now=now)
    waits = []
    for _attempt in range(6):
        due = Subscription.objects.get(pk=pending.pk).confirmation_due_at
        assert send(now=due) == 0
        pending.refresh_from_db()
        waits.append((pending.confirmation_due_at - due) // MINUTE)
    assert waits == [1, 5, 15, 60, 240, 240]
    assert "4.7.1 Try again later" in pending.last_error


def test_a_refused_mail_is_given_up_within_a_day_and_said_so(now, failing, caplog):
    pending = make_pending(now=now)
    for _attempt in range(ATTEMPTS):
        pending.refresh_from_db()
        last = pending.confirmation_due_at
        send(now=last)
    pending.refresh_from_db()
    assert pending.confirmation_due_at is None
    assert dt.timedelta(hours=20) < last - now < DAY
    assert "confirmation_given_up" in caplog.text


def test_after_giving_up_the_reader_may_ask_again(now, failing):
    pending = make_pending(now=now)
    Subscription.objects.filter(pk=pending.pk).update(attempts=ATTEMPTS - 1)
    send(now=now)
    later = now + MINUTE
    again = ask(address=pending.subscriber.address, now=later)
    assert (again.confirmation_due_at, again.attempts, again.last_error) == (later, 0, "")


def test_one_refused_mail_does_not_stop_the_others(now, monkeypatch, mailoutbox):
    make_pending(address="full@example.org", now=now)
    make_pending(address="ana@example.org", now=now)
    whole = confirming.send_mail_pair

    def refuse_one(*args, **kwargs):
        if kwargs["to"] == "full@example.org":
            raise smtplib.SMTPRecipientsRefused({"full@example.org": (452, b"4.2.2 full")})
        whole(*args, **kwargs)

    monkeypatch.setattr(confirming, "send_mail_pair", refuse_one)
    assert send(now=now) == 1
    assert mailoutbox[0].to == ["ana@example.org"]


def test_an_address_stays_out_of_the_log_when_it_is_refused(now, monkeypatch, caplog):
    make_pending(address="full@example.org", now=now)

    def refuse(*args, **kwargs):
        raise smtplib.SMTPRecipientsRefused({"full@example.org": (452, b"4.2.2 full")})

    monkeypatch.setattr(confirming, "send_mail_pair", refuse)
    send(now=now)
    assert "confirmation_failed" in caplog.text
    assert "full@example.org" not in caplog.text


def test_an_unreachable_server_loses_nothing_and_counts_against_nobody(now, network_off, mailoutbox, monkeypatch):
    first, second = make_pending(now=now), make_pending(now=now)
    assert send(now=now) == 0
    for row in (first, second):
        row.refresh_from_db()
    assert (first.attempts, first.confirmation_due_at) == (0, now + MINUTE)
    assert (second.attempts, second.confirmation_due_at) == (0, now)
    monkeypatch.undo()
    assert send(now=now + MINUTE) == 2


def test_stopping_ends_after_the_mail_in_hand(now, mailoutbox):
    make_pending(now=now)
    make_pending(now=now)
    assert confirming.send_due_confirmations(now=now, stopping=lambda: True) == 1
    assert Subscription.objects.confirmation_due(now).count() == 1


def test_a_claim_that_ran_out_writes_nothing(now, monkeypatch, caplog):
    pending = make_pending(now=now)

    def slow(*args, **kwargs):
        Subscription.objects.filter(pk=pending.pk).update(claimed_until=now + 2 * LEASE)

    monkeypatch.setattr(confirming, "send_mail_pair", slow)
    send(now=now)
    pending.refresh_from_db()
    assert pending.confirmation_sent_at is None
    assert "claim_lost" in caplog.text


def test_who_leaves_while_the_mail_goes_has_left(now, monkeypatch):
    pending = make_pending(now=now)
    monkeypatch.setattr(confirming, "send_mail_pair", lambda *a, **k: unsubscribe(pending, now=now))
    send(now=now)
    pending.refresh_from_db()
    assert pending.state == SubscriptionState.UNSUBSCRIBED


def test_finding_and_sending_costs_the_same_for_each_row(now, django_assert_num_queries, mailoutbox):
    for _number in range(2):
        make_pending(now=now)
    send(now=now)
    for _number in range(20):
        make_pending(now=now)
    # One to find them; for each: claim, read, mark.
    # Three to ask whether this database may send, and to count that it does.
    with django_assert_num_queries(3 + 1 + 20 * 3):
        assert send(now=now) == 20


def test_pending_is_deleted_after_fourteen_days_with_its_address(now):
    make_pending(now=now)
    kept = make_pending(now=now + DAY)
    assert expire_pending(now=now + 14 * DAY + MINUTE) == 1
    assert list(Subscription.objects.all()) == [kept]
    assert list(Subscriber.objects.all()) == [kept.subscriber]
    assert ConsentRecord.objects.count() == 1


def test_confirmed_never_expires(now):
    confirmed = make_confirmed(now=now)
    assert expire_pending(now=now + 400 * DAY) == 0
    confirmed.refresh_from_db()


def test_an_address_with_another_newsletter_stays(now):
    confirmed = make_confirmed(address="ana@example.org", now=now)
    ask(address="ana@example.org", newsletter=make_list(slug="evening"), now=now + DAY)
    assert expire_pending(now=now + 16 * DAY) == 1
    assert confirmed.subscriber in Subscriber.objects.all()


def test_who_left_and_did_not_confirm_again_has_left(now):
    unsubscribe(make_confirmed(address="ana@example.org", now=now), now=now)
    again = ask(address="ana@example.org", now=now + DAY)
    assert expire_pending(now=now + 16 * DAY) == 1
    again.refresh_from_db()
    assert (again.state, again.ended_at) == (SubscriptionState.UNSUBSCRIBED, now)
    assert ConsentRecord.objects.filter(action="withdrawn").exists()


def test_one_reminder_after_a_day_and_no_second(now, mailoutbox):
    pending = make_pending(now=now)
    send(now=now)
    assert confirming.remind(now=now + dt.timedelta(hours=23)) == 0
    assert confirming.remind(now=now + DAY) == 1
    assert send(now=now + DAY) == 1
    assert mailoutbox[1].subject.startswith("A reminder, the only one")
    assert mailoutbox[0].message()["Message-ID"] != mailoutbox[1].message()["Message-ID"]
    assert confirming.remind(now=now + 2 * DAY) == confirming.remind(now=now + 3 * DAY) == 0
    pending.refresh_from_db()
    assert pending.state == SubscriptionState.PENDING


def test_who_has_answered_or_asked_long_ago_is_not_reminded(now):
    make_confirmed(now=now)
    unsubscribe(make_pending(sent=True, now=now), now=now)
    make_pending(sent=True, now=now - 5 * DAY)
    assert confirming.remind(now=now + DAY) == 0


def test_a_domain_without_mail_gets_none_and_the_row_says_why(now, mailoutbox, monkeypatch):
    monkeypatch.setattr(confirming, "takes_mail", lambda domain: domain != "nomail.example")
    dead = make_pending(address="ana@nomail.example", now=now)
    make_pending(now=now)
    assert send(now=now) == 1
    dead.refresh_from_db()
    assert (dead.confirmation_due_at, dead.last_error) == (None, "The domain takes no mail.")
