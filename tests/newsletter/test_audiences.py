import datetime as dt

import pytest

from newsletter import audiences
from newsletter.models import Subscriber, Subscription
from newsletter.states import Frequency, SuppressionReason
from newsletter.subscribing import unsubscribe
from newsletter.suppressing import suppress
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_issue, make_list, make_pending

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def reached(issue, now=NOW):
    return set(audiences.audience(issue, now=now))


def change(subscription, **fields):
    Subscription.objects.filter(pk=subscription.pk).update(**fields)


def change_reader(subscription, **fields):
    Subscriber.objects.filter(pk=subscription.subscriber_id).update(**fields)


def test_an_issue_goes_to_those_who_confirmed_its_own_list():
    reader, gone = make_confirmed(), make_confirmed()
    make_pending()
    make_confirmed(newsletter=make_list(slug="sport"))
    unsubscribe(gone, now=NOW)
    assert reached(make_issue()) == {reader}
    assert audiences.count(make_issue(), NOW) == 1


def test_a_reader_of_digests_gets_no_single_issue():
    daily = make_confirmed()
    change(daily, frequency=Frequency.DAILY)
    assert reached(make_issue()) == set()
    assert reached(make_issue(frequency=Frequency.DAILY)) == {daily}


def test_a_paused_reader_gets_nothing_until_the_pause_is_over():
    reader = make_confirmed()
    change_reader(reader, paused_until=NOW + HOUR)
    assert reached(make_issue()) == set()
    assert reached(make_issue(), now=NOW + HOUR) == {reader}


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_suppressed_address_gets_nothing(everywhere):
    reader, newsletter = make_confirmed(), make_list()
    suppress(
        reader.subscriber.key,
        reason=SuppressionReason.MANUAL,
        by=None,
        now=NOW,
        newsletter=None if everywhere else newsletter,
    )
    assert reached(make_issue()) == set()


def test_a_suppression_of_another_list_keeps_nothing_away():
    reader = make_confirmed()
    other = make_list(slug="sport")
    suppress(reader.subscriber.key, reason=SuppressionReason.MANUAL, by=None, now=NOW, newsletter=other)
    assert reached(make_issue()) == {reader}


def test_a_digest_goes_to_those_who_stand_where_it_begins():
    served, elsewhere, ahead = make_confirmed(), make_confirmed(), make_confirmed()
    change(served, covered_until=NOW)
    change(elsewhere, covered_until=NOW)
    change_reader(elsewhere, time_zone="Europe/London")
    change(ahead, covered_until=NOW + HOUR)
    issue = make_issue(covers_from=NOW, covers_until=NOW + HOUR)
    assert reached(issue) == {served}


def test_the_audience_is_one_query(django_assert_num_queries):
    issue = make_issue()
    for _reader in range(3):
        make_confirmed()
    with django_assert_num_queries(1):
        assert len(reached(issue)) == 3
