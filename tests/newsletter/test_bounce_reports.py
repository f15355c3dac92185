"""Reading returned mails, complaints and auto-replies."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.bouncing.classes import BounceClass
from newsletter.bouncing.reports import read_report
from newsletter.states import EventKind
from tests.newsletter import returned


def test_a_failed_delivery_has_its_code_class_and_recipient():
    report = read_report(returned.dsn())
    assert (report.kind, report.code, report.bounce_class) == (EventKind.BOUNCED, "5.1.1", BounceClass.HARD)
    assert report.recipients == ("reader@example.net",)
    assert "no such user" in report.detail


def test_a_delay_is_no_bounce():
    report = read_report(returned.dsn(action="delayed", status="4.4.1", diagnosis="connection timed out"))
    assert (report.kind, report.bounce_class) == (EventKind.DEFERRED, None)


def test_given_up_after_days_is_soft():
    report = read_report(returned.dsn(status="4.4.1", diagnosis="connection timed out"))
    assert (report.kind, report.bounce_class) == (EventKind.BOUNCED, BounceClass.SOFT)


def test_a_delivered_notice_is_read():
    assert read_report(returned.dsn(action="relayed", status="2.0.0", diagnosis="ok")).kind == EventKind.DELIVERED


def test_the_far_servers_code_goes_before_a_vague_one():
    report = read_report(returned.dsn(status="5.0.0", diagnosis="550 5.7.1 message refused as spam"))
    assert (report.code, report.bounce_class) == ("5.7.1", BounceClass.POLICY)


def test_the_returned_mail_says_whose_it_was():
    headers = returned.returned_headers(envelope="b+1.x@example.org", message_id="<issue.1.2@h>", unsubscribe="tok")
    report = read_report(returned.dsn(to="b+1.y@example.org", headers=headers))
    assert report.addresses == ("b+1.y@example.org", "b+1.x@example.org")
    assert (report.message_ids, report.unsubscribe_tokens) == (("<issue.1.2@h>",), ("tok",))


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out"])
def test_a_complaint_is_read(kind):
    report = read_report(returned.complaint(kind=kind, headers=returned.returned_headers(unsubscribe="tok")))
    assert (report.kind, report.unsubscribe_tokens) == (EventKind.COMPLAINED, ("tok",))
    assert report.recipients == ("reader@example.net",)


def test_not_spam_is_no_complaint():
    assert read_report(returned.complaint(kind="not-spam")).kind == EventKind.UNKNOWN


def test_a_notice_in_words_is_read_by_its_code():
    report = read_report(returned.qmail())
    assert (report.kind, report.code, report.bounce_class) == (EventKind.BOUNCED, "5.1.1", BounceClass.HARD)


def test_a_full_mailbox_in_words_is_soft():
    report = read_report(returned.exim())
    assert (report.code, report.bounce_class, report.recipients) == (
        "5.2.2",
        BounceClass.SOFT,
        ("reader@example.net",),
    )


def test_an_auto_reply_is_known_as_one_and_a_bounce_is_not():
    assert read_report(returned.out_of_office()).is_auto_reply
    assert not read_report(returned.dsn()).is_auto_reply


def test_a_letter_with_a_number_in_it_is_no_bounce():
    report = read_report(returned.letter())
    assert (report.kind, report.is_auto_reply) == (EventKind.UNKNOWN, False)


@given(st.binary())
def test_whatever_comes_is_answered(raw):
    assert isinstance(read_report(raw).kind, EventKind)


@given(st.integers(0, 1200), st.binary(max_size=40))
@example(593, b"\x80")
def test_a_damaged_report_is_answered(place, junk):
    raw = returned.dsn()
    assert isinstance(read_report(raw[:place] + junk + raw[place:]).kind, EventKind)
