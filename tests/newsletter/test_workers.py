"""Several workers and readers at once, in threads with connections of their own."""

from functools import partial

import pytest

from newsletter.confirming import _claimed, expire_pending, send_due_confirmations
from newsletter.models import ConsentRecord, Subscriber, Subscription
from newsletter.signing_up import sign_up, take_sign_ups
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import ask, make_list, make_pending
from tests.processes import at_once

pytestmark = pytest.mark.usefixtures("threads_db")


def test_workers_at_once_send_each_mail_once(mailoutbox):
    for _number in range(15):
        make_pending()
    counts = at_once(*[lambda: send_due_confirmations(now=NOW)] * 4)
    assert sum(counts) == 15
    assert len({message.to[0] for message in mailoutbox}) == len(mailoutbox) == 15


def test_two_that_read_the_same_row_do_not_both_get_it():
    make_pending()
    first, second = _claimed(NOW), _claimed(NOW)
    assert next(first).attempts == 1
    assert next(second, None) is None


def test_one_address_asked_for_many_times_at_once_is_one_row():
    newsletter = make_list()
    at_once(*[lambda: ask(address="ana@example.org", newsletter=newsletter)] * 6)
    assert Subscriber.objects.count() == Subscription.objects.count() == 1


def test_a_fresh_request_and_the_clean_up_do_not_hurt_each_other():
    newsletter = make_list()
    Subscriber.objects.create(address="ana@example.org", key="ana@example.org", created=NOW)
    at_once(lambda: ask(address="ana@example.org", newsletter=newsletter), lambda: expire_pending(now=NOW))
    assert Subscription.objects.get().subscriber.key == "ana@example.org"


def test_what_one_address_asks_for_at_once_is_one_mail(mailoutbox):
    newsletters = [make_list(slug=f"list-{number}") for number in range(8)]
    at_once(*[partial(ask, address="ana@example.org", newsletter=newsletter) for newsletter in newsletters])
    assert ConsentRecord.objects.count() == Subscription.objects.count() == 8
    assert sum(at_once(*[lambda: send_due_confirmations(now=NOW)] * 3)) == len(mailoutbox) == 1


def test_sign_ups_taken_at_once_are_taken_once():
    make_list()
    for number in range(12):
        values = {"language": "en", "newsletters": [], "now": NOW, "source": "/", "origin": "", "wording": "Subscribe"}
        sign_up(f"reader{number}@example.org", **values)
    assert sum(at_once(*[lambda: take_sign_ups(now=NOW)] * 4)) == 12
    assert Subscription.objects.count() == ConsentRecord.objects.count() == 12
