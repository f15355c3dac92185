import datetime as dt
import re

import pytest
import time_machine

from newsletter import links
from newsletter.models import ConsentRecord, Subscription
from newsletter.returning import undo
from newsletter.states import Frequency, SubscriptionState, SuppressionReason
from newsletter.subscribing import unsubscribe
from newsletter.suppressing import suppress
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_pending

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def left(**fields):
    return unsubscribe(make_confirmed(**fields), now=NOW)


def test_leaving_is_taken_back_within_the_hour_with_its_proof():
    back = undo(left(), now=NOW + HOUR / 2, source="/newsletter/unsubscribe/…/")
    assert (back.state, back.ended_at, back.confirmed_at) == (SubscriptionState.CONFIRMED, None, NOW)
    record = ConsentRecord.objects.filter(action="confirmed").first()
    assert "Undo: keep it coming" in record.wording.text


def test_later_it_is_not():
    assert undo(left(), now=NOW + HOUR).state == SubscriptionState.UNSUBSCRIBED


def test_who_never_had_it_cannot_undo():
    assert undo(unsubscribe(make_pending(sent=True), now=NOW), now=NOW).state == SubscriptionState.UNSUBSCRIBED


def test_who_reported_it_as_spam_is_not_brought_back():
    ended = left(address="ana@example.org")
    suppress("ana@example.org", reason=SuppressionReason.COMPLAINT, by=None, now=NOW)
    assert undo(ended, now=NOW).state == SubscriptionState.UNSUBSCRIBED


def test_undo_and_fewer_mails_are_offered_after_leaving_and_not_before(client, settings):
    with time_machine.travel(NOW, tick=False):
        path = links.unsubscribe_url(make_confirmed()).removeprefix(settings.SITE_URL)
        before = client.get(path).content.decode()
        assert not {"Undo", "Once a week"} & set(re.findall("Undo|Once a week", before))
        after = client.post(path).content.decode()
        assert {"Undo: keep it coming", "Once a week is enough"} <= set(re.findall(r">([^<>]+)</button>", after))
        page = client.post(path, {"do": "weekly"}).content.decode()
    assert "now comes once a week" in page
    subscription = Subscription.objects.get()
    assert (subscription.state, subscription.frequency) == (SubscriptionState.CONFIRMED, Frequency.WEEKLY)


def test_a_mail_program_s_click_never_undoes(client, settings):
    with time_machine.travel(NOW, tick=False):
        path = links.unsubscribe_url(make_confirmed()).removeprefix(settings.SITE_URL)
        for _time in range(2):
            assert client.post(path, {"List-Unsubscribe": "One-Click", "do": "undo"}).status_code == 200
    assert Subscription.objects.get().state == SubscriptionState.UNSUBSCRIBED
