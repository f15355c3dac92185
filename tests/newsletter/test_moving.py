"""The old address is told of a new one, and can take it back."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from newsletter import links
from newsletter.models import Notice, Subscriber, Subscription
from newsletter.moving import move
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
