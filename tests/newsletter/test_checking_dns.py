"""The records of a domain as the DNS really answers: messages in wire format, from a server on this machine."""

import socket
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from newsletter.checking import names as dns_names
from newsletter.checking.findings import Verdict
from newsletter.checking.names import Names, NoAnswer
from newsletter.checking.records import bounce_domain, dkim_key, dmarc, spf
from tests.newsletter.test_checking import KEY

GOOD, LOOK, WRONG, UNKNOWN = Verdict
# Long ones come in pieces of 255 octets, as zone files have them.
_PIECES = " ".join(f'"{part}"' for part in (f"v=DKIM1; k=rsa; p={KEY[1]}"[:120], f"v=DKIM1; k=rsa; p={KEY[1]}"[120:]))
ZONE = f"""\
news.example. 300 IN TXT "v=spf1 include:relay.example " "~all"
news.example. 300 IN TXT "google-site-verification=x"
relay.example. 300 IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
k1._domainkey.news.example. 300 IN TXT {_PIECES}
_dmarc.news.example. 300 IN TXT "v=DMARC1; p=quarantine; rua=mailto:d@news.example"
bounce.news.example. 300 IN MX 20 mx2.news.example.
bounce.news.example. 300 IN MX 10 MX1.news.example.
mx1.news.example. 300 IN A 192.0.2.10
mx1.news.example. 300 IN AAAA 2001:db8::10
mx2.news.example. 300 IN A 192.0.2.11
10.2.0.192.in-addr.arpa. 300 IN PTR mx1.news.example.
0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 300 IN PTR mx1.news.example.
11.2.0.192.in-addr.arpa. 300 IN PTR host-11.provider.example.
alias.example. 300 IN CNAME news.example.
"""


def answer_of(wire, *, zone=ZONE, rcode=None):
    """What a server says to a question: records, no such name, or an error."""
    query = dns.message.from_wire(wire)
    asked, response = query.question[0], dns.message.make_response(query)
    response.flags |= dns.flags.RA
    lines = [line.split(" ", 4) for line in zone.splitlines()]
    name, known = asked.name.to_text().lower(), {line[0].lower() for line in lines}
    for alias in [line[4] for line in lines if line[0].lower() == name and line[3] == "CNAME"]:
        response.answer.append(dns.rrset.from_text(asked.name, 300, "IN", "CNAME", alias))
        name = alias
    values = [line[4] for line in lines if line[0].lower() == name and line[3] == asked.rdtype.name]
    if values:
        response.answer.append(dns.rrset.from_text(name, 300, "IN", asked.rdtype.name, *values))
    response.set_rcode(rcode if rcode is not None else dns.rcode.NOERROR if name in known else dns.rcode.NXDOMAIN)
    return response.to_wire()


@contextmanager
def server(answer):
    """A name server on this machine; `answer` makes the message to send back from the one that came, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.1)
        over = threading.Event()

        def serve():
            while not over.is_set():
                try:
                    wire, place = sock.recvfrom(4096)
                except TimeoutError:
                    continue
                if (back := answer(wire)) is not None:
                    sock.sendto(back, place)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield sock.getsockname()[1]
        finally:
            over.set()
            thread.join(10)


@pytest.fixture
def ask(monkeypatch):
    """`ask(answer)` gives names that are asked of a server which answers so."""
    running = []

    def start(answer=answer_of, *, seconds=4):
        monkeypatch.setattr(dns_names, "SECONDS", seconds)
        context = server(answer)
        port = context.__enter__()
        running.append(context)
        names = Names()
        names._resolver.nameservers, names._resolver.port = ["127.0.0.1"], port
        return names

    yield start
    for context in running:
        context.__exit__(None, None, None)


def test_texts_in_pieces_are_put_together(ask):
    names = ask()
    assert "v=spf1 include:relay.example ~all" in names.texts("news.example")
    assert names.texts("k1._domainkey.news.example") == [f"v=DKIM1; k=rsa; p={KEY[1]}"]


def test_the_preferred_mail_server_is_the_first_in_lower_case(ask):
    assert ask().mail_servers("bounce.news.example") == ["mx1.news.example", "mx2.news.example"]


def test_addresses_of_both_kinds_and_their_names(ask):
    names = ask()
    assert names.addresses("mx1.news.example") == ["192.0.2.10", "2001:db8::10"]
    assert names.names_of("192.0.2.10") == names.names_of("2001:db8::10") == ["mx1.news.example"]


def test_an_alias_is_followed(ask):
    assert len(ask().texts("alias.example")) == 2


@pytest.mark.parametrize("name", ["nobody.example", "mx2.news.example"])
def test_no_such_name_and_no_such_record_are_nothing(ask, name):
    assert ask().texts(name) == []


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
def test_a_server_that_fails_says_nothing_about_the_record(ask, rcode):
    with pytest.raises(NoAnswer):
        ask(lambda wire: answer_of(wire, rcode=rcode), seconds=0.5).texts("news.example")


@pytest.mark.parametrize("answer", [lambda wire: None, lambda wire: b"\x00", lambda wire: wire[:12]])
def test_silence_and_nonsense_are_no_answer(ask, answer):
    with pytest.raises(NoAnswer):
        ask(answer, seconds=0.5).texts("news.example")


def test_a_domain_in_order_is_found_so(ask):
    names = ask()
    assert spf("news.example", names, relay="relay.example").verdict == GOOD
    assert dkim_key("news.example", "k1", names).verdict == GOOD
    assert [finding.verdict for finding in dmarc("news.example", "bounce.news.example", names)] == [GOOD, GOOD]


def test_a_server_whose_name_does_not_lead_back_is_found(ask):
    found = bounce_domain("bounce.news.example", ask())
    assert [finding.verdict for finding in found] == [GOOD, GOOD, WRONG]
    assert "host-11.provider.example" in found[2].words


def test_what_is_not_answered_is_unknown_and_not_wrong(ask):
    names = ask(lambda wire: answer_of(wire, rcode=dns.rcode.SERVFAIL), seconds=0.5)
    assert spf("news.example", names, relay="relay.example").verdict == UNKNOWN
    assert dkim_key("news.example", "k1", names).verdict == UNKNOWN
    assert [finding.verdict for finding in dmarc("news.example", "news.example", names)] == [UNKNOWN]
