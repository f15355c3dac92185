from types import SimpleNamespace

import dns.resolver
import pytest

from newsletter import mailboxes
from newsletter.mailboxes import takes_mail


@pytest.fixture
def names(monkeypatch, settings):
    """`names({("a.example", "MX"): [...]})`: what the DNS says; what is not named does not exist, an error is raised."""
    settings.CHECK_MAIL_DOMAINS = True
    asked = []

    def install(answers):
        def resolve(domain, kind):
            asked.append((domain, kind))
            answer = answers.get((domain, kind), dns.resolver.NXDOMAIN())
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(mailboxes, "resolve", resolve)
        return asked

    return install


def mx(*hosts):
    return [SimpleNamespace(exchange=host) for host in hosts]


@pytest.mark.parametrize(
    ("answers", "takes"),
    [
        ({("a.example", "MX"): mx("mail.a.example.")}, True),
        ({("a.example", "MX"): mx(".")}, False),
        ({}, False),
        ({("a.example", "MX"): dns.resolver.NoAnswer(), ("a.example", "A"): ["192.0.2.1"]}, True),
        (
            {
                ("a.example", "MX"): dns.resolver.NoAnswer(),
                ("a.example", "A"): dns.resolver.NoAnswer(),
                ("a.example", "AAAA"): ["2001:db8::1"],
            },
            True,
        ),
        (
            {
                ("a.example", "MX"): dns.resolver.NoAnswer(),
                ("a.example", "A"): dns.resolver.NoAnswer(),
                ("a.example", "AAAA"): dns.resolver.NoAnswer(),
            },
            False,
        ),
        ({("a.example", "MX"): dns.resolver.LifetimeTimeout(timeout=5, errors=[])}, True),
        ({("a.example", "MX"): dns.resolver.NoNameservers()}, True),
    ],
)
def test_what_the_names_say(names, answers, takes):
    names(answers)
    assert takes_mail("a.example") is takes


def test_the_answer_is_kept_and_a_silence_is_not(names):
    asked = names({("a.example", "MX"): mx("mail."), ("b.example", "MX"): dns.resolver.NoNameservers()})
    for domain in ("a.example", "a.example", "b.example", "b.example"):
        takes_mail(domain)
    assert asked == [("a.example", "MX"), ("b.example", "MX"), ("b.example", "MX")]


def test_where_it_is_switched_off_nobody_is_asked(names, settings):
    asked = names({})
    settings.CHECK_MAIL_DOMAINS = False
    assert takes_mail("a.example")
    assert asked == []
