"""Two workers are killed at twenty random moments while an issue goes out to 2,000 readers."""

import os
import random
import threading
import zlib
from collections import Counter

import pytest
from django.db import connection, connections
from django.utils import timezone

from newsletter.delivery.freezing import prepare
from newsletter.models import Delivery, Issue, Subscriber, Subscription
from newsletter.states import DeliveryState, IssueState
from tests.newsletter.factories import make_issue
from tests.newsletter.sink import HANG_UP, Sink, running
from tests.newsletter.workers import nursery

pytestmark = pytest.mark.usefixtures("threads_db")

READERS, KILLS, WORKERS, CONNECTIONS = 2000, 20, 2, 2
PATIENCE = 240


class Fate(Sink):
    """A sink that does something at given moments, counted in pieces of what the workers say."""

    def __init__(self, **fields):
        super().__init__(**fields)
        self.moments, self.heard = {}, 0
        self.struck = []

    def hear(self):
        self.heard += 1
        if self.heard in self.moments:
            strike = self.moments.pop(self.heard)
            self.struck.append(self.heard)
            threading.Thread(target=strike, daemon=True).start()


def make_readers(newsletter, number=READERS):
    now = timezone.now()
    Subscriber.objects.bulk_create(
        Subscriber(address=f"reader{row}@example.org", key=f"reader{row}@example.org", created=now)
        for row in range(number)
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber_id=pk, newsletter=newsletter, asked_at=now, state="confirmed", confirmed_at=now)
        for pk in Subscriber.objects.values_list("pk", flat=True)
    )


def make_large_issue():
    now = timezone.now()
    issue = make_issue(state=IssueState.SCHEDULED, send_at=now)
    make_readers(issue.newsletter)
    return prepare(issue, now=now)


def seed():
    """Another each time; KILL_SEED=… repeats one."""
    value = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    print(f"KILL_SEED={value}")  # noqa: T201 - shown when the test fails
    return random.Random(value)


def wait_for_the_end(issue, *, event=threading.Event()):  # noqa: B008 - never set, only waited for
    for _look in range(PATIENCE * 10):
        if Issue.objects.in_state(IssueState.DONE).filter(pk=issue.pk).exists():
            return
        event.wait(0.1)
    left = Counter(Delivery.objects.values_list("state", flat=True))
    raise AssertionError(f"It never ended: {left}")


def send_among_strikes(issue, sink, strikes, tmp_path, *, until=READERS):
    """Sends the issue with two workers, while each of `strikes` falls at a random moment."""
    with running(sink), nursery(sink.port, folder=tmp_path, connections=CONNECTIONS) as home:
        moments = sorted(strikes.dice.sample(range(20, until), len(strikes.kinds)))
        sink.moments = {moment: kind(home) for moment, kind in zip(moments, strikes.kinds, strict=True)}
        for _worker in range(WORKERS):
            home.start()
        wait_for_the_end(issue)
    assert not sink.moments


class Strikes:
    def __init__(self, dice, kinds):
        self.dice, self.kinds = dice, kinds


def killing(dice):
    lock = threading.Lock()

    def kind(home):
        def strike():
            with lock:
                home.kill(dice.randrange(WORKERS))

        return strike

    return kind


def breaking_the_database(home):
    """Each connection to it is cut (PostgreSQL), or nobody can write for a while (SQLite)."""

    def strike():
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid = ANY(%s)",
                        [backends_of_workers(cursor)],
                    )
                else:
                    cursor.execute("BEGIN EXCLUSIVE")
                    threading.Event().wait(0.5)
                    cursor.execute("ROLLBACK")
        finally:
            connections.close_all()

    return strike


def backends_of_workers(cursor):
    cursor.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND query LIKE '%%newsletter_delivery%%'"
    )
    return [pid for (pid,) in cursor.fetchall()]


def outcome(sink):
    """(state, how often the mail server took it) for each reader."""
    return {
        mailbox: (state, sink.accepted[mailbox]) for mailbox, state in Delivery.objects.values_list("mailbox", "state")
    }


def assert_nobody_twice_and_nobody_lost(found):
    assert len(found) == READERS
    assert not [mailbox for mailbox, (_state, times) in found.items() if times > 1], "somebody got it twice"
    lost = [mailbox for mailbox, (state, times) in found.items() if state == DeliveryState.SENT and times != 1]
    assert not lost, "the row says sent, and it is not"
    silent = [m for m, (state, times) in found.items() if not times and state not in TOLD]
    assert not silent, "somebody never got it, and nobody is told"


# What an editor is shown: nothing else may stand for a mail that did not arrive.
TOLD = {DeliveryState.UNCERTAIN, DeliveryState.FAILED}


def test_killed_twenty_times_nobody_gets_it_twice_and_nobody_never(tmp_path):
    dice, issue, sink = seed(), make_large_issue(), Fate()
    send_among_strikes(issue, sink, Strikes(dice, [killing(dice)] * KILLS), tmp_path)
    found = outcome(sink)
    assert_nobody_twice_and_nobody_lost(found)
    states = Counter(state for state, _times in found.values())
    assert set(states) <= {DeliveryState.SENT, DeliveryState.UNCERTAIN}
    assert states[DeliveryState.UNCERTAIN] <= KILLS * CONNECTIONS


def rude(mailbox, times):
    """A mail server with all its moods, by reader."""
    mood = zlib.crc32(mailbox.encode()) % 100
    if mood < 3:
        return "550 5.1.1 No such user"
    if mood < 6:
        return "dot:554 5.5.0 Cannot be read here"
    if times == 1 and mood < 9:
        return "451 4.3.0 Try again"
    if times == 1 and mood < 12:
        return "dot:452 4.2.2 Full"
    if times == 1 and mood < 14:
        return HANG_UP
    return ""


def test_a_rude_mail_server_a_lost_database_and_kills_at_once(tmp_path):
    dice, issue, sink = seed(), make_large_issue(), Fate(behave=rude, delay=0.002)
    kinds = [killing(dice)] * 8 + [breaking_the_database] * 4
    dice.shuffle(kinds)
    send_among_strikes(issue, sink, Strikes(dice, kinds), tmp_path)
    found = outcome(sink)
    assert_nobody_twice_and_nobody_lost(found)
    states = Counter(state for state, _times in found.values())
    refused = {mailbox for mailbox in found if rude(mailbox, 2)}
    assert {mailbox for mailbox, (state, _times) in found.items() if state == DeliveryState.FAILED} <= refused
    hung_up = [mailbox for mailbox in found if rude(mailbox, 1) == HANG_UP]
    assert states[DeliveryState.UNCERTAIN] <= 8 * CONNECTIONS + len(hung_up)
    assert not set(states) - {DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.FAILED, DeliveryState.SKIPPED}
