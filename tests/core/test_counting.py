"""The web process files what it counted itself, where its cache is its own."""

import datetime as dt

import pytest
from django.utils import timezone

from newsportal import counting, duties
from newsportal.core import tallies
from newsportal.core.duties import Duty, Worker
from newsportal.core.models import DutyRecord


def names(listed):
    return {duty.name for duty in listed}


def test_with_a_shared_cache_the_worker_does_everything(settings):
    settings.CACHE_IS_SHARED = True
    assert duties.of_the_worker() == duties.DUTIES
    assert duties.of_the_web() == []
    counting.start()
    assert counting._running == []


def test_with_a_cache_of_its_own_the_web_process_counts(settings):
    settings.CACHE_IS_SHARED = False
    web, worker = names(duties.of_the_web()), names(duties.of_the_worker())
    assert "articles.readings" in web
    assert web | worker == names(duties.DUTIES)
    assert not web & worker


def test_every_duty_has_a_name_for_people():
    assert [duty.name for duty in duties.DUTIES if not duty.title] == [], "give it a title"
    assert len({str(duty.title) for duty in duties.DUTIES}) == len(duties.DUTIES)


@pytest.fixture
def counts(monkeypatch, settings):
    """Two duties of the web's own, the first of which fails; gives what the second was asked, and what was worked on."""
    settings.CACHE_IS_SHARED = False
    filed, worked = [], []
    failing = Duty("test.failing", dt.timedelta(seconds=9), lambda now, stopping: 1 / 0, in_cache=True)
    filing = Duty("test.filing", dt.timedelta(seconds=9), lambda now, stopping: filed.append(now), in_cache=True)
    monkeypatch.setattr(duties, "DUTIES", [failing, filing])
    monkeypatch.setattr(Worker, "work", lambda self: worked.append((self.beats, names(self.duties))))
    return filed, worked


def test_what_was_counted_since_is_filed_once_at_the_end_whatever_fails(counts):
    filed, worked = counts
    counting.start()
    counting.end()
    counting.end()
    assert worked == [(False, {"test.failing", "test.filing"})]
    assert len(filed) == 1
    assert filed[0] > timezone.now() + tallies.SLOT


@pytest.mark.django_db
def test_a_worker_beside_the_worker_leaves_no_heartbeat():
    Worker([], beats=False)._beat()
    assert not DutyRecord.objects.exists()
    Worker([])._beat()
    assert [record.name for record in DutyRecord.objects.all()] == ["worker"]
