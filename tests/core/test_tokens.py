import datetime as dt
from urllib.parse import quote

import pytest
import time_machine
from django.core import signing
from hypothesis import given, settings
from hypothesis import strategies as st

from newsportal.core.tokens import BadToken, ExpiredToken, Purpose, ShortPurpose, without_tokens

WEEK = Purpose("test-week", age=dt.timedelta(days=7))
EVER = Purpose("test-ever", age=None)
START = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)


@settings(deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=2**63 - 1), min_size=1, max_size=3))
def test_ids_come_back(ids):
    assert WEEK.read(WEEK.token(*ids)) == tuple(ids)
    assert EVER.read(EVER.token(*ids)) == tuple(ids)


@pytest.mark.parametrize(
    ("purpose", "kind"), [(EVER, signing.Signer), (WEEK, signing.TimestampSigner)], ids=["ever", "week"]
)
def test_the_signature_is_the_one_that_django_makes(purpose, kind):
    signer = kind(salt=f"newsportal.{purpose.name}", sep=".")
    with time_machine.travel(START, tick=False):
        assert purpose.token(7, 12) == signer.sign("7-12")


@settings(deadline=None)
@given(st.text(max_size=80))
def test_what_is_not_ours_is_bad(text):
    for purpose in (WEEK, EVER):
        with pytest.raises(BadToken):
            purpose.read(text)


@pytest.mark.parametrize("purpose", [WEEK, EVER])
def test_every_changed_character_is_noticed(purpose):
    token = purpose.token(12, 3)
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(BadToken):
            purpose.read(changed)


def test_a_token_is_for_one_purpose():
    other = Purpose("test-other", age=None)
    with pytest.raises(BadToken):
        other.read(EVER.token(1))


def test_expired_is_not_bad_and_says_what_it_named():
    with time_machine.travel(START, tick=False):
        token = WEEK.token(41)
    with time_machine.travel(START + dt.timedelta(days=7, seconds=1)), pytest.raises(ExpiredToken) as caught:
        WEEK.read(token)
    assert caught.value.ids == (41,)


def test_works_until_its_age():
    with time_machine.travel(START, tick=False):
        token = WEEK.token(41)
    with time_machine.travel(START + dt.timedelta(days=6, hours=23)):
        assert WEEK.read(token) == (41,)


def test_an_expired_forgery_is_bad():
    with time_machine.travel(START):
        token = WEEK.token(41)
    with time_machine.travel(START + dt.timedelta(days=30)), pytest.raises(BadToken):
        WEEK.read("42" + token[2:])


def test_without_an_age_it_never_expires_nor_varies():
    with time_machine.travel(START):
        token = EVER.token(5, 6)
    with time_machine.travel(START + dt.timedelta(days=36500)):
        assert EVER.read(token) == (5, 6)
        assert EVER.token(5, 6) == token


def test_survives_a_new_key_while_the_old_one_is_a_fallback(settings):
    token = EVER.token(5)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough to be one"
    assert EVER.read(token) == (5,)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadToken):
        EVER.read(token)


@pytest.mark.parametrize("purpose", [WEEK, EVER])
def test_stands_in_an_address_as_it_is(purpose):
    assert quote(purpose.token(9, 10), safe="") == purpose.token(9, 10)


@pytest.mark.parametrize("purpose", [WEEK, EVER])
def test_is_hidden_in_an_address(purpose):
    token = purpose.token(9, 10)
    assert without_tokens(f"GET /bn/newsletter/confirm/{token}/?a=b") == "GET /bn/newsletter/confirm/…/?a=b"


SHORT = ShortPurpose("test-short")


@given(st.integers(0, 10**18))
def test_a_short_token_names_its_number_in_any_case(number):
    assert SHORT.read(SHORT.token(number)) == SHORT.read(SHORT.token(number).upper()) == number


@given(st.text())
def test_a_short_token_that_is_not_ours_is_bad(text):
    with pytest.raises(BadToken):
        SHORT.read(text)


def test_every_changed_character_of_a_short_token_is_noticed():
    token = SHORT.token(41)
    for place in range(len(token)):
        with pytest.raises(BadToken):
            SHORT.read(token[:place] + ("2" if token[place] != "2" else "3") + token[place + 1 :])


def test_a_short_token_is_for_one_purpose_and_survives_a_new_key(settings):
    token = SHORT.token(41)
    with pytest.raises(BadToken):
        ShortPurpose("another").read(token)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 40, [settings.SECRET_KEY]
    assert SHORT.read(token) == 41


def test_a_text_is_signed():
    signature = SHORT.signature("1 https://example.org/")
    assert SHORT.is_signed("1 https://example.org/", signature)
    assert not SHORT.is_signed("2 https://example.org/", signature)
