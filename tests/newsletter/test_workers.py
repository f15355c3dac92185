"""Several workers and readers at once, in threads with connections of their own."""

from functools import partial

import pytest

from newsletter.confirming import _claimed, expire_pending, send_due_confirmations
from newsletter.models import ConsentRecord, Subscriber, Subscription
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


def test_the_day_s_limit_of_an_address_holds_when_all_come_at_once():
    newsletters = [make_list(slug=f"list-{number}") for number in range(8)]
    at_once(*[partial(ask, address="ana@example.org", newsletter=newsletter) for newsletter in newsletters])
    assert ConsentRecord.objects.count() == Subscription.objects.count() == 3
