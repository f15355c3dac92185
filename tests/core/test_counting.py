"""The web process files what it counted itself, where its cache is its own."""

import pytest

from newsportal import counting, duties
from newsportal.core.duties import Worker
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
    assert names(duties.of_the_web()) == {"articles.readings"}
    assert names(duties.of_the_worker()) == names(duties.DUTIES) - {"articles.readings"}


def test_every_duty_has_a_name_for_people():
    assert [duty.name for duty in duties.DUTIES if not duty.title] == [], "give it a title"
    assert len({str(duty.title) for duty in duties.DUTIES}) == len(duties.DUTIES)


def test_what_was_counted_since_is_filed_at_the_end(settings, monkeypatch):
    settings.CACHE_IS_SHARED = False
    filed, worked = [], []
    monkeypatch.setattr(Worker, "work", lambda self: worked.append((self.beats, names(self.duties))))
    monkeypatch.setattr(counting, "file_due", lambda now: filed.append(now))
    counting.start()
    counting.end()
    counting.end()
    assert worked == [(False, {"articles.readings"})]
    assert len(filed) == 1


def test_a_database_that_is_gone_does_not_keep_the_server_from_ending(settings, monkeypatch):
    settings.CACHE_IS_SHARED = False
    monkeypatch.setattr(Worker, "work", lambda self: None)
    monkeypatch.setattr(counting, "file_due", lambda now: 1 / 0)
    counting.start()
    counting.end()
    assert counting._running == []


@pytest.mark.django_db
def test_a_worker_beside_the_worker_leaves_no_heartbeat():
    Worker([], beats=False)._beat()
    assert not DutyRecord.objects.exists()
    Worker([])._beat()
    assert [record.name for record in DutyRecord.objects.all()] == ["worker"]
