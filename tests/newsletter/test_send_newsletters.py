import os
import signal
import threading

import pytest
from django.core.management import call_command
from django.utils import timezone

from newsletter.management.commands import send_newsletters
from tests.newsletter.factories import make_pending

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]


def test_once_sends_what_is_due_and_ends(mailoutbox, capsys):
    for _number in range(3):
        make_pending(now=timezone.now())
    call_command("send_newsletters", "--once")
    assert len(mailoutbox) == 3
    assert "3 mails to single readers sent." in capsys.readouterr().out


def test_once_ends_when_the_mail_server_is_away(network_off):
    make_pending(now=timezone.now())
    call_command("send_newsletters", "--once")


def test_goes_on_until_it_is_told_to_end(mailoutbox, monkeypatch):
    monkeypatch.setattr(send_newsletters, "PAUSE", 0.001)
    rounds = []

    def count(*, now, stopping):
        rounds.append(now)
        if len(rounds) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return 0

    monkeypatch.setattr(send_newsletters, "send_due_singles", count)
    before = signal.getsignal(signal.SIGTERM)
    call_command("send_newsletters")
    assert len(rounds) >= 3
    assert signal.getsignal(signal.SIGTERM) == before
    assert threading.current_thread() is threading.main_thread()
