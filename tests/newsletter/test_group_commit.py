import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from newsletter.delivery import claiming, group_commit, steadying
from newsletter.delivery.claiming import Step
from newsletter.delivery.group_commit import GroupCommit
from tests.newsletter.conftest import NOW

LANES = 4


class Database:
    """Stands in for claiming.hand_over: the first commit takes until it is told to end, and all are written down."""

    def __init__(self, monkeypatch, *, error=None):
        self.commits, self.error = [], error
        self.begun, self.may_end = threading.Event(), threading.Event()
        monkeypatch.setattr(claiming, "hand_over", self.hand_over)

    def hand_over(self, steps, *, now):
        self.commits.append([step.following for step in steps])
        self.begun.set()
        assert self.may_end.wait(timeout=20)
        if self.error:
            raise self.error
        return [step.following % 2 == 0 for step in steps]


def step(number):
    return Step(uuid.uuid4(), None, "", number)


@pytest.fixture
def commits(monkeypatch):
    """As on SQLite, whichever database the tests run on: the database's own part is replaced here."""
    for module in (group_commit, steadying):
        monkeypatch.setattr(module, "connection", SimpleNamespace(vendor="sqlite", in_atomic_block=False))
    return GroupCommit(lambda: NOW)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(LANES) as pool:
        yield pool


def wait_until_gathered(commits, number):
    gathered = threading.Event()
    while len(commits._waiting) < number:
        gathered.wait(0.001)


def all_in_two_commits(commits, pool, database):
    """The first step alone, the others while it is under way."""
    futures = [pool.submit(commits.hand_over, step(0))]
    assert database.begun.wait(timeout=20)
    futures += [pool.submit(commits.hand_over, step(number)) for number in range(1, LANES)]
    wait_until_gathered(commits, LANES - 1)
    database.may_end.set()
    return futures


def test_what_comes_while_one_commit_is_under_way_is_one_more(commits, pool, monkeypatch):
    database = Database(monkeypatch)
    futures = all_in_two_commits(commits, pool, database)
    assert [future.result(timeout=20) for future in futures] == [True, False, True, False]
    assert [sorted(commit) for commit in database.commits] == [[0], [1, 2, 3]]


def test_where_several_may_write_at_once_nobody_waits(commits, monkeypatch):
    monkeypatch.setattr(group_commit.connection, "vendor", "postgresql")
    database = Database(monkeypatch)
    database.may_end.set()
    assert [commits.hand_over(step(number)) for number in range(3)] == [True, False, True]
    assert database.commits == [[0], [1], [2]]


def test_afterwards_nobody_writes_and_the_next_step_is_written_at_once(commits, pool, monkeypatch):
    database = Database(monkeypatch)
    for future in all_in_two_commits(commits, pool, database):
        future.result(timeout=20)
    assert commits.hand_over(step(8)) is True
    assert database.commits[-1] == [8]


def test_a_failed_commit_is_told_to_all_whose_steps_were_in_it(commits, pool, monkeypatch):
    database = Database(monkeypatch, error=RuntimeError("The disk is full."))
    for future in all_in_two_commits(commits, pool, database):
        with pytest.raises(RuntimeError, match="disk is full"):
            future.result(timeout=20)
    database.error = None
    assert commits.hand_over(step(8)) is True
