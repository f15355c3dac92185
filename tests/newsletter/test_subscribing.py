import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from newsletter.models import ConsentRecord, NewsletterList, Subscriber, Subscription
from newsletter.models.consents import digest_of
from newsletter.signals import subscription_changed
from newsletter.states import NewsletterError, SubscriptionState, SuppressionReason
from newsletter.subscribing import OVER_LIMIT, default_list, offered_lists, unsubscribe
from newsletter.suppressing import suppress
from newsportal.core import limits
from tests.factories import make_user
from tests.newsletter.factories import ask, make_confirmed, make_list, make_pending

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def test_a_new_address_is_stored_as_pending_with_its_mail_due(now):
    subscription = ask(address="Ana@Bücher.example", now=now)
    assert subscription.state == SubscriptionState.PENDING
    assert subscription.confirmation_due_at == now
    assert subscription.subscriber.address == "Ana@bücher.example"
    assert subscription.subscriber.key == "ana@xn--bcher-kva.example"
    assert subscription.subscriber.mailbox == "Ana@xn--bcher-kva.example"


def test_nothing_is_mailed_in_the_request(now, mailoutbox):
    ask(now=now)
    assert mailoutbox == []


def test_asking_is_recorded_with_the_words_and_a_network(now):
    ask(now=now, source="/world/12/a-story/", network="203.0.113.0/24")
    record = ConsentRecord.objects.get()
    assert (record.action, record.at, record.by) == ("asked", now, None)
    assert (record.source, record.network, record.language) == ("/world/12/a-story/", "203.0.113.0/24", "en")
    assert (record.wording.text, record.wording.digest) == ("Subscribe", digest_of("Subscribe"))


def test_asking_twice_stores_and_mails_once(now):
    ask(address="ana@example.org", now=now)
    ask(address="ANA@Example.ORG", now=now + MINUTE)
    assert Subscriber.objects.count() == Subscription.objects.count() == ConsentRecord.objects.count() == 1


def test_a_confirmed_address_gets_nothing_new(now):
    confirmed = make_confirmed(address="ana@example.org", now=now)
    ask(address="ana@example.org", now=now + dt.timedelta(days=2))
    confirmed.refresh_from_db()
    assert confirmed.state == SubscriptionState.CONFIRMED
    assert confirmed.confirmation_due_at is None


def test_no_second_mail_within_ten_minutes(now):
    make_pending(address="ana@example.org", sent=True, now=now)
    assert ask(address="ana@example.org", now=now + 9 * MINUTE).confirmation_due_at is None
    assert limits.refusals(OVER_LIMIT, now=now) == 1


def test_a_second_mail_after_ten_minutes(now):
    make_pending(address="ana@example.org", sent=True, now=now)
    later = now + 10 * MINUTE
    assert ask(address="ana@example.org", now=later).confirmation_due_at == later


def test_another_newsletter_s_mail_waits_for_its_ten_minutes(now):
    make_pending(address="ana@example.org", sent=True, now=now)
    other = make_list(slug="evening", name="The evening")
    subscription = ask(address="ana@example.org", newsletter=other, now=now + MINUTE)
    assert subscription.confirmation_due_at == now + 10 * MINUTE


def test_three_mails_a_day_and_no_fourth(now):
    for hours in range(3):
        make_pending(address="ana@example.org", sent=True, now=now + dt.timedelta(hours=hours))
    fourth = ask(address="ana@example.org", newsletter=make_list(slug="evening"), now=now + dt.timedelta(hours=23))
    assert fourth is None
    assert ConsentRecord.objects.count() == 3
    day_after = ask(address="ana@example.org", now=now + dt.timedelta(hours=24, minutes=1))
    assert day_after.confirmation_due_at


def test_what_is_asked_for_while_a_mail_waits_goes_with_it(now):
    first = ask(address="ana@example.org", now=now)
    second = ask(address="ana@example.org", newsletter=make_list(slug="evening", name="The evening"), now=now + MINUTE)
    assert second.confirmation_due_at == first.confirmation_due_at == now


def test_several_newsletters_asked_for_at_once_are_one_mail_of_the_day_s_three(now):
    lists = [make_list(slug=f"list-{number}", name=f"List {number}") for number in range(4)]
    for newsletter in lists:
        make_pending(address="ana@example.org", newsletter=newsletter, sent=True, now=now)
    assert ask(address="ana@example.org", newsletter=make_list(slug="late"), now=now + dt.timedelta(hours=1))


def test_a_suppressed_address_is_not_stored(now):
    suppress("ana@example.org", reason=SuppressionReason.COMPLAINT, by=None, now=now)
    assert ask(address="ana@example.org", now=now) is None
    assert not Subscriber.objects.exists()


def test_an_address_suppressed_for_one_newsletter_may_have_another(now):
    morning = make_list()
    suppress("ana@example.org", reason=SuppressionReason.COMPLAINT, by=None, now=now, newsletter=morning)
    assert ask(address="ana@example.org", newsletter=morning, now=now) is None
    assert ask(address="ana@example.org", newsletter=make_list(slug="evening"), now=now)


def test_an_address_that_cannot_be_mailed_is_refused_by_the_verb_too(now):
    with pytest.raises(ValidationError):
        ask(address="আনা@example.org", now=now)
    assert not Subscriber.objects.exists()


def test_a_closed_newsletter_takes_nobody(now):
    with pytest.raises(NewsletterError):
        ask(newsletter=make_list(is_open=False), now=now)


def test_who_left_may_come_back_by_asking_and_confirming_anew(now):
    left = unsubscribe(make_confirmed(address="ana@example.org", now=now), now=now)
    again = ask(address="ana@example.org", now=now + dt.timedelta(days=1))
    assert again.pk == left.pk
    assert (again.state, again.confirmed_at) == (SubscriptionState.PENDING, None)


def test_leaving_ends_it_and_is_recorded(now):
    confirmed = make_confirmed(now=now)
    ended = unsubscribe(confirmed, now=now + MINUTE, source="/newsletter/unsubscribe/…/")
    assert (ended.state, ended.ended_at) == (SubscriptionState.UNSUBSCRIBED, now + MINUTE)
    record = ConsentRecord.objects.first()
    assert (record.action, record.source, record.wording) == ("withdrawn", "/newsletter/unsubscribe/…/", None)


def test_leaving_twice_changes_nothing(now):
    confirmed = make_confirmed(now=now)
    unsubscribe(confirmed, now=now)
    again = unsubscribe(confirmed, now=now + MINUTE)
    assert again.ended_at == now
    assert ConsentRecord.objects.filter(action="withdrawn").count() == 1


def test_leaving_before_the_mail_went_stops_the_mail(now):
    assert unsubscribe(make_pending(now=now), now=now).confirmation_due_at is None


def test_staff_need_the_permission(now):
    with pytest.raises(PermissionDenied):
        unsubscribe(make_confirmed(now=now), by=make_user(), now=now)


def test_each_step_is_announced_after_the_commit(now, django_capture_on_commit_callbacks):
    heard = []

    def hear(**facts):
        heard.append((facts["action"], facts["subscription"].pk, facts["by"], facts["now"]))

    subscription_changed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        subscription = ask(now=now)
        assert heard == []
    subscription_changed.disconnect(hear)
    assert heard == [("asked", subscription.pk, None, now)]


@pytest.mark.parametrize(("language", "name"), [("en", "Newsletter"), ("bn", "নিউজলেটার")])
def test_a_fresh_install_offers_one_newsletter_an_edition(language, name, monkeypatch):
    monkeypatch.setattr("newsletter.subscribing._", lambda text: name)
    assert [offered.pk for offered in offered_lists(language)] == [None]
    first, again = default_list(language), default_list(language)
    assert first == again
    assert (first.language, first.name, first.slug) == (language, name, "news")


def test_looking_at_the_offer_stores_nothing():
    offered_lists("en")
    assert not NewsletterList.objects.exists()


def test_the_default_is_the_first_open_one():
    make_list(slug="closed", is_open=False, position=0)
    make_list(slug="second", position=2)
    make_list(slug="first", position=1)
    make_list(slug="bangla", language="bn")
    assert default_list("en").slug == "first"


def test_where_all_are_closed_none_is_made():
    make_list(is_open=False)
    assert offered_lists("en") == []
    with pytest.raises(NewsletterError):
        default_list("en")
