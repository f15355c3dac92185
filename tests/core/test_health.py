import datetime as dt
import json

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import RequestFactory
from django.utils import timezone

from newsportal.core import duties, health
from newsportal.core.models import DutyRecord
from newsportal.core.page_cache import counting
from newsportal.core.views import health as views
from newsportal.duties import DUTIES

NO_PAGES = dict.fromkeys(counting.MARKS, 0)
REQUEST = RequestFactory().get("/readyz")


def ask():
    response = views.ready(REQUEST)
    return response.status_code, json.loads(response.content)


@pytest.fixture
def worker():
    """A worker that has done every duty of the portal."""
    now = timezone.now()
    duties.beat(now)
    DutyRecord.objects.bulk_create(
        DutyRecord(name=duty.name, heartbeat=now, last_success=now, next_run=now + duty.every) for duty in DUTIES
    )


def fail(*args, **kwargs):
    raise OperationalError("password authentication failed for user root, password hunter2")


def test_alive_touches_nothing():
    # Without the mark that allows it, any query would fail this test.
    response = views.alive(RequestFactory().get("/healthz"))
    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"ok\n", "text/plain")


def test_alive_answers_through_all_middleware_and_sets_no_cookie(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("view", [views.alive, views.ready])
def test_only_reading_is_allowed(view):
    assert view(RequestFactory().post("/healthz")).status_code == 405


@pytest.mark.django_db
def test_a_portal_with_a_worker_is_ready(worker):
    parts = {"database": "ok", "cache": "ok", "migrations": "ok", "worker": "ok", "duties": "ok"}
    assert ask() == (200, {"status": "ok", **parts, "pages": NO_PAGES})


@pytest.mark.django_db
def test_a_late_duty_degrades_a_portal_that_serves(worker):
    DutyRecord.objects.filter(name=DUTIES[0].name).update(next_run=timezone.now() - dt.timedelta(hours=1))
    status, body = ask()
    assert (status, body["status"], body["worker"], body["duties"]) == (200, "degraded", "ok", "late")


@pytest.mark.django_db
def test_a_failing_duty_degrades_it_and_says_nothing_of_the_error(worker):
    DutyRecord.objects.filter(name=DUTIES[0].name).update(
        last_error="password hunter2", last_error_at=timezone.now() + dt.timedelta(seconds=1)
    )
    status, body = ask()
    assert (status, body["status"], body["duties"]) == (200, "degraded", "failing")
    assert "hunter2" not in json.dumps(body)


@pytest.mark.django_db
def test_without_a_worker_it_serves_and_is_degraded():
    status, body = ask()
    assert (status, body["status"], body["worker"]) == (200, "degraded", "absent")


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "word"), [(60, "ok"), (61, "late")])
def test_a_heartbeat_is_late_after_a_minute(seconds, word):
    now = timezone.now()
    duties.beat(now - dt.timedelta(seconds=seconds))
    assert health.report(now).worker == word


@pytest.mark.django_db
def test_a_lost_database_makes_it_fail_and_says_nothing_of_the_reason(monkeypatch):
    monkeypatch.setattr(connection, "cursor", fail)
    status, body = ask()
    assert status == 503
    assert body == {
        "status": "failed",
        "database": "failed",
        "cache": "ok",
        "migrations": "unknown",
        "worker": "unknown",
        "duties": "unknown",
        "pages": NO_PAGES,
    }


@pytest.mark.django_db
def test_a_lost_cache_makes_it_fail(monkeypatch):
    monkeypatch.setattr(cache, "set", fail)
    status, body = ask()
    assert (status, body["status"], body["cache"], body["database"]) == (503, "failed", "failed", "ok")


@pytest.mark.django_db
def test_a_cache_that_forgets_at_once_is_no_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert ask()[1]["cache"] == "failed"


@pytest.mark.django_db
def test_missing_migrations_make_it_fail(monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("0002", False)])
    status, body = ask()
    assert (status, body["status"], body["migrations"]) == (503, "failed", "pending")


@pytest.mark.django_db
def test_the_reason_of_a_failure_is_logged_without_what_it_may_give_away(monkeypatch, caplog):
    monkeypatch.setattr(cache, "set", fail)
    ask()
    assert "not_ready" in caplog.text
    assert "hunter2" not in caplog.text
