import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from newsletter.confirming import confirm, expire_pending
from newsletter.models import ConsentRecord, Subscription
from newsletter.states import MOVES, NewsletterError, SubscriptionState
from newsletter.subscribing import unsubscribe
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import ask, make_list, make_pending, send

STEPS = ["ask", "send", "confirm", "unsubscribe", "expire"]


class WalkTests(TestCase):
    """Any order of steps, a day apart, keeps to the table of moves, and the last word is the reader's."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.sampled_from(STEPS), max_size=12))
    def test_any_walk_keeps_to_the_table(self, steps):
        newsletter = make_list()
        now, before = NOW, None
        for step in steps:
            now += dt.timedelta(days=1)
            take(step, newsletter, now)
            after = state_of(newsletter)
            assert before == after or allowed(before, after), (step, before, after)
            before = after
            assert not Subscription.objects.confirmed().filter(ended_at__isnull=False).exists()


def state_of(newsletter):
    row = Subscription.objects.filter(newsletter=newsletter).first()
    return row and row.state


def take(step, newsletter, now):
    row = Subscription.objects.filter(newsletter=newsletter).first()
    if step == "ask":
        ask(address="ana@example.org", newsletter=newsletter, now=now)
    elif step == "send":
        send(now=now)
    elif step == "expire":
        expire_pending(now=now)
    elif row and step == "unsubscribe":
        unsubscribe(row, now=now)
    elif row and row.state == SubscriptionState.UNSUBSCRIBED:
        with pytest.raises(NewsletterError):
            confirm(row, now=now)
    elif row:
        confirm(row, now=now)


def allowed(before, after):
    if before is None or after is None:
        return SubscriptionState.PENDING in (before, after)
    return any(before in move.sources and after == move.target for move in MOVES.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"state": "confirmed"},
        {"state": "unsubscribed"},
        {"state": "else"},
        {"state": "pending", "confirmed_at": NOW},
        {"state": "confirmed", "confirmed_at": NOW, "confirmation_due_at": NOW},
        {"confirmation_due_at": None, "claimed_until": NOW},
    ],
)
def test_the_database_refuses_what_no_step_leads_to(values):
    pending = make_pending()
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.filter(pk=pending.pk).update(**values)


@pytest.mark.django_db
def test_one_subscription_a_newsletter():
    pending = make_pending()
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.create(subscriber=pending.subscriber, newsletter=pending.newsletter, asked_at=NOW)


@pytest.mark.django_db
def test_consent_is_never_rewritten():
    make_pending()
    record = ConsentRecord.objects.get()
    with pytest.raises(TypeError):
        record.save()


@pytest.mark.django_db
def test_consent_without_words_is_none():
    make_pending()
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentRecord.objects.update(wording=None)
