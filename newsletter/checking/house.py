"""Our own side: the site's address, the unsubscribe button from outside, the relay, the worker, clocks, keys."""

import datetime as dt
import smtplib
import ssl
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.urls import reverse

from newsletter.bouncing.mailboxes import MailboxError, opened
from newsletter.checking.findings import Finding, good, look, unknown, wrong
from newsletter.delivery import guarding
from newsletter.links import UNSUBSCRIBE
from newsportal.core.duties import how_work_stands

SECONDS = 10
SKEW = dt.timedelta(seconds=30)


def base_address() -> Finding:
    """The links of every mail begin with it."""
    if not settings.HTTPS:
        return wrong(
            "SITE_URL", f"{settings.SITE_URL} is not https; RFC 8058 wants it.", "SITE_URL=https://news.example.org"
        )
    return good("SITE_URL", settings.SITE_URL)


def one_click(now: dt.datetime) -> list[Finding]:
    """What a mail program does: a POST to an unsubscribe address (of nobody) from outside. Looks at the clock, too."""
    subject = "One-click unsubscribe"
    url = settings.SITE_URL + reverse("newsletter_unsubscribe", args=[UNSUBSCRIBE.token(0, 0)])
    request = urllib.request.Request(url, data=b"List-Unsubscribe=One-Click", method="POST")  # noqa: S310
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
            status, date = answer.status, answer.headers.get("Date")
    except urllib.error.HTTPError as error:
        told = f"{error.code}" + (f" to {error.headers.get('Location')}" if error.headers.get("Location") else "")
        return [
            wrong(
                subject, f"A POST is answered with {told} instead of 200; look at the proxy in front (RFC 8058, 3.1)."
            )
        ]
    except OSError as error:
        return [unknown(subject, f"{settings.SITE_URL} cannot be reached from here: {error}")]
    if status != 200:
        return [wrong(subject, f"A POST is answered with {status} instead of 200.")]
    return [good(subject, "A POST without cookies is answered with 200."), _web_clock(date, now)]


def _web_clock(date: str | None, now: dt.datetime) -> Finding:
    try:
        skew = abs(parsedate_to_datetime(date or "") - now)
    except (TypeError, ValueError):
        return unknown("Clock of the web server", "It does not say what time it is.")
    if skew > SKEW + dt.timedelta(seconds=SECONDS):
        return wrong(
            "Clock of the web server", f"It is {skew.total_seconds():.0f} s away from this machine's. Run NTP."
        )
    return good("Clock of the web server", "It agrees with this machine's.")


def relay() -> list[Finding]:
    """What the mail server offers in EHLO, after the login that sending uses."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return [
            wrong(
                "Mail server",
                "None is set: mail goes nowhere.",
                "EMAIL_URL=submission://user:password@mail.example.org:587",
            )
        ]
    name = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        offered = _greeted()
    except (OSError, smtplib.SMTPException, UnicodeError) as error:  # a password outside ASCII is the last of them
        return [wrong(f"Mail server {name}", f"It cannot be used: {_in_words(error)}")]
    encrypted = settings.EMAIL_USE_SSL or settings.EMAIL_USE_TLS
    found = [good(f"Mail server {name}", f"It takes us, and offers {', '.join(sorted(offered)) or 'nothing more'}.")]
    if not encrypted:
        found.append(
            look(
                f"Mail server {name}",
                "The line to it is not encrypted; use submission:// or smtps:// unless it is this machine.",
            )
        )
    for extension, loss in _WANTED.items():
        if extension not in offered:
            found.append(look(f"Mail server {name}", f"It does not offer {extension.upper()}: {loss}"))
    return found


_WANTED = {
    "pipelining": "sending waits for an answer after every command.",
    "8bitmime": "Bangla mails get half as large again.",
    "size": "a mail that is too large is refused only after it was sent.",
    "smtputf8": "addresses with letters outside a–z before the @ cannot be reached (the form refuses them).",
}


def _greeted() -> set[str]:
    kind: Any = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    with kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=SECONDS) as server:
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        return set(server.esmtp_features)


def sending(now: dt.datetime) -> Finding:
    """Whether mail waits since the database was restored or copied."""
    hold = guarding.standing(now=now)
    if hold is None:
        return good("Sending", "Nothing keeps it back.")
    words = (
        f"On hold since {hold.since:%Y-%m-%d %H:%M} UTC: {guarding.in_words(hold)} Look at the issues under way first."
    )
    return wrong("Sending", words, "manage.py send_newsletters --release")


def mailbox() -> Finding:
    """Whether the mailbox behind the bounce address can be opened. Nothing is read out of it."""
    if not settings.BOUNCE_ADDRESS:
        return wrong(
            "BOUNCE_ADDRESS",
            "None is set: nobody learns which mails came back.",
            "BOUNCE_DOMAIN=bounce.news.example.org",
        )
    if not settings.BOUNCE_MAILBOX:
        if settings.BOUNCE_WEBHOOK_SECRETS or settings.ANYMAIL["WEBHOOK_SECRET"]:
            return good("BOUNCE_MAILBOX", "None is set; reports come by webhook.")
        return wrong(
            "BOUNCE_MAILBOX",
            "Nobody reads what comes back.",
            "BOUNCE_MAILBOX=imaps://user:password@mail.example.org/INBOX",
        )
    try:
        with opened(settings.BOUNCE_MAILBOX) as mails:
            waiting = next(iter(mails), None) is not None
    except MailboxError as error:
        return wrong("BOUNCE_MAILBOX", f"It cannot be opened: {error}")
    return good("BOUNCE_MAILBOX", "It can be opened; " + ("mail is waiting in it." if waiting else "it is empty."))


def worker(now: dt.datetime) -> list[Finding]:
    """Whether somebody does the sending, and whether the newsletter's duties are done."""
    work = how_work_stands(now)
    if not work.worker.is_well:
        since = f" since {work.worker.last_run:%Y-%m-%d %H:%M} UTC" if work.worker.last_run else ""
        return [wrong("Worker", f"It has not been heard{since}. Keep `manage.py work` running.")]
    age = (now - work.worker.last_run).total_seconds() if work.worker.last_run else 0
    ill = [duty for duty in work.duties if duty.name.startswith("newsletter.") and not duty.is_well]
    late = [wrong(f"Duty {duty.name}", f"It is {duty.word}. {duty.last_error}".strip()) for duty in ill]
    return [good("Worker", f"Alive, heard {age:.0f} s ago."), *late]


def database_clock(now: dt.datetime) -> Finding:
    """Workers on several machines agree on what is due only as far as their clocks do."""
    if connection.vendor == "sqlite":
        return good("Clock of the database", "It is this machine's.")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            skew = abs(cursor.fetchone()[0] - now)
    except DatabaseError as error:
        return unknown("Clock of the database", f"It did not answer: {type(error).__name__}.")
    if skew > SKEW:
        return wrong("Clock of the database", f"It is {skew.total_seconds():.0f} s away from this machine's. Run NTP.")
    return good("Clock of the database", "It agrees with this machine's.")


def keys() -> Finding:
    """The one key that must never change."""
    if not settings.SUPPRESSION_KEY_IS_LOCAL:
        return good("SUPPRESSION_KEY", "It is set.")
    words = "It was made on this machine; with another one nobody knows who must not be mailed. Set it, and back it up."
    return look("SUPPRESSION_KEY", words, "SUPPRESSION_KEY=<the content of the file suppression_key in DATA_DIR>")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Mail programs follow no redirect, nor do we."""


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return f"{error.smtp_code} {text}"[:300]
    return str(error)[:300] or type(error).__name__
