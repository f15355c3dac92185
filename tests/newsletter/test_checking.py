"""The records of a domain, and a mail as it was received."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from newsletter.checking.findings import Verdict
from newsletter.checking.names import NoAnswer
from newsletter.checking.received import check_received
from newsletter.checking.records import bounce_domain, dkim_key, dmarc, spf

GOOD, LOOK, WRONG, UNKNOWN = Verdict


class Table:
    """Answers of the DNS out of a table: {(kind, name): [values]}."""

    def __init__(self, table=None, *, is_down=False):
        self.table, self.is_down = table or {}, is_down

    def _ask(self, kind, name):
        if self.is_down:
            raise NoAnswer("no answer")
        return self.table.get((kind, name), [])

    def texts(self, name):
        return self._ask("TXT", name)

    def mail_servers(self, name):
        return self._ask("MX", name)

    def addresses(self, name):
        return self._ask("A", name)

    def names_of(self, address):
        return self._ask("PTR", address)


def key(bits):
    private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return secret, base64.b64encode(public).decode()


KEY = key(1024)


# --- SPF --------------------------------------------------------------------------------------------------------------


def spf_of(*records, **others):
    table = {("TXT", "example.org"): list(records)} | {("TXT", name): [text] for name, text in others.items()}
    return spf("example.org", Table(table), relay="mail.example.org")


def test_a_good_record():
    assert spf_of("v=spf1 a:mail.example.org ~all", "something else").verdict == GOOD


def test_none_comes_with_the_record_to_paste():
    finding = spf_of()
    assert (finding.verdict, finding.paste) == (WRONG, 'example.org. TXT "v=spf1 a:mail.example.org ~all"')


@pytest.mark.parametrize("records", [["v=spf1 -all", "v=spf1 ~all"], ["v=spf1 +all"], ["v=spf1 all"]])
def test_two_records_and_all_the_world_are_wrong(records):
    assert spf_of(*records).verdict == WRONG


def test_a_record_without_an_end_is_looked_at():
    assert spf_of("v=spf1 mx").verdict == LOOK


def test_more_than_ten_look_ups_are_wrong_however_deep():
    others = {f"i{number}.example.org": "v=spf1 a mx ~all" for number in range(4)}
    record = "v=spf1 " + " ".join(f"include:{name}" for name in others) + " ~all"
    finding = spf_of(record, **others)
    assert (finding.verdict, "12 look-ups" in finding.words) == (WRONG, True)
    assert spf_of(record.replace("include:i3.example.org ", ""), **others).verdict == GOOD


def test_records_that_include_each_other_end():
    assert spf_of("v=spf1 include:example.org redirect=example.org").verdict == GOOD


def test_an_include_of_nothing_is_wrong():
    assert "gone.example.org" in spf_of("v=spf1 include:gone.example.org ~all").words


def test_a_dns_that_is_away_is_not_a_fault_of_the_domain():
    assert spf("example.org", Table(is_down=True), relay="x").verdict == UNKNOWN
    assert dkim_key("example.org", "s", Table(is_down=True)).verdict == UNKNOWN
    assert dmarc("example.org", "example.org", Table(is_down=True))[0].verdict == UNKNOWN
    assert bounce_domain("example.org", Table(is_down=True))[0].verdict == UNKNOWN


# --- DKIM, DMARC, bounces ---------------------------------------------------------------------------------------------


def key_of(record):
    return dkim_key("example.org", "s1", Table({("TXT", "s1._domainkey.example.org"): [record] if record else []}))


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        (f"v=DKIM1; k=rsa; p={KEY[1]}", GOOD),
        (f"v=DKIM1; t=y; p={KEY[1]}", LOOK),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", LOOK),
        ("v=DKIM1; p=", WRONG),
        ("v=DKIM1; p=AAAA", WRONG),
        ("v=DKIM1; p=***", WRONG),
        ("", WRONG),
    ],
)
def test_keys(record, verdict):
    assert key_of(record).verdict == verdict


def test_a_short_key_is_wrong(monkeypatch):
    monkeypatch.setattr("newsletter.checking.records.SHORTEST_KEY", 2048)
    assert "1024 bits" in key_of(f"p={KEY[1]}").words


def dmarc_of(record, *, sender="news.example.org", envelope="bounce.news.example.org", at="example.org"):
    return dmarc(sender, envelope, Table({("TXT", f"_dmarc.{at}"): [record] if record else []}))


def test_a_policy_above_the_domain_counts():
    assert [finding.verdict for finding in dmarc_of("v=DMARC1; p=reject; rua=mailto:a@example.org")] == [GOOD, GOOD]


def test_no_policy_is_wrong_with_the_record_to_paste():
    (finding,) = dmarc_of("")
    assert finding.verdict == WRONG
    assert finding.paste.startswith('_dmarc.news.example.org. TXT "v=DMARC1; p=none')


def test_a_policy_that_is_none_is_wrong():
    assert dmarc_of("v=DMARC1; p=maybe")[0].verdict == WRONG


@pytest.mark.parametrize(
    ("policy", "envelope"), [("p=none", "bounces.elsewhere.example"), ("p=none; aspf=s", "bounce.news.example.org")]
)
def test_an_envelope_that_is_not_aligned_is_said(policy, envelope):
    finding = dmarc_of(f"v=DMARC1; rua=mailto:a@b; {policy}", envelope=envelope)[-1]
    assert (finding.verdict, finding.paste) == (LOOK, "BOUNCE_DOMAIN=bounce.news.example.org")


def bounces(**table):
    return [finding.verdict for finding in bounce_domain("b.example.org", Table(table.pop("table")))]


MX = {("MX", "b.example.org"): ["mx.example.org"], ("A", "mx.example.org"): ["192.0.2.1"]}


def test_a_bounce_domain_with_a_named_server():
    assert bounces(table={**MX, ("PTR", "192.0.2.1"): ["mx.example.org"]}) == [GOOD, GOOD]


@pytest.mark.parametrize(
    ("table", "verdicts"),
    [
        ({}, [WRONG]),
        (MX, [GOOD, WRONG]),
        ({("MX", "b.example.org"): ["mx.example.org"]}, [GOOD, WRONG]),
        ({**MX, ("PTR", "192.0.2.1"): ["other.example.net"]}, [GOOD, WRONG]),
    ],
)
def test_a_bounce_domain_with_a_fault(table, verdicts):
    assert bounces(table=table) == verdicts


# --- A received mail --------------------------------------------------------------------------------------------------

MAIL = b"""From: The News <news@example.org>\r
To: reader@example.net\r
Subject: Ferries\r
List-Id: <morning.example.org>\r
List-Unsubscribe: <https://news.example.org/newsletter/unsubscribe/x/>\r
List-Unsubscribe-Post: List-Unsubscribe=One-Click\r
\r
Ferries run again.\r
"""
COVERED = [b"from", b"to", b"subject", b"list-unsubscribe", b"list-unsubscribe-post"]


def received(mail=MAIL, *, domain=b"example.org", covered=COVERED, record=f"p={KEY[1]}"):
    signature = dkim.sign(mail, b"s1", domain, KEY[0], include_headers=covered)
    names = Table({("TXT", f"s1._domainkey.{domain.decode()}"): [record]})
    return lambda change=lambda raw: raw: check_received(change(signature + mail), names)


def test_a_mail_that_is_signed_as_it_should_be():
    assert {finding.verdict for finding in received()()} == {GOOD}


def test_one_saved_with_bare_line_ends_is_read_too():
    assert {finding.verdict for finding in received()(lambda raw: raw.replace(b"\r\n", b"\n"))} == {GOOD}


def test_a_changed_mail_is_noticed():
    assert received()(lambda raw: raw.replace(b"again", b"never"))[0].verdict == WRONG


def test_headers_that_are_not_covered_are_noticed():
    finding = received(covered=[b"from", b"subject", b"list-unsubscribe"])()[0]
    assert finding.verdict == WRONG
    assert "does not cover list-unsubscribe-post" in finding.words


def test_a_signature_of_somebody_else_is_not_aligned():
    assert "not aligned" in received(domain=b"relay.example.com")()[0].words


def test_a_key_that_is_gone_is_said():
    assert received(record="")()[0].verdict == WRONG


def test_an_unsigned_mail_and_no_mail_at_all():
    assert [finding.verdict for finding in check_received(MAIL, Table())][0] == WRONG
    assert check_received(b"", Table())[0].verdict == WRONG


def test_a_mail_without_one_click_and_with_a_long_line():
    mail = MAIL.replace(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b"") + b"x" * 1000 + b"\r\n"
    wrong = [finding.subject for finding in check_received(mail, Table()) if finding.verdict == WRONG]
    assert wrong == ["DKIM", "List-Unsubscribe", "Lines"]
