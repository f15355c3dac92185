"""`manage.py newsletter_check`: our own side, and the command as a whole."""

import datetime as dt
import mailbox
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.utils import timezone

from newsletter.checking import house
from newsletter.checking.findings import Verdict
from newsletter.management.commands.newsletter_check import Command
from newsportal.core.duties import beat
from tests.newsletter.test_checking import Table

pytestmark = pytest.mark.django_db
GOOD, LOOK, WRONG, UNKNOWN = Verdict


@pytest.fixture(autouse=True)
def _no_dns(monkeypatch):
    monkeypatch.setattr(Command, "names", Table)


def verdicts(findings):
    return [finding.verdict for finding in findings]


def test_an_address_without_https_is_wrong(settings):
    settings.HTTPS = False
    assert house.base_address().verdict == WRONG
    settings.HTTPS = True
    assert house.base_address().verdict == GOOD


class _Answer:
    def __init__(self, status, headers):
        self.status, self.headers = status, headers

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


@pytest.fixture
def outside(monkeypatch, client):
    """The site as it is seen from outside, by way of the test client."""

    class Opener:
        def open(self, request, timeout):
            kind = "application/x-www-form-urlencoded"
            response = client.post(urlsplit(request.full_url).path, request.data, content_type=kind)
            date = timezone.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
            return _Answer(response.status_code, {"Date": date})

    monkeypatch.setattr(house.urllib.request, "build_opener", lambda *handlers: Opener())


def test_one_click_is_answered_with_200_and_changes_nothing(outside, django_assert_num_queries):
    assert verdicts(house.one_click(timezone.now())) == [GOOD, GOOD]


def test_a_clock_that_is_wrong_is_noticed(outside):
    assert verdicts(house.one_click(timezone.now() + dt.timedelta(minutes=5))) == [GOOD, WRONG]


class _Redirects(BaseHTTPRequestHandler):
    """A proxy that sends everybody to another name of the site."""

    def do_POST(self):
        self.send_response(301)
        self.send_header("Location", "https://www.example.org/")
        self.end_headers()

    def log_message(self, *args):
        pass


def test_a_redirect_is_wrong(settings):
    with HTTPServer(("127.0.0.1", 0), _Redirects) as server:
        settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.handle_request, daemon=True).start()
        (finding,) = house.one_click(timezone.now())
    assert finding.verdict == WRONG
    assert "301" in finding.words


def test_a_site_that_is_away_is_unknown(settings):
    settings.SITE_URL = "http://127.0.0.1:9"
    assert verdicts(house.one_click(timezone.now())) == [UNKNOWN]


def test_mail_to_nowhere_is_wrong(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert house.relay()[0].paste.startswith("EMAIL_URL=")


def test_a_relay_that_is_away_is_wrong(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert verdicts(house.relay()) == [WRONG]


def test_what_a_relay_offers_is_said(settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = True
    monkeypatch.setattr(house, "_greeted", lambda: {"pipelining", "8bitmime", "size", "starttls"})
    good, lacking = house.relay()
    assert good.verdict == GOOD
    assert "SMTPUTF8" in lacking.words


def test_the_bounce_mailbox(settings, tmp_path):
    settings.BOUNCE_ADDRESS = settings.BOUNCE_MAILBOX = ""
    assert house.mailbox().paste.startswith("BOUNCE_DOMAIN=")
    settings.BOUNCE_ADDRESS = "b@bounce.example.org"
    assert house.mailbox().paste.startswith("BOUNCE_MAILBOX=")
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}/box"
    assert house.mailbox().verdict == WRONG
    box = mailbox.Maildir(tmp_path / "box")
    assert "empty" in house.mailbox().words
    box.add(b"From: a@example.org\n\nx")
    assert "waiting" in house.mailbox().words
    assert len(box) == 1


def test_the_worker(now):
    assert verdicts(house.worker(now)) == [WRONG]
    beat(now)
    assert house.worker(now + dt.timedelta(seconds=5))[0].words == "Alive, heard 5 s ago."
    assert house.worker(now + dt.timedelta(minutes=5))[0].verdict == WRONG


def test_clock_and_keys(settings):
    assert house.database_clock(timezone.now()).verdict == GOOD
    settings.SUPPRESSION_KEY_IS_LOCAL = True
    assert house.keys().verdict == LOOK
    settings.SUPPRESSION_KEY_IS_LOCAL = False
    assert house.keys().verdict == GOOD


def test_the_command_says_what_is_wrong_and_ends_with_1(outside, capsys):
    with pytest.raises(CommandError) as raised:
        call_command("newsletter_check")
    assert raised.value.returncode == 1
    printed = capsys.readouterr().out
    assert all(words in printed for words in ("SPF of", "DMARC of", "DKIM key of", "Worker", "One-click", "→ "))


def test_a_mail_to_look_at_is_sent():
    call_command("newsletter_check", send_to="me@example.org")
    (sent,) = mail.outbox
    assert sent.to == ["me@example.org"]
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_received_mail_is_looked_at(tmp_path, capsys):
    path = tmp_path / "mail.eml"
    path.write_bytes(b"From: a@example.org\r\n\r\nx\r\n")
    with pytest.raises(CommandError, match="to put right"):
        call_command("newsletter_check", verify=path)
    assert "not signed" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No such file"):
        call_command("newsletter_check", verify=tmp_path / "none.eml")


def test_an_odd_address_to_send_to_is_refused():
    with pytest.raises(CommandError, match="whole address"):
        call_command("newsletter_check", send_to="nobody")


@pytest.mark.parametrize(
    ("address", "box", "secrets", "ids"),
    [
        ("", "", [], []),
        ("b@bounce.example.org", "", [], ["newsletter.W001"]),
        ("b@bounce.example.org", "maildir:///var/box", [], []),
        ("b@bounce.example.org", "", ["s" * 32], []),
        ("", "maildir:///var/box", [], ["newsletter.W002"]),
    ],
)
def test_settings_that_lose_returned_mail_are_said_by_check_deploy(settings, address, box, secrets, ids):
    settings.BOUNCE_ADDRESS, settings.BOUNCE_MAILBOX, settings.BOUNCE_WEBHOOK_SECRETS = address, box, secrets
    found = [message.id for message in run_checks(include_deployment_checks=True)]
    assert [name for name in found if name.startswith("newsletter.")] == ids
