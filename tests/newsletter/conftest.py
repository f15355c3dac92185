"""What the newsletter's tests share."""

import datetime as dt

import pytest
from django.apps import apps
from django.core import serializers

from newsletter.management.commands import send_newsletters

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


@pytest.fixture
def kept_connection(monkeypatch):
    """For tests that call the command: with its connection their transaction would end, and all that is in it."""
    monkeypatch.setattr(send_newsletters, "close_old_connections", lambda: None)


@pytest.fixture
def all_rows(db):
    """`all_rows()` is every row of every table, as text: what is in the database, and nothing of how it is kept."""

    def dump():
        return "\n".join(
            serializers.serialize("json", model._base_manager.order_by("pk"))
            for model in apps.get_models()
            if model._meta.managed and not model._meta.proxy
        )

    return dump
