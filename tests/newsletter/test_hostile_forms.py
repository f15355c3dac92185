"""Whatever is typed into the newsletter's forms or written into its links: an answer, and no mail too many."""

import contextlib
import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter import stamps
from newsletter.addresses import parse
from newsletter.singles import send_due_singles
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_list

pytestmark = pytest.mark.django_db

FORM = "/newsletter/subscribe/"
MARK = "pills-for-all"
HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted",
    "X-Auto-Response-Suppress",
}  # fmt: skip
ENDS = ["\r\n", "\n", "\r", "%0d%0a", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]
INJECTIONS = [f"{end}Bcc: eve@example.net{end}{end}{MARK}" for end in ENDS]
AS_ADDRESSES = [address for tail in INJECTIONS for address in (f"ana@example.org{tail}", f"ana{tail}@example.org")] + [
    "ana@example.org,eve@example.net", "ana@example.org;eve@example.net", "ana@example.org eve@example.net",
    "<ana@example.org>", "Ana <ana@example.org>", '"ana@example.org,"@example.net', "ana@example.org>", "@", "a@", "@b",
    "ana@[127.0.0.1]", "ana@example.org.", "ana@xn--", f"{'a' * 65}@example.org", f"a@{'b.' * 200}org",
    "ana@exa\u202emple.org", "ana\u200b@example.org", "আনা@example.org", "ana@উদাহরণ.বাংলা", " ana@example.org\t",
]  # fmt: skip
FIELDS = ["newsletter", "choose", "source", "wording", "stamp", "seal", "answer", "website"]
words = st.text(max_size=60) | st.sampled_from([*INJECTIONS, "", "morning", "0", "1-1-1.x", "/", "//evil.example/"])
addresses = words | st.emails() | st.sampled_from(AS_ADDRESSES)
# Some get past the stamp and the hidden field, so that what is behind them is tried as well.
forms = st.fixed_dictionaries(
    {"email": addresses},
    optional={name: words | st.lists(words, max_size=3) for name in FIELDS},
)
hostile = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextlib.contextmanager
def one_try():
    """A moment of its own: what is stored, counted and mailed in it is gone afterwards."""
    cache.clear()
    mail.outbox.clear()
    with transaction.atomic(), time_machine.travel(NOW, tick=False):
        yield
        transaction.set_rollback(True)
    cache.clear()


def stamp():
    """That of a form which was open for a minute."""
    return stamps.stamp(NOW - dt.timedelta(minutes=1))


def mails_of(fields, *, times=1):
    """What is mailed after a form was sent so often; the request itself may say no, and never fail."""
    for _time in range(times):
        response = Client().post(FORM, fields)
        # 400 is the whole site's answer to a NUL.
        assert response.status_code in (200, 303, 400, 422)
        assert not response.cookies
    send_due_singles(now=NOW)
    send_due_singles(now=NOW)
    return list(mail.outbox)


def check(mails, fields):
    """At most one mail, to the address alone, with no word of the form in it."""
    assert len(mails) <= 1
    for message in mails:
        sent = message.message()
        assert sent["To"].count("@") == len(message.recipients()) == 1
        assert parse(message.to[0]).key == parse(fields["email"]).key
        assert set(sent.keys()) <= HEADERS
        assert MARK not in sent.as_string()


@hostile
@given(fields=forms)
def test_the_form_takes_anything_and_sends_at_most_one_mail(fields):
    with one_try():
        make_list()
        check(mails_of(fields, times=2), fields)


@hostile
@given(email=addresses, name=st.sampled_from(FIELDS), value=words)
def test_a_form_in_time_with_one_odd_field_sends_at_most_one_mail(email, name, value):
    fields = {"email": email, "stamp": stamp(), name: value}
    with one_try():
        make_list()
        check(mails_of(fields, times=2), fields)


@pytest.mark.parametrize("email", AS_ADDRESSES)
def test_no_way_of_writing_an_address_reaches_a_second_one(email):
    fields = {"email": email, "stamp": stamp(), "source": INJECTIONS[0]}
    with one_try():
        make_list()
        check(mails_of(fields), fields)


@pytest.mark.parametrize("name", ["newsletter", "choose", "source", "wording", "answer"])
@pytest.mark.parametrize("injection", INJECTIONS)
def test_no_field_makes_a_header(name, injection):
    fields = {"email": "ana@example.org", "stamp": stamp(), name: injection}
    with one_try():
        make_list()
        check(mails_of(fields), fields)


@pytest.mark.parametrize("kind", ["strings", "xss"])
def test_awkward_lines_in_every_field_send_at_most_one_mail(awkward_files, kind):
    lines = [line for path in awkward_files(kind) for line in path.read_bytes().splitlines() if line.strip()]
    make_list()
    for number, line in enumerate(lines):
        text = line.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
        email = (text, f"{text}@example.org", f"ana@{text}", "ana@example.org")[number % 4]
        fields = {"email": email, "stamp": stamp(), **dict.fromkeys(("source", "wording", "seal", "answer"), text)}
        with one_try():
            check(mails_of(fields), fields)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
@hostile
@given(body=st.binary(max_size=200))
def test_a_body_that_is_no_form_is_refused(content_type, body):
    with one_try():
        make_list()
        response = Client().post(FORM, b"email=" + body, content_type=content_type)
        assert response.status_code in (200, 400, 422)
        assert not mail.outbox
