"""Over the wire: every answer of a mail server, and what becomes of the mail."""

import datetime as dt
import email
import email.policy

import pytest

from newsletter import issuing
from newsletter.delivery import sending, smtp
from newsletter.delivery.lanes import Lane
from newsletter.delivery.recording import Opinions
from newsletter.delivery.sending import send_due_issues
from newsletter.models import Delivery, Relay, Suppression
from newsletter.states import DeliveryState, IssueState
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_list, make_sending
from tests.newsletter.sink import FEATURES, HANG_UP, TAKE_AND_HANG_UP, Sink, running

pytestmark = pytest.mark.django_db
D = DeliveryState


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(sending, "_rest", sending._Rest())
    monkeypatch.setattr(sending, "_opinions", Opinions())


@pytest.fixture
def relay(settings):
    """`with relay(behave=…) as sink`: the mail server of the settings, used over one connection."""
    settings.EMAIL_BACKEND = sending.OWN
    settings.NEWSLETTER_CONNECTIONS = 1
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5

    def start(**fields):
        sink = Sink(**fields)
        context = running(sink)
        context.__enter__()
        settings.EMAIL_PORT = sink.port
        open_ones.append(context)
        return sink

    open_ones = []
    yield start
    for context in open_ones:
        context.__exit__(None, None, None)


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def second(*answer_of):
    """Behaves that way towards the second reader of an issue alone."""
    return lambda mailbox, times: answer_of[min(times, len(answer_of)) - 1] if mailbox == SECOND else ""


SECOND = "second@example.org"


def make_three(**fields):
    issue = make_sending(readers=3, **fields)
    Delivery.objects.filter(pk=Delivery.objects.order_by("pk")[1].pk).update(mailbox=SECOND)
    return issue


@pytest.mark.parametrize("features", [FEATURES, ("8BITMIME",), ()])
def test_every_reader_gets_it_once_whatever_the_server_offers(relay, features):
    sink = relay(features=features)
    issue = make_sending(readers=5)
    send_due_issues(now=NOW)
    assert set(sink.accepted.values()) == {1}
    assert len(sink.accepted) == 5
    assert states() == [D.SENT] * 5
    issue.refresh_from_db()
    assert issue.state == IssueState.DONE
    assert sink.connections == 1


def test_what_arrives_is_a_mail_to_that_reader(relay):
    sink = relay(keep=True)
    make_sending(readers=2)
    send_due_issues(now=NOW)
    delivery = Delivery.objects.first()
    message = email.message_from_bytes(sink.texts[delivery.mailbox], policy=email.policy.default)
    assert message["To"] == delivery.mailbox
    assert message["Message-ID"] == f"<issue.{delivery.issue_id}.{delivery.pk}@[127.0.0.1]>"
    assert message.get_content_type() == "multipart/alternative"


def test_a_new_connection_is_made_every_so_many_mails(relay, monkeypatch):
    monkeypatch.setattr(smtp, "MAILS_A_CONNECTION", 2)
    monkeypatch.setattr("newsletter.delivery.relaying.MAILS_A_CONNECTION", 2)
    sink = relay()
    make_sending(readers=5)
    send_due_issues(now=NOW)
    assert (sink.connections, sum(sink.accepted.values())) == (3, 5)


@pytest.mark.parametrize("features", [FEATURES, ("8BITMIME",)])
@pytest.mark.parametrize("at", ["", "dot:"])
def test_a_reader_who_is_refused_for_good_keeps_nobody_else_waiting(relay, features, at):
    sink = relay(behave=second(f"{at}550 5.1.1 No such user here"), features=features)
    make_three()
    send_due_issues(now=NOW)
    assert states() == [D.SENT, D.FAILED, D.SENT]
    assert Delivery.objects.get(mailbox=SECOND).reply == "550 5.1.1 No such user here"
    assert Suppression.objects.count() == 1
    assert SECOND not in sink.accepted


@pytest.mark.parametrize("at", ["", "dot:"])
def test_a_reader_who_is_refused_for_now_is_tried_again(relay, at):
    sink = relay(behave=second(f"{at}451 4.3.2 Later", ""))
    make_three()
    send_due_issues(now=NOW)
    assert states() == [D.SENT, D.DEFERRED, D.SENT]
    wait = Delivery.objects.get(mailbox=SECOND).next_try - NOW
    assert dt.timedelta(seconds=47) < wait < dt.timedelta(seconds=80)
    send_due_issues(now=NOW + dt.timedelta(seconds=80))
    assert states() == [D.SENT] * 3
    assert len(sink.message_ids[SECOND]) == 1


def test_a_lone_dot_ends_a_text_that_nobody_gets(relay):
    sink = relay(behave=second("550 5.1.1 Unknown"), answers={"DATA": "354 I always want a text"})
    make_three()
    Delivery.objects.exclude(mailbox=SECOND).delete()
    send_due_issues(now=NOW)
    assert states() == [D.FAILED]
    assert "." in sink.commands


def test_ended_within_the_mail_it_is_tried_again_or_uncertain_but_never_lost(relay):
    sink = relay(behave=second(HANG_UP, ""))
    make_three()
    send_due_issues(now=NOW)
    # Whether the end was noticed in time to be sure is the network's doing; both are told to the editor.
    assert states()[1] in (D.DEFERRED, D.UNCERTAIN)
    assert (states()[0], states()[2]) == (D.SENT, D.SENT)
    assert sink.accepted[SECOND] == 0


def test_ended_after_the_final_dot_nobody_knows(relay):
    sink = relay(behave=second(TAKE_AND_HANG_UP))
    make_three()
    send_due_issues(now=NOW)
    send_due_issues(now=NOW + dt.timedelta(hours=1))
    assert states() == [D.SENT, D.UNCERTAIN, D.SENT]
    assert sink.accepted[SECOND] == 1


def test_a_list_may_want_that_one_sent_again(relay):
    sink = relay(behave=second(TAKE_AND_HANG_UP, ""))
    make_three(newsletter=make_list(uncertain_policy="resend"))
    send_due_issues(now=NOW)
    send_due_issues(now=NOW + dt.timedelta(minutes=2))
    assert states() == [D.SENT] * 3
    assert sink.accepted[SECOND] == 2
    assert len(sink.message_ids[SECOND]) == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"MAIL": "550 5.7.1 Sender not allowed"},
        {"EHLO": "554 5.7.0 Go away", "HELO": "554 5.7.0 Go away"},
        {"CONNECT": "554 5.7.1 Your address is listed"},
    ],
)
def test_what_is_our_fault_stops_the_issue_and_fails_nobody(relay, answers):
    relay(answers=answers)
    issue = make_three()
    send_due_issues(now=NOW)
    issue.refresh_from_db()
    assert issue.state == IssueState.PAUSED
    assert next(iter(answers.values()))[:3] in issue.hold_reason
    assert states() == [D.QUEUED] * 3
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}


def test_a_wrong_password_is_our_fault(relay, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "news", "wrong"
    relay(features=(*FEATURES, "AUTH PLAIN"), answers={"AUTH": "535 5.7.8 Bad credentials"})
    issue = make_three()
    send_due_issues(now=NOW)
    issue.refresh_from_db()
    assert (issue.state, "535 5.7.8" in issue.hold_reason) == (IssueState.PAUSED, True)


@pytest.mark.parametrize("answers", [{"MAIL": "421 4.3.2 Shutting down"}, {"CONNECT": "421 Too many connections"}])
def test_a_server_without_time_for_us_is_left_alone_for_a_while(relay, answers):
    sink = relay(answers=answers)
    make_three()
    send_due_issues(now=NOW)
    assert states() == [D.QUEUED] * 3
    assert "421" in Relay.objects.get().trouble
    before = sink.connections
    assert send_due_issues(now=NOW) == 0
    assert sink.connections == before
    sink.answers.clear()
    sending._rest.until = 0
    send_due_issues(now=NOW)
    assert states() == [D.SENT] * 3
    assert Relay.objects.get().trouble == ""


def test_a_relay_that_is_away_for_an_hour_costs_nobody_the_issue(relay, settings):
    settings.EMAIL_PORT = 1
    make_three()
    for minute in range(0, 61, 5):
        sending._rest.until = 0
        send_due_issues(now=NOW + dt.timedelta(minutes=minute))
        assert states() == [D.QUEUED] * 3
    sink = relay()
    sending._rest.until = 0
    send_due_issues(now=NOW + dt.timedelta(minutes=62))
    assert states() == [D.SENT] * 3
    assert set(sink.accepted.values()) == {1}


def test_a_mail_that_is_too_large_stops_the_issue(relay):
    relay(features=("PIPELINING", "8BITMIME", "SIZE 500"))
    issue = make_three()
    send_due_issues(now=NOW)
    issue.refresh_from_db()
    assert issue.state == IssueState.PAUSED
    assert "5.3.4" in issue.hold_reason
    assert states()[1:] == [D.QUEUED] * 2


def test_refused_as_unwanted_too_often_the_issue_stops(relay):
    relay(behave=lambda mailbox, times: "dot:550 5.7.1 Looks like spam")
    issue = make_sending(readers=8)
    send_due_issues(now=NOW)
    issue.refresh_from_db()
    assert issue.state == IssueState.PAUSED
    assert states() == [D.FAILED] * 5 + [D.QUEUED] * 3
    assert not Suppression.objects.exists()


def test_a_server_that_says_too_fast_is_given_less(relay):
    relay(behave=second("450 4.7.1 Slow down"))
    make_three()
    send_due_issues(now=NOW)
    assert Relay.objects.get().pace


def test_an_address_that_no_mail_can_carry_is_refused_by_us(relay):
    sink = relay()
    make_three()
    Delivery.objects.filter(mailbox=SECOND).update(mailbox="a b@example.org\r\nRCPT TO:<eve@example.org>")
    send_due_issues(now=NOW)
    assert states() == [D.SENT, D.FAILED, D.SENT]
    assert not any("eve" in mailbox for mailbox in sink.tries)


def test_a_pause_leaves_no_empty_mail_behind(relay, monkeypatch):
    sink, issue, turns = relay(), make_three(), Lane._turns

    def pause_before_the_second(self, parcels, grant):
        for parcel in turns(self, parcels, grant):
            if parcel.mailbox == SECOND:
                issuing.pause(issue, by=None, now=NOW)
            yield parcel

    monkeypatch.setattr(Lane, "_turns", pause_before_the_second)
    send_due_issues(now=NOW)
    assert states() == [D.SENT, D.QUEUED, D.QUEUED]
    assert sum(sink.accepted.values()) == 1
