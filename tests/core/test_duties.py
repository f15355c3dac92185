import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError

from newsportal.core.duties import BEAT, CLAIM, ERROR_LENGTH, Duty, Worker, claim, perform
from newsportal.core.models import DutyRecord
from newsportal.duties import DUTIES

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


class Clock:
    """A clock that goes only when a pause lets it."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def pause(self, seconds):
        self.now += dt.timedelta(seconds=seconds)
        assert self.now < NOW + HOUR, "it waits for ever"


def duty(*, name="test.duty", every=HOUR, run=lambda now, stopping: None):
    return Duty(name, every=every, run=run)


def record(name="test.duty"):
    return DutyRecord.objects.get(name=name)


def worker(*duties, clock=None, pause=None, refresh=lambda: None):
    """A worker that leaves the connection alone: it is the one of the test's transaction."""
    clock = clock or Clock()
    return Worker(duties, clock=clock, pause=pause or clock.pause, refresh=refresh)


def test_a_due_duty_is_claimed_by_one_worker_only():
    DutyRecord.objects.create(name="test.duty", next_run=NOW)
    assert [claim(duty(), NOW), claim(duty(), NOW)] == [True, False]


def test_a_claim_lapses_so_that_the_duty_of_a_killed_worker_is_done_by_another():
    DutyRecord.objects.create(name="test.duty", next_run=NOW)
    claim(duty(), NOW)
    assert claim(duty(), NOW + CLAIM)


def test_a_duty_before_its_time_is_nobodys():
    DutyRecord.objects.create(name="test.duty", next_run=NOW + HOUR)
    assert not claim(duty(), NOW)


def test_a_duty_that_found_nothing_waits_for_its_turn():
    worker(duty()).round()
    assert record().next_run == NOW + HOUR
    assert record().heartbeat == NOW


def test_a_duty_that_did_something_is_asked_again_at_once():
    left = [0, 2, 1]
    outcomes = worker(duty(run=lambda now, stopping: left.pop())).work_once()
    assert [outcome.did for outcome in outcomes] == [1, 2, 0]


def test_work_once_does_not_wait_for_the_turn_of_what_is_asked_often():
    asked = []
    often = duty(every=dt.timedelta(seconds=2), run=lambda now, stopping: asked.append(now))
    first, second = worker(often), worker(often)
    first.work_once()
    second.work_once()
    assert len(asked) == 2


def test_work_once_leaves_alone_what_another_worker_is_doing():
    often = duty(every=dt.timedelta(seconds=2))
    DutyRecord.objects.create(name=often.name, next_run=NOW)
    claim(often, NOW)
    assert worker(often).work_once() == []


def test_an_error_is_recorded_and_the_duty_tried_again_at_its_interval():
    def fail(now, stopping):
        raise ValueError("no such list")

    worker(duty(run=fail)).round()
    assert record().last_error == "ValueError: no such list"
    assert record().last_error_at is not None
    assert (record().next_run, record().last_success) == (NOW + HOUR, None)


def test_a_long_error_is_cut():
    def fail(now, stopping):
        raise ValueError("x" * 5000)

    worker(duty(run=fail)).round()
    assert len(record().last_error) == ERROR_LENGTH


def test_an_error_of_one_duty_does_not_keep_the_others_from_theirs():
    def fail(now, stopping):
        raise ValueError

    done = []
    other = duty(name="test.other", run=lambda now, stopping: done.append(now))
    outcomes = worker(duty(run=fail), other).round()
    assert done == [NOW]
    assert [bool(outcome.error) for outcome in outcomes] == [True, False]


def test_the_outcome_of_a_worker_that_was_too_slow_leaves_the_next_claim_alone():
    DutyRecord.objects.create(name="test.duty", next_run=NOW)
    claim(duty(), NOW)
    claim(duty(), NOW + CLAIM)
    perform(duty(), NOW)
    assert record().next_run == NOW + CLAIM + CLAIM


def test_a_long_duty_that_asks_whether_to_stop_keeps_its_claim_and_the_heartbeat():
    clock = Clock()

    def run(now, stopping):
        clock.pause(50)
        stopping()
        nonlocal seen
        seen = (record().next_run, record("worker").heartbeat)

    seen = None
    worker(duty(run=run), clock=clock).round()
    later = NOW + dt.timedelta(seconds=50)
    assert seen == (later + CLAIM, later)


def test_a_stop_ends_the_work_after_the_current_duty():
    done = []
    works = worker()
    works.duties = [
        duty(name="test.first", run=lambda now, stopping: (works.stop(15, None), done.append(stopping()))),
        duty(name="test.second", run=lambda now, stopping: done.append("second")),
    ]
    works.work()
    assert done == [True]


def test_a_lost_database_is_waited_for_with_a_fresh_connection(monkeypatch, caplog):
    pauses, refreshed, answers = [], [], [OperationalError("gone"), OperationalError("gone"), None]
    works = worker(duty(), pause=pauses.append, refresh=lambda: refreshed.append(len(pauses)))

    def round_():
        if answer := answers.pop(0):
            raise answer
        works.stop()

    monkeypatch.setattr(works, "round", round_)
    works.work()
    assert pauses == [1, 1, 1]
    assert refreshed == [0, 0, 1, 1, 3]
    assert caplog.text.count("database_lost") == 2


def test_a_worker_leaves_a_heartbeat_now_and_then():
    clock = Clock()
    works = worker(duty(), clock=clock)
    works.round()
    clock.pause(BEAT.total_seconds())
    works.round()
    assert record("worker").heartbeat == NOW + BEAT


def test_an_idle_round_costs_one_query(django_assert_num_queries):
    works = worker(duty(), duty(name="test.other"))
    works.round()
    with django_assert_num_queries(1):
        works.round()


def test_the_portals_duties_have_names_of_their_own_and_none_fails_on_an_empty_database():
    assert len({duty.name for duty in DUTIES}) == len(DUTIES)
    outcomes = Worker(DUTIES).work_once()
    assert [(outcome.name, outcome.error) for outcome in outcomes] == [(duty.name, "") for duty in DUTIES]


def test_expired_sessions_are_cleared():
    Session.objects.create(session_key="old", session_data="", expire_date=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    Worker(DUTIES).work_once()
    assert not Session.objects.exists()
