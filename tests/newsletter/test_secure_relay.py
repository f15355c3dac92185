"""Mail servers that want TLS and a password: what is refused, who is told, and that no reader is blamed."""

import pytest

from newsletter.checking import house
from newsletter.checking.findings import Verdict
from newsletter.confirming import send_due_confirmations
from newsletter.delivery import sending
from newsletter.delivery.recording import Opinions
from newsletter.delivery.sending import send_due_issues
from newsletter.models import Delivery, Issue, Subscription, Suppression
from newsletter.states import DeliveryState, IssueState
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_pending, make_sending
from tests.newsletter.secure_relay import PASSWORD, USER, secure_relay
from tests.newsletter.sink import Sink, running

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _submission(settings, monkeypatch):
    """As EMAIL_URL=submission://portal:…@127.0.0.1 has it."""
    monkeypatch.setattr(sending, "_rest", sending._Rest())
    monkeypatch.setattr(sending, "_opinions", Opinions())
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = sending.OWN, "127.0.0.1", 5
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL, settings.NEWSLETTER_CONNECTIONS = True, False, 1
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, PASSWORD


@pytest.fixture
def relay(settings, tmp_path, monkeypatch):
    """`relay()` starts the server and has its authority trusted, as SSL_CERT_FILE lets an operator do."""
    running = []

    def start(*, trusted=True, tls=True, **options):
        context = secure_relay(tmp_path if tls else None, **options)
        settings.EMAIL_PORT, mails = context.__enter__()
        running.append(context)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        return mails

    yield start
    for context in running:
        context.__exit__(None, None, None)


def send_one():
    """An issue to one reader goes out, or does not: as it then stands."""
    make_sending(readers=1)
    send_due_issues(now=NOW)
    return Issue.objects.get()


def nobody_is_blamed():
    delivery = Delivery.objects.get()
    assert delivery.state in (DeliveryState.QUEUED, DeliveryState.DEFERRED)
    assert not Suppression.objects.exists()
    return True


def test_an_issue_goes_out_over_starttls_after_the_login(relay):
    mails = relay()
    assert send_one().state == IssueState.DONE
    assert mails == [(Delivery.objects.get().mailbox, True, True)]


def test_or_over_tls_from_the_first_byte_on(relay, settings):
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = False, True
    mails = relay(at_once=True)
    assert send_one().state == IssueState.DONE
    assert len(mails) == 1


def test_confirmations_go_the_same_way(relay):
    mails = relay()
    make_pending(address="ana@example.org")
    assert send_due_confirmations(now=NOW) == 1
    assert mails == [("ana@example.org", True, True)]


def test_a_server_without_encryption_gets_neither_the_password_nor_a_mail(relay):
    mails = relay(tls=False)
    issue = send_one()
    assert (issue.state, mails) == (IssueState.PAUSED, [])
    assert "offers no encryption (STARTTLS)" in issue.hold_reason
    assert nobody_is_blamed()


@pytest.mark.parametrize("user", [USER, "nobody"])
def test_a_wrong_password_is_said_to_the_newsroom(relay, settings, user):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = user, "wrong"
    mails = relay()
    issue = send_one()
    assert (issue.state, mails) == (IssueState.PAUSED, [])
    assert "535 5.7.8 Wrong user or password" in issue.hold_reason
    assert "no reader is at fault" in issue.hold_reason
    assert "wrong" not in issue.hold_reason.replace("Wrong", "")
    assert nobody_is_blamed()


def test_a_password_that_cannot_be_sent_is_said_as_well(relay, settings):
    settings.EMAIL_HOST_PASSWORD = "পাসওয়ার্ড"
    relay()
    issue = send_one()
    assert issue.state == IssueState.PAUSED
    assert "outside ASCII" in issue.hold_reason
    assert nobody_is_blamed()


def test_a_server_that_knows_none_of_our_ways_to_log_in_is_said_so(relay):
    relay(auth_exclude_mechanism=["LOGIN", "PLAIN"])
    issue = send_one()
    assert issue.state == IssueState.PAUSED
    assert "takes no user and password" in issue.hold_reason
    assert nobody_is_blamed()


def test_a_server_that_takes_no_password_is_said_so(settings):
    settings.EMAIL_USE_TLS = False
    with running(Sink()) as sink:
        settings.EMAIL_PORT = sink.port
        issue = send_one()
    assert issue.state == IssueState.PAUSED
    assert "takes no user and password" in issue.hold_reason
    assert nobody_is_blamed()


def test_a_certificate_that_nobody_vouches_for_is_refused(relay):
    mails = relay(trusted=False)
    issue = send_one()
    assert (issue.state, mails) == (IssueState.PAUSED, [])
    assert "certificate is not good" in issue.hold_reason
    assert nobody_is_blamed()


def test_so_is_one_of_another_name(relay, settings):
    mails = relay()
    settings.EMAIL_HOST = "localhost"
    issue = send_one()
    assert (issue.state, mails) == (IssueState.PAUSED, [])
    assert "certificate is not good" in issue.hold_reason


def test_an_editor_lets_it_go_on_once_the_password_is_right(relay, settings):
    settings.EMAIL_HOST_PASSWORD = "wrong"
    mails = relay()
    issue = send_one()
    settings.EMAIL_HOST_PASSWORD = PASSWORD
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.SENDING)
    send_due_issues(now=NOW)
    assert len(mails) == 1
    assert Issue.objects.get().state == IssueState.DONE


@pytest.mark.parametrize(("password", "error"), [("wrong", "535"), ("ভুল", "UnicodeEncodeError")])
def test_a_confirmation_waits_for_the_right_password_and_loses_no_try(relay, settings, password, error):
    settings.EMAIL_HOST_PASSWORD = password
    relay()
    make_pending(address="ana@example.org")
    assert send_due_confirmations(now=NOW) == 0
    row = Subscription.objects.get()
    assert (row.attempts, row.confirmation_due_at is None) == (0, False)
    assert error in row.last_error


@pytest.mark.parametrize(("password", "error"), [("wrong", "535"), ("ভুল", "ascii")])
def test_newsletter_check_says_what_is_wrong(relay, settings, password, error):
    relay()
    assert house.relay()[0].verdict == Verdict.GOOD
    settings.EMAIL_HOST_PASSWORD = password
    (finding,) = house.relay()
    assert finding.verdict == Verdict.WRONG
    assert error in finding.words
