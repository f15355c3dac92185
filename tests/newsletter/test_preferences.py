"""A reader's own page."""

import datetime as dt
import json

import pytest
import time_machine
from django.test import Client

from newsletter import links
from newsletter.models import ConsentRecord, Delivery, MailEvent, Notice, Subscriber, Subscription, Suppression
from newsletter.noticing import ask_to_move, send_due_notices, tell_of_move
from newsletter.states import DeliveryState, EventKind, SubscriptionState, SuppressionReason
from newsletter.suppressing import fingerprint, suppress
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import ask, make_confirmed, make_issue, make_list, make_pending

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def reader():
    return make_confirmed(address="ana@example.org").subscriber


def path(url, settings):
    return url.removeprefix(settings.SITE_URL)


@pytest.fixture
def own_page(reader, settings):
    return path(links.preferences_url(reader), settings)


def chosen(reader, *newsletters, often="each", **others):
    """The fields of the page, with these newsletters ticked."""
    fields = {"do": "save", "language": "en", "time_zone": "", "pause": "", **others}
    for newsletter in newsletters:
        fields |= {f"list-{newsletter.pk}": "on", f"often-{newsletter.pk}": often}
    return fields


def test_the_page_shows_where_one_stands(client, own_page):
    make_list(slug="sport", name="Sport", position=1)
    page = client.get(own_page).content.decode()
    assert "ana@example.org" in page
    assert page.count('type="checkbox" name="list-') == 2
    assert page.count("checked") == 1


def test_how_often_language_clock_and_pause_are_kept(client, own_page, reader):
    fields = chosen(reader, make_list(), often="weekly", language="bn", time_zone="Europe/London", pause="14")
    response = client.post(own_page, fields)
    reader.refresh_from_db()
    assert (reader.language, reader.time_zone, reader.paused_until) == ("bn", "Europe/London", NOW + 14 * DAY)
    assert Subscription.objects.get().frequency == "weekly"
    assert (response.status_code, response.headers["Content-Language"]) == (200, "bn")
    assert ConsentRecord.objects.filter(action="changed").get().wording.text == "How often: Once a week"


def test_saving_without_a_change_records_nothing(client, own_page, reader):
    before = ConsentRecord.objects.count()
    client.post(own_page, chosen(reader, make_list()))
    assert ConsentRecord.objects.count() == before


def test_a_newsletter_ticked_here_is_confirmed_at_once_with_its_proof(client, own_page, reader):
    sport = make_list(slug="sport", name="Sport", position=1)
    client.post(own_page, chosen(reader, make_list(), sport))
    row = Subscription.objects.get(newsletter=sport)
    assert (row.state, row.confirmation_due_at) == (SubscriptionState.CONFIRMED, None)
    assert set(ConsentRecord.objects.filter(newsletter=sport).values_list("action", flat=True)) == {
        "asked",
        "confirmed",
    }


def test_unticking_leaves_and_ticking_again_returns(client, own_page, reader):
    client.post(own_page, chosen(reader))
    assert Subscription.objects.get().state == SubscriptionState.UNSUBSCRIBED
    client.post(own_page, chosen(reader, make_list()))
    assert Subscription.objects.get().state == SubscriptionState.CONFIRMED


def test_what_is_suppressed_is_not_joined_and_that_is_said(client, own_page, reader):
    sport = make_list(slug="sport", name="Sport", position=1)
    suppress(reader.key, reason=SuppressionReason.COMPLAINT, by=None, now=NOW, newsletter=sport)
    page = client.post(own_page, chosen(reader, make_list(), sport)).content.decode()
    assert "“Sport”" in page
    assert "Please write to us" in page
    assert not Subscription.objects.filter(newsletter=sport).exists()


@pytest.mark.parametrize(
    "fields", [{"language": "xx"}, {"time_zone": "Mars/Olympus"}, {"pause": "-1"}, {"pause": "9999999"}]
)
def test_odd_values_are_refused_and_change_nothing(client, own_page, reader, fields):
    response = client.post(own_page, chosen(reader, make_list(), **fields))
    assert response.status_code == 422
    reader.refresh_from_db()
    assert (reader.language, reader.time_zone, reader.paused_until) == ("en", "", None)


def test_leaving_all_is_one_button(client, own_page):
    assert "You get no newsletter any more." in client.post(own_page, {"do": "leave"}).content.decode()
    assert Subscription.objects.get().state == SubscriptionState.UNSUBSCRIBED


def test_the_data_are_a_file_with_the_words_of_each_consent(client, own_page, reader):
    response = client.post(own_page, {"do": "data"})
    assert "attachment" in response.headers["Content-Disposition"]
    assert "no-store" in response.headers["Cache-Control"]
    facts = json.loads(response.content)
    assert (facts["address"], facts["newsletters"][0]["state"]) == ("ana@example.org", "confirmed")
    assert facts["consents"][0]["words"].startswith("Do you want to receive “The morning”?")


def make_trace(reader):
    issue = make_issue()
    values = {"issue": issue, "subscriber": reader, "mailbox": reader.mailbox, "next_try": NOW}
    sent = Delivery.objects.create(state=DeliveryState.SENT, reply="250 ok ana@example.org", **values)
    event = {"kind": EventKind.BOUNCED, "source": "smtp", "event_id": "1", "at": NOW, "is_trusted": True}
    MailEvent.objects.create(delivery=sent, raw="to: ana@example.org", detail="ana@example.org", **event)
    other = {**values, "issue": make_issue(subject="Next")}
    return sent, Delivery.objects.create(state=DeliveryState.QUEUED, **other)


def test_forgetting_leaves_no_trace_of_the_address(client, own_page, reader, all_rows):
    sent, queued = make_trace(reader)
    ask_to_move(reader, "new@example.org", now=NOW)
    tell_of_move(make_confirmed().subscriber, "Ana@example.org", now=NOW)
    response = client.post(own_page, {"do": "forget", "sure": "on"})
    assert "You are forgotten" in response.content.decode()
    assert "ana@example.org" not in all_rows().lower()
    sent.refresh_from_db()
    queued.refresh_from_db()
    assert (sent.state, sent.subscriber, queued.state) == (DeliveryState.SENT, None, DeliveryState.SKIPPED)
    assert not Suppression.objects.exists()


def test_forgetting_wants_to_be_meant(client, own_page):
    assert "please tick that you are sure" in client.post(own_page, {"do": "forget"}).content.decode()
    assert Subscriber.objects.exists()


def test_never_again_keeps_a_code_that_outlives_the_address(client, own_page, all_rows):
    client.post(own_page, {"do": "forget", "sure": "on", "never": "on"})
    assert "ana@example.org" not in all_rows()
    assert Suppression.objects.get().fingerprint == fingerprint("ana@example.org")
    assert ask(address="ana@example.org") is None


def test_a_link_of_somebody_forgotten_tells_as_little_as_an_old_one(client, own_page, reader, settings):
    client.post(own_page, {"do": "forget", "sure": "on"})
    gone = client.get(own_page)
    other = path(links.preferences_url(make_confirmed().subscriber), settings)
    with time_machine.travel(NOW + 61 * DAY, tick=False):
        old = client.get(other)
        answers = [client.post(url) for url in (own_page, other)]
    assert (gone.status_code, old.status_code) == (410, 410)
    assert gone.content.partition(b"<main")[2].partition(b"</main>")[0] in old.content
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (303, "/newsletter/check-your-inbox/")
    }
    assert Notice.objects.count() == 1


def test_an_old_link_gets_a_new_one_by_mail(client, own_page, mailoutbox, settings):
    later = NOW + 61 * DAY
    with time_machine.travel(later, tick=False):
        client.post(own_page)
        assert send_due_notices(now=later) == 1
        link = next(word for word in mailoutbox[0].body.split() if "/preferences/" in word)
        assert client.get(path(link, settings)).status_code == 200


def test_the_link_is_sent_to_readers_only_and_the_answer_is_the_same(client, reader):
    answers = [
        client.post("/newsletter/preferences/", {"email": who}) for who in ("ana@example.org", "eve@example.org")
    ]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (303, "/newsletter/check-your-inbox/")
    }
    assert Notice.objects.get().subscriber == reader
    assert client.post("/newsletter/preferences/", {"email": "nonsense"}).status_code == 422


def test_a_new_address_is_asked_before_anything_moves(client, own_page, reader, mailoutbox, settings):
    client.post(own_page, {"do": "move", "email": "Ana@New.example"})
    assert send_due_notices(now=NOW) == 1
    assert mailoutbox[0].to == ["Ana@new.example"]
    link = path(next(word for word in mailoutbox[0].body.split() if "/move/" in word), settings)
    client.get(link)
    reader.refresh_from_db()
    assert reader.address == "ana@example.org"
    for _time in range(2):
        assert "Ana@new.example" in client.post(link).content.decode()
    reader.refresh_from_db()
    assert (reader.key, reader.fingerprint) == ("ana@new.example", fingerprint("ana@new.example"))
    assert Subscription.objects.get().subscriber == reader


def test_moving_to_an_address_that_is_a_reader_s_joins_the_two(client, reader, settings):
    sport = make_list(slug="sport", name="Sport", position=1)
    make_confirmed(address="ana@example.org", newsletter=sport)
    other = make_pending(address="new@example.org", newsletter=make_list()).subscriber
    notice = ask_to_move(reader, "new@example.org", now=NOW)
    client.post(path(links.move_url(notice), settings))
    assert [row.key for row in Subscriber.objects.all()] == ["new@example.org"]
    assert set(other.subscriptions.confirmed().values_list("newsletter__slug", flat=True)) == {"morning", "sport"}
    assert other.consents.filter(action="confirmed").count() == 2


def test_nobody_else_s_mailbox_is_flooded_by_moves(reader):
    sent = [ask_to_move(reader, "victim@example.org", now=NOW) for _time in range(5)]
    assert sum(notice is not None for notice in sent) == 3
    suppress("never@example.org", reason=SuppressionReason.COMPLAINT, by=None, now=NOW)
    other = make_confirmed().subscriber
    assert ask_to_move(other, "never@example.org", now=NOW) is None
    assert ask_to_move(other, "victim@example.org", now=NOW) is None


def test_tokens_are_for_one_purpose_and_cannot_be_made_up(client, own_page, reader, settings):
    token = own_page.rstrip("/").rpartition("/")[2]
    for address in (
        f"/newsletter/confirm/{token}/",
        f"/newsletter/unsubscribe/{token}/",
        f"/newsletter/preferences/move/{token}/",
    ):
        assert client.post(address).status_code == 404
    for broken in (token[:-1], token.replace(str(reader.pk), str(reader.pk + 1), 1), "1.2.3", "x" * 2000, "১.২"):
        assert client.get(f"/newsletter/preferences/{broken}/").status_code == 404


def test_the_page_is_kept_nowhere(client, own_page):
    headers = client.get(own_page).headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store, private", "no-referrer")


def test_the_page_that_finds_the_link_lets_browsers_name_it_as_the_origin(client):
    page = client.get("/newsletter/preferences/")
    assert page.headers["Referrer-Policy"] != "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    sent = client.post("/newsletter/preferences/", {"email": "ana@example.org"}, headers={"origin": "null"})
    assert sent.status_code == 422
