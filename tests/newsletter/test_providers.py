"""Issues that go out through a provider's interface: Anymail's own backend against a server on this machine."""

import json
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from newsletter.bouncing import verp
from newsletter.delivery import lanes, sending
from newsletter.delivery.backends import Backend
from newsletter.models import Delivery, Issue
from newsletter.states import DeliveryState, IssueState
from tests.newsletter.factories import make_sending

pytestmark = pytest.mark.usefixtures("threads_db")
READERS = 8


class Provider(ThreadingHTTPServer):
    """Takes mails as Postmark does; the first answers wait until so many calls are under way at once."""

    daemon_threads = True

    def __init__(self, *, at_once):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mails, self.gate = [], threading.Barrier(at_once) if at_once > 1 else None


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.mails.append(mail)
        if server.gate is not None and len(server.mails) <= server.gate.parties:
            with suppress(threading.BrokenBarrierError):
                server.gate.wait(20)
        body = json.dumps({"ErrorCode": 0, "Message": "OK", "MessageID": f"m-{len(server.mails)}", "To": mail["To"]})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


@contextmanager
def provider(settings, *, at_once):
    server = Provider(at_once=at_once)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_SERVER_TOKEN": "key", "POSTMARK_API_URL": url}
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def test_several_calls_at_once_and_every_reader_once(settings, monkeypatch):
    monkeypatch.setattr(sending, "_rest", sending._Rest())
    monkeypatch.setattr(lanes, "FIRST", 1)
    settings.NEWSLETTER_CONNECTIONS = 4
    make_sending(readers=READERS, now=timezone.now())
    with provider(settings, at_once=4) as server:
        while sending.send_due_issues(now=timezone.now()):
            pass
    assert not server.gate.broken
    assert sorted(mail["To"] for mail in server.mails) == sorted(Delivery.objects.values_list("mailbox", flat=True))
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert Issue.objects.get().state == IssueState.DONE


def test_each_has_the_headers_of_its_reader(settings, monkeypatch):
    monkeypatch.setattr(sending, "_rest", sending._Rest())
    settings.NEWSLETTER_CONNECTIONS = 1
    make_sending(readers=2, now=timezone.now())
    with provider(settings, at_once=1) as server:
        while sending.send_due_issues(now=timezone.now()):
            pass
    found = [{row["Name"]: row["Value"] for row in mail["Headers"]} for mail in server.mails]
    assert len({headers["List-Unsubscribe"] for headers in found}) == 2
    assert {headers["List-Unsubscribe-Post"] for headers in found} == {"List-Unsubscribe=One-Click"}
    named = [verp.read(mail["Metadata"]["token"]).mailbox for mail in server.mails]
    assert named == [mail["To"] for mail in server.mails]


def test_backends_of_which_nothing_is_known_get_one_mail_at_a_time(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert not Backend.connections_at_once()
