"""What the newsletter's tests share."""

import datetime as dt

import pytest

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)


@pytest.fixture
def now():
    """One moment; verbs are told what time it is."""
    return NOW


@pytest.fixture
def network_off(monkeypatch):
    """A mail server that cannot be reached."""

    def refuse(self):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)
