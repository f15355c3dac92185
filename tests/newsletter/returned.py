"""Mails as servers send them back, made for the tests after the forms that the RFCs and well-known servers use."""

import textwrap

HEADERS = """\
Return-Path: <{envelope}>
From: The News <news@example.org>
To: reader@example.net
Subject: Ferries run again
Message-ID: {message_id}
List-Unsubscribe: <https://news.example.org/newsletter/unsubscribe/{unsubscribe}>
"""


def returned_headers(*, envelope="news@example.org", message_id="<x@y>", unsubscribe="none"):
    return HEADERS.format(envelope=envelope, message_id=message_id, unsubscribe=unsubscribe)


def dsn(
    *,
    to="bounces@example.org",
    action="failed",
    status="5.1.1",
    diagnosis="550 5.1.1 <reader@example.net>: no such user",
    recipient="reader@example.net",
    headers=None,
):
    """A delivery status notification (RFC 3464), as Postfix forms it."""
    return _mail(f"""\
        Return-Path: <>
        Delivered-To: {to}
        From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
        To: {to}
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        Date: Mon, 23 Nov 2026 06:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

        --b1
        Content-Type: text/plain; charset=us-ascii

        I'm sorry to have to inform you that your message could not be delivered.

        --b1
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Final-Recipient: rfc822; {recipient}
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; {diagnosis}

        --b1
        Content-Type: text/rfc822-headers

        """) + (headers or returned_headers()).encode() + b"\n--b1--\n"  # fmt: skip


def complaint(*, to="abuse@example.org", kind="abuse", headers=None):
    """A feedback report (RFC 5965), with the mail that was complained of."""
    return _mail(f"""\
        From: <feedback@isp.example>
        To: <{to}>
        Subject: FW: Ferries run again
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

        --b2
        Content-Type: text/plain

        This is an email abuse report.

        --b2
        Content-Type: message/feedback-report

        Feedback-Type: {kind}
        User-Agent: SomeGenerator/1.0
        Version: 1
        Original-Rcpt-To: <reader@example.net>

        --b2
        Content-Type: message/rfc822

        """) + (headers or returned_headers()).encode() + b"\nThe text\n--b2--\n"  # fmt: skip


def qmail(*, to="bounces@example.org"):
    return _mail(f"""\
        Return-Path: <>
        Delivered-To: {to}
        From: MAILER-DAEMON@old.example.net
        To: {to}
        Subject: failure notice

        Hi. This is the qmail-send program at old.example.net.
        I'm afraid I wasn't able to deliver your message to the following addresses.

        <reader@example.net>:
        Remote_host_said:_550_5.1.1_no_mailbox_here
        550 sorry, no mailbox here by that name (#5.1.1)
        """)


def exim(*, to="bounces@example.org"):
    return _mail(f"""\
        Return-Path: <>
        X-Failed-Recipients: reader@example.net
        From: Mail Delivery System <Mailer-Daemon@exim.example.net>
        To: {to}
        Subject: Mail delivery failed: returning message to sender

        A message that you sent could not be delivered to one or more of its recipients.

          reader@example.net
            SMTP error from remote mail server after RCPT TO:<reader@example.net>:
            552 5.2.2 mailbox is over quota
        """)


def out_of_office(*, to="bounces@example.org"):
    return _mail(f"""\
        From: Reader <reader@example.net>
        To: {to}
        Subject: Out of the office
        Auto-Submitted: auto-replied

        I am away until Monday.
        """)


def letter(*, to="bounces@example.org"):
    return _mail(f"""\
        From: Reader <reader@example.net>
        To: {to}
        Subject: Your story about the ferries

        550 ferries, really?
        """)


def _mail(text):
    return textwrap.dedent(text).encode()
