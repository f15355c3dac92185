"""How the background work stands: what /readyz and the desk say of it."""

import datetime as dt

import pytest

from newsportal.core.duties import WORKER, Duty, beat, how_work_stands
from newsportal.core.models import DutyRecord
from newsportal.duties import DUTIES

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
SECOND, MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


def standing(*, every=HOUR, **fields):
    """How one duty with such a row stands while the worker is alive."""
    beat(NOW)
    DutyRecord.objects.create(name="test.duty", **{"next_run": NOW, **fields})
    return how_work_stands(NOW, [Duty("test.duty", every=every, run=lambda now, stopping: None)]).duties[0]


@pytest.mark.parametrize(
    ("every", "grace"),
    [(2 * SECOND, MINUTE), (20 * SECOND, MINUTE), (5 * MINUTE, 15 * MINUTE), (HOUR, HOUR), (DAY, HOUR)],
)
@pytest.mark.parametrize(("beyond", "word"), [(0 * SECOND, "ok"), (SECOND, "late")])
def test_the_grace_is_three_intervals_within_a_minute_and_an_hour(every, grace, beyond, word):
    assert standing(every=every, next_run=NOW - grace - beyond).word == word


def test_a_late_duty_says_by_how_much():
    found = standing(next_run=NOW - 3 * HOUR, heartbeat=NOW - 4 * HOUR)
    assert (found.late_by, found.last_run, found.is_well) == (3 * HOUR, NOW - 4 * HOUR, False)


def test_a_duty_fails_until_a_run_goes_well_again():
    error = {"last_error": "OSError: no route", "last_error_at": NOW - MINUTE}
    assert standing(**error).word == "failing"
    DutyRecord.objects.all().delete()
    assert standing(**error, last_success=NOW - HOUR).word == "failing"
    DutyRecord.objects.all().delete()
    mended = standing(**error, last_success=NOW)
    assert (mended.word, mended.last_error) == ("ok", "OSError: no route")


def test_a_duty_that_a_living_worker_does_not_know_is_late():
    beat(NOW)
    work = how_work_stands(NOW, [Duty("test.new", every=HOUR, run=lambda now, stopping: None)])
    assert (work.worker.word, work.duties[0].word, work.word) == ("ok", "late", "late")


def test_without_a_worker_nothing_is_said_of_duties_that_never_ran():
    work = how_work_stands(NOW, [Duty("test.new", every=HOUR, run=lambda now, stopping: None)])
    assert (work.worker.word, work.word, work.is_well) == ("absent", "ok", False)


def test_a_silent_worker_is_late_by_its_silence():
    beat(NOW - 2 * MINUTE)
    assert how_work_stands(NOW, []).worker.late_by == 2 * MINUTE


def test_the_row_of_a_duty_that_is_no_more_does_not_count():
    beat(NOW)
    DutyRecord.objects.create(name="test.retired", next_run=NOW - DAY)
    assert how_work_stands(NOW, []).is_well


def test_a_failure_is_said_before_lateness():
    beat(NOW)
    DutyRecord.objects.create(name="a", next_run=NOW - DAY)
    DutyRecord.objects.create(name="b", next_run=NOW, last_error="Boom", last_error_at=NOW)
    names = [Duty(name, every=HOUR, run=lambda now, stopping: None) for name in "ab"]
    assert how_work_stands(NOW, names).word == "failing"


def test_it_asks_about_the_portals_own_duties_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        work = how_work_stands(NOW)
    assert [duty.name for duty in work.duties] == [duty.name for duty in DUTIES]
    assert WORKER not in {duty.name for duty in work.duties}
