import datetime as dt
import uuid

import pytest

from newsletter import issuing
from newsletter.delivery import claiming
from newsletter.models import Delivery, NewsletterList, Subscriber
from newsletter.states import DeliveryState, SkipReason, SuppressionReason, UncertainPolicy
from newsletter.subscribing import unsubscribe
from newsletter.suppressing import suppress
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_sending

pytestmark = pytest.mark.django_db
LATER = NOW + claiming.LEASE
D = DeliveryState


def hand_over(claim, *, sent, reply, following, now):
    return claiming.hand_over([claiming.Step(claim, sent, reply, following)], now=now)[0]


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_claim_takes_the_oldest_and_leaves_the_rest():
    issue = make_sending(readers=3)
    batch = claiming.claim(issue, limit=2, now=NOW)
    assert states() == [D.CLAIMED, D.CLAIMED, D.QUEUED]
    assert [parcel.mailbox for parcel in batch.parcels] == list(
        Delivery.objects.order_by("pk").values_list("mailbox", flat=True)[:2]
    )
    assert {parcel.attempts for parcel in batch.parcels} == {1}


def test_what_is_claimed_or_not_yet_due_is_not_claimed_again():
    issue = make_sending(readers=2)
    Delivery.objects.filter(pk=Delivery.objects.last().pk).update(
        state=D.DEFERRED, next_try=NOW + dt.timedelta(minutes=1)
    )
    assert len(claiming.claim(issue, limit=10, now=NOW).parcels) == 1
    assert claiming.claim(issue, limit=10, now=NOW).parcels == []
    assert len(claiming.claim(issue, limit=10, now=NOW + dt.timedelta(minutes=1)).parcels) == 1


@pytest.mark.parametrize("reason", SkipReason)
def test_who_left_since_is_left_out_by_the_claim(reason):
    reader = make_confirmed()
    issue = make_sending(readers=1)
    if reason == SkipReason.LEFT:
        unsubscribe(reader, now=NOW)
    elif reason == SkipReason.PAUSED:
        Subscriber.objects.filter(pk=reader.subscriber_id).update(paused_until=LATER)
    else:
        suppress(reader.subscriber.key, reason=SuppressionReason.COMPLAINT, by=None, now=NOW)
    batch = claiming.claim(issue, limit=10, now=NOW)
    assert (len(batch.parcels), batch.skipped) == (1, 1)
    left_out = Delivery.objects.get(subscriber=reader.subscriber)
    assert (left_out.state, left_out.reply, left_out.claim) == (D.SKIPPED, reason, None)


def test_a_forgotten_reader_is_left_out():
    issue = make_sending(readers=1)
    Subscriber.objects.all().delete()
    assert claiming.claim(issue, limit=10, now=NOW).skipped == 1


def test_one_statement_records_the_last_and_hands_over_the_next(django_assert_num_queries):
    issue = make_sending(readers=2)
    batch = claiming.claim(issue, limit=10, now=NOW)
    first, second = (parcel.pk for parcel in batch.parcels)
    assert hand_over(batch.claim, sent=None, reply="", following=first, now=NOW)
    assert states() == [D.HANDED, D.CLAIMED]
    with django_assert_num_queries(1):
        assert hand_over(batch.claim, sent=first, reply="250 2.0.0 Ok", following=second, now=NOW)
    assert states() == [D.SENT, D.HANDED]
    sent = Delivery.objects.get(pk=first)
    assert (sent.sent_at, sent.handed_at, sent.reply) == (NOW, NOW, "250 2.0.0 Ok")


def test_steps_of_several_lanes_are_one_statement_and_each_has_its_own_answer(django_assert_num_queries):
    issue = make_sending(readers=5)
    one, two, stopped = (claiming.claim(issue, limit=limit, now=NOW) for limit in (2, 2, 1))
    steps = [claiming.Step(batch.claim, None, "", batch.parcels[0].pk) for batch in (one, two)]
    assert claiming.hand_over(steps, now=NOW) == [True, True]
    claiming.release(stopped.claim)
    steps = [
        claiming.Step(one.claim, one.parcels[0].pk, "250 first", one.parcels[1].pk),
        claiming.Step(two.claim, two.parcels[0].pk, "250 second", None),
        claiming.Step(stopped.claim, None, "", stopped.parcels[0].pk),
    ]
    with django_assert_num_queries(1):
        assert claiming.hand_over(steps, now=NOW) == [True, False, False]
    assert states() == [D.SENT, D.HANDED, D.SENT, D.CLAIMED, D.QUEUED]
    assert list(Delivery.objects.order_by("pk").values_list("reply", flat=True)[::2]) == ["250 first", "250 second", ""]


def test_a_step_with_another_claim_changes_nothing():
    batch = claiming.claim(make_sending(readers=1), limit=1, now=NOW)
    stranger = claiming.Step(uuid.uuid4(), None, "", batch.parcels[0].pk)
    assert claiming.hand_over([stranger], now=NOW) == [False]
    assert states() == [D.CLAIMED]


def test_said_twice_because_the_connection_broke_it_stays_as_it_was():
    issue = make_sending(readers=2)
    batch = claiming.claim(issue, limit=10, now=NOW)
    first, second = (parcel.pk for parcel in batch.parcels)
    hand_over(batch.claim, sent=None, reply="", following=first, now=NOW)
    for _time in range(2):
        assert hand_over(batch.claim, sent=first, reply="250", following=second, now=NOW)
    assert states() == [D.SENT, D.HANDED]


@pytest.mark.parametrize("verb", [issuing.pause, issuing.cancel])
def test_nothing_more_is_handed_over_once_it_is_stopped(verb):
    issue = make_sending(readers=2)
    batch = claiming.claim(issue, limit=10, now=NOW)
    first, second = (parcel.pk for parcel in batch.parcels)
    hand_over(batch.claim, sent=None, reply="", following=first, now=NOW)
    verb(issue, by=None, now=NOW)
    assert not hand_over(batch.claim, sent=first, reply="250", following=second, now=NOW)
    assert states() == [D.SENT, D.CLAIMED]
    assert claiming.release(batch.claim) == 1
    assert states() == [D.SENT, D.QUEUED]
    assert Delivery.objects.last().attempts in (0, 1)


def test_a_lapsed_lease_gives_back_what_was_not_handed_over():
    issue = make_sending(readers=2)
    batch = claiming.claim(issue, limit=10, now=NOW)
    first, second = (parcel.pk for parcel in batch.parcels)
    hand_over(batch.claim, sent=None, reply="", following=first, now=NOW)
    assert claiming.lapse(now=LATER - dt.timedelta(seconds=1)) == 0
    assert claiming.lapse(now=LATER) == 2
    assert states() == [D.UNCERTAIN, D.QUEUED]
    assert not hand_over(batch.claim, sent=None, reply="", following=second, now=LATER)


def test_a_lease_that_is_renewed_holds():
    batch = claiming.claim(make_sending(readers=1), limit=10, now=NOW)
    claiming.renew(batch.claim, now=LATER)
    assert claiming.lapse(now=LATER) == 0


def test_a_worker_that_was_only_slow_says_how_it_went():
    batch = claiming.claim(make_sending(readers=1), limit=10, now=NOW)
    (parcel,) = batch.parcels
    hand_over(batch.claim, sent=None, reply="", following=parcel.pk, now=NOW)
    claiming.lapse(now=LATER)
    hand_over(batch.claim, sent=parcel.pk, reply="250", following=None, now=LATER)
    assert states() == [D.SENT]


def test_a_list_may_choose_to_send_again_but_not_for_ever():
    issue = make_sending(readers=1)
    NewsletterList.objects.update(uncertain_policy=UncertainPolicy.RESEND)
    now = NOW
    for attempt in range(1, claiming.RESENDS + 1):
        batch = claiming.claim(issue, limit=10, now=now)
        assert batch.parcels[0].attempts == attempt
        hand_over(batch.claim, sent=None, reply="", following=batch.parcels[0].pk, now=now)
        now += claiming.LEASE
        claiming.lapse(now=now)
    assert states() == [D.UNCERTAIN]


def test_what_another_worker_holds_cannot_be_settled():
    issue = make_sending(readers=1)
    batch = claiming.claim(issue, limit=10, now=NOW)
    claiming.lapse(now=LATER)
    claiming.claim(issue, limit=10, now=LATER)
    assert not claiming.settle(batch.claim, batch.parcels[0].pk, D.FAILED, reply="550")
    assert states() == [D.CLAIMED]
