import pytest
from django.core.exceptions import ValidationError
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.addresses import parse

LOCAL = st.text("abcXYZ019!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=64)
DOMAIN = st.sampled_from(
    ["example.org", "Example.ORG", "bücher.example", "বাংলা.বাংলা", "xn--bcher-kva.example", "a.b.c.example.com"]
)


@settings(deadline=None)
@given(LOCAL, DOMAIN)
def test_what_is_taken_has_a_key_that_any_mail_server_can_read(local, domain):
    typed, key = parse(f"{local}@{domain}")
    assert key.isascii()
    assert key == key.lower()
    assert typed.startswith(f"{local}@")
    validate_email(key, check_deliverability=False)


@settings(deadline=None)
@given(LOCAL, DOMAIN)
def test_the_key_of_a_key_is_itself(local, domain):
    key = parse(f"{local}@{domain}").key
    assert parse(key).key == key


@settings(deadline=None)
@given(LOCAL, DOMAIN)
def test_spellings_in_other_case_are_the_same(local, domain):
    assert parse(f"{local}@{domain}".upper()).key == parse(f"{local}@{domain}").key


@settings(deadline=None)
@given(st.text(max_size=300))
def test_anything_is_taken_or_refused_with_a_reason(text):
    refused = ""
    try:
        address = parse(text)
    except ValidationError as error:
        refused = error.messages[0]
    assert refused or is_plain(*address)


def is_plain(typed, key):
    """Whether a mail server and a mail's header can take both."""
    return len(key) <= 254 and not any(character.isspace() or ord(character) < 32 for character in typed + key)


def test_an_idn_domain_becomes_an_a_label():
    assert parse("Ana@Bücher.example") == ("Ana@bücher.example", "ana@xn--bcher-kva.example")


def test_dots_and_tags_of_the_local_part_stay():
    assert parse("a.n.a+news@example.org").key == "a.n.a+news@example.org"


@pytest.mark.parametrize("address", ["আনা@example.org", "josé@example.org", "а.smith@example.org"])
def test_a_local_part_outside_ascii_is_refused_with_the_reason(address):
    with pytest.raises(ValidationError) as caught:
        parse(address)
    assert caught.value.code == "local_part"
    assert "a–z" in caught.value.messages[0]


@pytest.mark.parametrize(
    "address",
    [
        "ana@example.org\r\nBcc: eve@example.org",
        "ana@example.org\nSubject: hello",
        "ana\r\n@example.org",
        "ana@example.org,eve@example.org",
        "ana@example.org; eve@example.org",
        "Ana <ana@example.org>",
        '"ana"@example.org',
        "ana@[192.0.2.1]",
        "ana@localhost",
        "ana@example..org",
        "ana@exam\u00adple.org",
        "ana@example.org\u202e",
        "ana\x00@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org",
    ],
)
def test_refused(address):
    with pytest.raises(ValidationError):
        parse(address)


@pytest.mark.parametrize("address", ["", "ana", "ana@", "@example.org"])
def test_half_an_address_is_told_what_a_whole_one_looks_like(address):
    with pytest.raises(ValidationError) as caught:
        parse(address)
    assert caught.value.code == "incomplete"


def test_longer_than_smtp_allows():
    domain = ".".join(["b" * 60] * 4) + ".org"
    with pytest.raises(ValidationError) as caught:
        parse(f"{'a' * 60}@{domain}")
    assert caught.value.code == "long"
