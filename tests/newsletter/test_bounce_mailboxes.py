"""The mailbox for returned mail, as a maildir and over IMAP."""

import mailbox

import pytest

from newsletter.bouncing.mailboxes import MailboxError, poll
from newsletter.models import MailEvent
from tests.newsletter import returned
from tests.newsletter.imap_server import ImapServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def maildir(settings, tmp_path):
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}/box"
    return mailbox.Maildir(tmp_path / "box")


@pytest.fixture
def imap(settings):
    with ImapServer(user="bounces", password="pass word") as server:
        settings.BOUNCE_MAILBOX = f"imap://bounces:pass%20word@127.0.0.1:{server.port}/INBOX"
        yield server


def kinds():
    return sorted(MailEvent.objects.values_list("kind", flat=True))


def test_nothing_is_read_where_none_is_set(settings, now):
    settings.BOUNCE_MAILBOX = ""
    assert poll(now=now) == 0


def test_a_maildir_is_read_and_emptied(maildir, now):
    for mail in (returned.dsn(), returned.letter(), returned.out_of_office()):
        maildir.add(mail)
    assert poll(now=now) == 3
    assert kinds() == ["bounced", "unknown"]
    assert len(maildir) == 0


def test_a_worker_that_is_stopped_leaves_the_rest(maildir, now):
    maildir.add(returned.dsn())
    maildir.add(returned.letter())
    assert poll(now=now, stopping=lambda: True) == 1
    assert len(maildir) == 1


def test_what_cannot_be_stored_stays_in_the_mailbox(maildir, now, monkeypatch):
    maildir.add(returned.dsn())
    monkeypatch.setattr("newsletter.bouncing.mailboxes.note_mail", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        poll(now=now)
    assert len(maildir) == 1


def test_a_folder_that_is_no_maildir_is_named(settings, tmp_path, now):
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}"
    with pytest.raises(MailboxError, match="no maildir"):
        poll(now=now)


def test_an_imap_mailbox_is_read_and_emptied(imap, now):
    imap.mails = [returned.dsn(), returned.qmail()]
    assert poll(now=now) == 2
    assert kinds() == ["bounced", "bounced"]
    assert imap.mails == []
    assert poll(now=now) == 0


def test_a_wrong_password_is_said_and_not_shown(imap, settings, now):
    settings.BOUNCE_MAILBOX = settings.BOUNCE_MAILBOX.replace("pass%20word", "hunter2")
    with pytest.raises(MailboxError, match="credentials") as raised:
        poll(now=now)
    assert "hunter2" not in str(raised.value)


def test_a_folder_that_is_not_there_is_said(imap, settings, now):
    settings.BOUNCE_MAILBOX = settings.BOUNCE_MAILBOX.replace("INBOX", "Elsewhere")
    with pytest.raises(MailboxError, match="Elsewhere"):
        poll(now=now)


def test_a_server_that_is_away_is_said(imap, settings, now):
    imap.close()
    with pytest.raises(MailboxError, match=r"127\.0\.0\.1"):
        poll(now=now)


def test_a_server_that_hangs_up_loses_nothing(imap, now):
    imap.mails = [returned.dsn(), returned.qmail()]
    imap.hang_up_after_fetches = 1
    with pytest.raises(MailboxError):
        poll(now=now)
    assert len(imap.mails) == 2
    imap.hang_up_after_fetches = None
    assert poll(now=now) == 1
    assert (MailEvent.objects.count(), imap.mails) == (2, [])
