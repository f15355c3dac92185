"""The old address is told of a new one, and can take it back."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from newsletter import links
from newsletter.choosing import leave_all
from newsletter.forgetting import forget
from newsletter.models import Notice, Subscriber, Subscription
from newsletter.moving import move, take_back
from newsletter.noticing import ask_to_move, send_due_notices
from newsletter.states import NoticeKind, SuppressionReason
from newsletter.suppressing import suppress
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_list

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
OLD, NEW = "ana@example.org", "ana@new.example"


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def moved(reader, new=NEW):
    return move(ask_to_move(reader, new, now=NOW), now=NOW)


def word():
    """What the old address was told."""
    return Notice.objects.get(kind=NoticeKind.MOVED)


def page(settings, notice=None):
    return links.move_back_url(notice or word()).removeprefix(settings.SITE_URL)


def lists_of(address):
    rows = Subscription.objects.confirmed().filter(subscriber__key=address)
    return sorted(rows.values_list("newsletter__slug", flat=True))


def test_the_old_address_is_told_and_not_where_they_went(mailoutbox, settings):
    moved(make_confirmed(address=OLD).subscriber)
    send_due_notices(now=NOW)
    told = [message for message in mailoutbox if message.to == [OLD]]
    assert [message.subject for message in told] == ["Your address was changed at News"]
    assert page(settings) in told[0].body
    assert page(settings) in told[0].alternatives[0][0]
    assert "new.example" not in told[0].message().as_string()


def test_doing_it_twice_tells_once():
    reader = make_confirmed(address=OLD).subscriber
    notice = ask_to_move(reader, NEW, now=NOW)
    move(notice, now=NOW)
    move(notice, now=NOW)
    assert Notice.objects.of_kind(NoticeKind.MOVED).count() == 1


def test_an_address_that_gets_no_mail_is_not_told():
    reader = make_confirmed(address=OLD).subscriber
    suppress(OLD, reason=SuppressionReason.HARD_BOUNCE, by=None, now=NOW)
    moved(reader)
    assert not Notice.objects.of_kind(NoticeKind.MOVED).exists()


def test_one_button_takes_it_back_and_looking_does_not(client, settings):
    reader = moved(make_confirmed(address=OLD).subscriber)
    assert "come to ana@example.org again?" in client.get(page(settings)).content.decode()
    reader.refresh_from_db()
    assert reader.key == NEW
    for _time in range(2):
        response = client.post(page(settings))
        assert (response.status_code, "come to ana@example.org." in response.content.decode()) == (200, True)
    reader.refresh_from_db()
    assert (reader.key, reader.mailbox) == (OLD, OLD)
    assert lists_of(OLD) == ["morning"]


def test_it_is_in_the_readers_language(client, settings):
    reader = make_confirmed(address=OLD).subscriber
    Subscriber.objects.update(language="bn")
    moved(reader)
    response = client.get(page(settings))
    assert 'lang="bn"' in response.content.decode()


def test_who_signed_up_anew_under_the_old_address_gets_all_back(client, settings):
    moved(make_confirmed(address=OLD).subscriber)
    make_confirmed(address=OLD, newsletter=make_list(slug="sport"))
    client.post(page(settings))
    assert lists_of(OLD) == ["morning", "sport"]
    assert not Subscriber.objects.filter(key=NEW).exists()


def test_two_that_were_joined_are_parted_again_each_with_its_own(client, settings):
    reader = make_confirmed(address=OLD, newsletter=make_list()).subscriber
    make_confirmed(address=OLD, newsletter=make_list(slug="sport"))
    Subscription.objects.filter(newsletter__slug="sport").update(frequency="weekly")
    make_confirmed(address=NEW, newsletter=make_list(slug="sport"))
    make_confirmed(address=NEW, newsletter=make_list(slug="evening"))
    moved(reader)
    assert lists_of(NEW) == ["evening", "morning", "sport"]
    assert lists_of(OLD) == []
    for _time in range(2):
        assert client.post(page(settings)).status_code == 200
        assert lists_of(OLD) == ["morning", "sport"]
        assert lists_of(NEW) == ["evening", "sport"]
    assert Subscription.objects.get(subscriber__key=OLD, newsletter__slug="sport").frequency == "weekly"


def test_what_the_old_address_took_up_meanwhile_stays(client, settings):
    make_confirmed(address=NEW, newsletter=make_list(slug="evening"))
    moved(make_confirmed(address=OLD).subscriber)
    make_confirmed(address=OLD, newsletter=make_list(slug="sport"))
    client.post(page(settings))
    assert lists_of(OLD) == ["morning", "sport"]


def test_the_link_ends_after_two_weeks(client, settings):
    reader = moved(make_confirmed(address=OLD).subscriber)
    path = page(settings)
    with time_machine.travel(NOW + 15 * DAY, tick=False):
        assert client.get(path).status_code == 410
        assert client.post(path).status_code == 410
    reader.refresh_from_db()
    assert reader.key == NEW


def test_a_reader_who_is_gone_takes_the_link_along(client, settings):
    reader = moved(make_confirmed(address=OLD).subscriber)
    path = page(settings)
    reader.delete()
    assert client.post(path).status_code == 410


def back(notice):
    return take_back(notice, now=NOW, source="/", network="")


def joined(reader):
    """Moves a reader to an address that is a reader's; the word to the old one."""
    make_confirmed(address=NEW, newsletter=make_list(slug="evening"))
    moved(reader)
    return word()


def test_what_was_taken_back_is_not_moved_again_by_the_same_link(client, settings):
    reader = make_confirmed(address=OLD).subscriber
    asked = ask_to_move(reader, NEW, now=NOW)
    link = links.move_url(asked).removeprefix(settings.SITE_URL)
    client.post(link)
    client.post(page(settings))
    assert client.post(link).status_code == 410
    # As one that was read before it was taken back.
    assert move(asked, now=NOW) is None
    reader.refresh_from_db()
    assert reader.key == OLD


def test_a_link_that_was_sent_after_it_was_back_is_dead_by_a_second_press(client, settings):
    reader = moved(make_confirmed(address=OLD).subscriber)
    client.post(page(settings))
    reader.refresh_from_db()
    asked = ask_to_move(reader, NEW, now=NOW)
    client.post(page(settings))
    assert move(asked, now=NOW) is None


def test_who_was_parted_and_left_all_is_not_brought_back_by_a_second_press(client, settings):
    stale = joined(make_confirmed(address=OLD).subscriber)
    client.post(page(settings))
    leave_all(Subscriber.objects.get(key=OLD), now=NOW, source="/", network="")
    assert client.post(page(settings)).status_code == 200
    assert back(stale).key == OLD
    assert lists_of(OLD) == []


@pytest.mark.parametrize("never_again", [True, False])
def test_an_address_that_was_forgotten_does_not_come_back(client, settings, never_again):
    stale = joined(make_confirmed(address=OLD).subscriber)
    path = page(settings, stale)
    home = make_confirmed(address=OLD, newsletter=make_list(slug="sport")).subscriber
    forget(home, never_again=never_again, now=NOW)
    assert client.post(path).status_code == 410
    assert back(stale) is None
    assert not Subscriber.objects.filter(key=OLD).exists()


def test_a_row_that_is_gone_after_parting_does_not_come_back(client, settings):
    joined(make_confirmed(address=OLD).subscriber)
    client.post(page(settings))
    Subscriber.objects.get(key=OLD).delete()
    assert client.post(page(settings)).status_code == 410
    assert not Subscriber.objects.filter(key=OLD).exists()


def test_the_second_of_two_presses_at_once_finds_the_two_joined():
    reader = make_confirmed(address=OLD).subscriber
    other = make_confirmed(address=NEW, newsletter=make_list(slug="evening")).subscriber
    asked = ask_to_move(reader, NEW, now=NOW)
    assert [move(asked, now=NOW), move(asked, now=NOW)] == [other, other]
    other.delete()
    assert move(asked, now=NOW) is None


def test_where_nobody_is_left_between_look_and_press_the_link_is_gone(client, settings, monkeypatch):
    moved(make_confirmed(address=OLD).subscriber)
    monkeypatch.setattr("newsletter.views.preferences.take_back", lambda notice, **values: None)
    assert client.post(page(settings)).status_code == 410


def test_proof_of_consent_goes_over_and_comes_back_with_what_it_proves(client, settings):
    reader = make_confirmed(address=OLD).subscriber
    proof = set(reader.consents.values_list("pk", flat=True))
    joined(reader)
    other = Subscriber.objects.get(key=NEW)
    own = set(other.consents.values_list("pk", flat=True)) - proof
    assert proof
    assert own
    client.post(page(settings))
    assert set(other.consents.values_list("pk", flat=True)) == own
    assert proof <= set(Subscriber.objects.get(key=OLD).consents.values_list("pk", flat=True))
