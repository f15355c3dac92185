import datetime as dt

import pytest

from newsletter.delivery import limits
from newsletter.models import Relay, RelayMinute
from tests.newsletter.conftest import NOW

pytestmark = pytest.mark.django_db
NAME = "mail.example.org:587"
MINUTE = dt.timedelta(minutes=1)


def take(wanted=100, now=NOW):
    return limits.take(NAME, wanted, now=now)


def test_without_a_limit_nothing_is_counted(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert take() == (100, NOW, 0.0)
    assert not RelayMinute.objects.exists()


@pytest.mark.parametrize(("name", "span"), [("HOUR", limits.HOUR), ("DAY", limits.DAY)])
def test_no_hour_and_no_day_holds_more_than_its_limit(settings, name, span):
    setattr(settings, f"NEWSLETTER_RATE_{name}", 150)
    assert (take().mails, take().mails, take().mails) == (100, 50, 0)
    assert take(now=NOW + span).mails == 0
    assert take(now=NOW + span + MINUTE).mails == 100


def test_what_was_not_sent_is_given_back(settings):
    settings.NEWSLETTER_RATE_HOUR = 100
    take()
    limits.give_back(NAME, 30, now=NOW)
    assert take().mails == 30


def test_mails_of_all_workers_are_spaced_within_a_second(settings):
    settings.NEWSLETTER_RATE_SECOND = 10
    first, second = take(), take()
    assert (first.mails, first.start, first.spacing) == (50, NOW, 0.1)
    assert (second.mails, second.start) == (50, NOW + dt.timedelta(seconds=5))
    take()
    assert take().mails == 0


def test_a_server_that_says_too_fast_gets_half_and_then_slowly_more():
    limits.slow_down(NAME, sending=20.0, now=NOW)
    assert Relay.objects.get().pace == 10
    limits.slow_down(NAME, sending=20.0, now=NOW + dt.timedelta(seconds=1))
    assert Relay.objects.get().pace == 10
    assert take(now=NOW).spacing == 0.1
    assert take(now=NOW + MINUTE).spacing == 1 / 12.5
    take(now=NOW + 60 * MINUTE)
    assert Relay.objects.get().pace is None


def test_what_is_wrong_with_a_server_is_kept_until_it_is_well():
    limits.note_trouble(NAME, "421 no", now=NOW)
    limits.note_trouble(NAME, "421 still no", now=NOW + MINUTE)
    assert (Relay.objects.get().trouble, Relay.objects.get().trouble_since) == ("421 still no", NOW)
    limits.note_trouble(NAME, "", now=NOW + MINUTE)
    assert (Relay.objects.get().trouble, Relay.objects.get().trouble_since) == ("", None)


def test_old_counts_are_forgotten(settings):
    settings.NEWSLETTER_RATE_DAY = 10
    take(now=NOW)
    assert limits.forget_old_counts(now=NOW + limits.DAY) == 0
    assert limits.forget_old_counts(now=NOW + 3 * limits.DAY) == 1
