"""The fast way to a mail's bytes, held against Django's own."""

import datetime as dt
import email
import email.policy
import html
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import links, placeholders
from newsletter.delivery import messages
from newsletter.delivery.messages import BadMailbox, Letter, Reader, Template, as_mail, checked_mailbox, reader_of
from newsletter.models import Issue
from newsletter.states import ListKind
from tests.newsletter.conftest import NOW
from tests.newsletter.factories import make_confirmed, make_issue, make_list

pytestmark = pytest.mark.django_db
BANGLA = "প্রধানমন্ত্রী বলেছেন যে নৌযান আবার চলবে।"
MARKUP = (
    "<!DOCTYPE html>\n<html><body>\n"
    + f"<p>{BANGLA}</p>\n.a line with a dot\n..two\n" * 40
    + f'<a href="{placeholders.UNSUBSCRIBE_URL}">x</a>\n<a href="{placeholders.PREFERENCES_URL}">y</a>\n</body></html>\n'
)
TEXT = f".hidden\n{BANGLA}\n\n" * 40 + f"{placeholders.UNSUBSCRIBE_URL}\n{placeholders.PREFERENCES_URL}\n"


def make_letter(*, html=MARKUP, text=TEXT, subject=f"আজ: {BANGLA}", issue=None, **fields):
    issue = issue or make_issue(newsletter=make_list(name="সকালের খবর", reply_to="desk@example.org"), **fields)
    return Letter.of(issue, subject=subject, html=html, text=text, date=NOW)


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def unstuffed(raw):
    return raw.replace(b"\r\n..", b"\r\n.")


def content(message):
    return [
        (part.get_content_type(), part.get_content().replace("\r\n", "\n").rstrip("\n"))
        for part in message.iter_parts()
    ]


def headers(message):
    """Without the white space at which a header happened to be folded."""
    return {
        name: " ".join(str(value).split())
        for name, value in message.items()
        if name not in ("Content-Type", "MIME-Version")
    }


def random_reader(dice):
    local = (
        "".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789.+-_'&=/", k=dice.randint(1, 60))).strip(".") or "a"
    )
    return Reader(
        f"{local}@{dice.choice(['example.org', 'xn--45b7d.example', 'mail.example.co.uk'])}",
        f"<issue.1.{dice.randint(1, 10**9)}@news.example.org>",
        f"https://news.example.org/newsletter/unsubscribe/{dice.randint(1, 10**9)}-3.{'x' * 43}/?a=1&b=2",
        f"https://news.example.org/newsletter/preferences/{dice.randint(1, 10**9)}.{'y' * 50}/",
    )


@pytest.mark.parametrize("eight_bit", [True, False])
def test_the_bytes_say_what_django_would_for_a_thousand_readers(eight_bit):
    letter, dice = make_letter(), random.Random(5)
    template = Template(letter, eight_bit=eight_bit)
    for _number in range(500):
        reader = random_reader(dice)
        raw = template.for_reader(reader)
        fast = parsed(unstuffed(raw))
        slow = parsed(as_mail(letter, reader).message().as_bytes(linesep="\r\n"))
        assert headers(fast) == headers(slow)
        assert content(fast) == content(slow)
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert b"placeholder.invalid" not in raw
        assert not [line for line in raw.split(b"\r\n") if line == b"." or b"\n" in line]


def test_a_bangla_issue_does_not_blow_up():
    letter = make_letter()
    raw = len(letter.html.encode()) + len(letter.text.encode())
    reader = random_reader(random.Random(1))
    assert len(Template(letter, eight_bit=True).for_reader(reader)) < 1.1 * raw + 2500
    assert len(Template(letter, eight_bit=False).for_reader(reader)) < 1.4 * raw + 2500


def test_plain_ascii_needs_no_eight_bits():
    letter = make_letter(html="<p>Hello</p>", text="Hello", subject="Hello")
    assert not Template(letter, eight_bit=True).is_eight_bit
    assert Template(make_letter(issue=Issue.objects.get()), eight_bit=True).is_eight_bit


def test_a_line_that_nothing_wrapped_is_sent_as_base64():
    letter = make_letter(html=f"<p>{'x' * 2000}</p>")
    raw = Template(letter, eight_bit=True).for_reader(random_reader(random.Random(1)))
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert "x" * 2000 in content(parsed(raw))[1][1]


def test_what_a_reader_s_address_holds_is_escaped_in_html_only():
    letter, reader = make_letter(), random_reader(random.Random(1))
    (_plain, text), (_markup, markup) = content(parsed(unstuffed(Template(letter, eight_bit=True).for_reader(reader))))
    assert reader.unsubscribe_url in text
    assert reader.unsubscribe_url not in markup
    assert html.escape(reader.unsubscribe_url) in markup


def test_the_headers_of_a_list():
    issue = make_issue(newsletter=make_list(name="Morning", reply_to="desk@example.org"), kind=ListKind.DIGEST)
    letter = make_letter(issue=issue)
    reader = reader_of(letter, delivery_id=7, subscriber_id=9, mailbox="ana@example.org")
    message = parsed(Template(letter, eight_bit=True).for_reader(reader))
    assert message["List-Unsubscribe"] == f"<{reader.unsubscribe_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == '"Morning" <morning.localhost>'
    assert message["List-Owner"] == "<mailto:desk@example.org>"
    assert (message["Reply-To"], message["Auto-Submitted"]) == ("desk@example.org", "auto-generated")
    assert message["Message-ID"] == f"<issue.{issue.pk}.7@[127.0.0.1]>"
    assert message["Feedback-ID"].count(":") == 3
    assert email.utils.parsedate_to_datetime(message["Date"]) == NOW
    assert message["List-Help"] == "<http://127.0.0.1:8000/newsletter/preferences/>"
    assert message["List-Archive"] == "<http://127.0.0.1:8000/newsletter/morning/>"


def test_the_pages_that_the_headers_name_are_there_for_everybody(client, settings):
    letter = make_letter(issue=make_issue(newsletter=make_list(name="সকাল", slug="সকাল", language="bn")))
    for name in ("List-Help", "List-Archive"):
        path = letter.headers[name].strip("<>").removeprefix(settings.SITE_URL)
        assert path.startswith("/bn/newsletter/")
        assert path.isascii()
        assert client.get(path).status_code == 200


def test_the_link_to_the_settings_opens_those_of_the_reader():
    reader = make_confirmed()
    letter = make_letter(issue=make_issue(newsletter=reader.newsletter))
    made = reader_of(letter, delivery_id=1, subscriber_id=reader.subscriber_id, mailbox="a@example.org")
    token = made.preferences_url.rstrip("/").rpartition("/")[2]
    assert links.read_preferences(token) == (reader.subscriber, False)


def test_an_issue_put_together_by_editors_is_no_automatic_answer():
    letter = make_letter()
    assert "Auto-Submitted" not in letter.headers


def test_a_name_outside_ascii_and_the_edition_stand_in_the_list_s_id(settings):
    settings.SITE_URL = "https://news.example.org"
    newsletter = make_list(name="সকাল", slug="সকাল", language="bn")
    value = str(
        parsed(
            Template(make_letter(issue=make_issue(newsletter=newsletter)), eight_bit=True).for_reader(
                random_reader(random.Random(1))
            )
        )["List-Id"]
    )
    assert value == f"সকাল <list-{newsletter.pk}.bn.news.example.org>"


@given(st.text(max_size=40))
def test_no_address_ends_a_header_or_a_command(text):
    try:
        mailbox = checked_mailbox(text)
    except BadMailbox:
        return
    assert mailbox.isascii()
    assert not any(character.isspace() or character in "<>" for character in mailbox)


def test_hostile_words_make_no_header(settings):
    newsletter = make_list(name="A\r\nBcc: eve@example.org", sender_name="B\nBcc: eve@example.org")
    letter = make_letter(issue=make_issue(newsletter=newsletter, subject="x"), subject="x")
    message = parsed(Template(letter, eight_bit=True).for_reader(random_reader(random.Random(1))))
    assert message["Bcc"] is None


def test_the_date_is_that_of_the_issue_at_each_try():
    letter = make_letter()
    reader = random_reader(random.Random(1))
    later = Letter.of(Issue.objects.get(), subject=letter.subject, html=MARKUP, text=TEXT, date=NOW)
    assert Template(letter, eight_bit=True).for_reader(reader) == Template(later, eight_bit=True).for_reader(reader)
    assert messages.LONGEST_LINE == 998
    assert dt.timedelta(0) == NOW - letter.date


def test_the_link_in_the_mail_is_the_one_of_the_subscription():
    reader = make_confirmed()
    letter = make_letter(issue=make_issue(newsletter=reader.newsletter))
    made = reader_of(letter, delivery_id=1, subscriber_id=reader.subscriber_id, mailbox="a@example.org")
    assert made.unsubscribe_url == links.unsubscribe_url(reader)
