import signal

import pytest
from django.core.management import call_command
from django.db import OperationalError

from newsportal.core.duties import Outcome, Worker

pytestmark = pytest.mark.django_db


def test_work_once_says_what_was_done(capsys):
    call_command("work", "--once")
    assert "newsletter.confirmations: nothing to do" in capsys.readouterr().out


def test_work_once_fails_when_a_duty_failed(monkeypatch, capsys):
    monkeypatch.setattr(Worker, "work_once", lambda self: [Outcome("test.duty", 0, "ValueError: no")])
    with pytest.raises(SystemExit, match="A duty failed"):
        call_command("work", "--once")
    assert "test.duty: ValueError: no" in capsys.readouterr().out


def test_work_once_without_a_database_says_so_in_a_sentence(monkeypatch):
    def lost(self):
        raise OperationalError("gone")

    monkeypatch.setattr(Worker, "work_once", lost)
    with pytest.raises(SystemExit, match="The database does not answer"):
        call_command("work", "--once")


def test_work_hears_sigterm_and_gives_the_signal_back(monkeypatch):
    heard, before = [], signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(Worker, "work", lambda self: (signal.raise_signal(signal.SIGTERM), heard.append(self.stopping)))
    call_command("work")
    assert heard == [True]
    assert signal.getsignal(signal.SIGTERM) is before
