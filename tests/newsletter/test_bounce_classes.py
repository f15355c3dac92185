"""One row of the table of classes a test."""

import pytest

from newsletter.bouncing.classes import BounceClass, classify, enhanced_code

HARD, SOFT, POLICY, CONTENT, UNKNOWN = BounceClass


@pytest.mark.parametrize("enhanced", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
def test_codes_that_say_there_is_no_such_mailbox_are_hard(enhanced):
    assert classify(550, enhanced, "nobody of that name") == HARD


@pytest.mark.parametrize("code", [550, 551, 553])
def test_a_bare_refusal_of_the_recipient_is_hard(code):
    assert classify(code, "", "User unknown") == HARD


@pytest.mark.parametrize("words", ["message looks like spam", "blocked", "denied by policy", "too many messages"])
def test_a_bare_refusal_with_a_word_of_policy_is_policy(words):
    assert classify(550, "", words) == POLICY


def test_a_bare_refusal_after_the_text_does_not_speak_of_the_address():
    assert classify(550, "", "no", at_rcpt=False) == UNKNOWN


def test_5_2_2_is_soft_though_it_begins_with_5():
    assert classify(552, "5.2.2", "mailbox full") == SOFT


def test_5_4_4_is_transient():
    assert classify(550, "5.4.4", "unable to route") == SOFT


@pytest.mark.parametrize(("code", "enhanced"), [(450, "4.2.1"), (451, "4.4.2"), (452, "4.2.2"), (421, ""), (450, "")])
def test_whatever_begins_with_4_is_soft(code, enhanced):
    assert classify(code, enhanced, "try again later") == SOFT


@pytest.mark.parametrize("words", ["over quota", "The mailbox is full", "552 exceeded storage allocation"])
def test_a_full_mailbox_in_words_is_soft(words):
    assert classify(552, "", words) == SOFT


@pytest.mark.parametrize("enhanced", ["5.7.1", "5.7.26", "4.7.0", "4.7.28"])
def test_codes_of_policy_are_policy(enhanced):
    assert classify(int(enhanced[0]) * 100 + 50, enhanced, "") == POLICY


def test_greylisting_is_a_delay_and_no_judgement():
    assert classify(451, "4.7.1", "Greylisted, please try again") == SOFT


def test_a_blocklist_makes_an_unknown_user_an_excuse():
    assert classify(550, "5.1.1", "rejected, listed by Spamhaus") == POLICY


def test_our_own_address_refused_is_not_the_readers_fault():
    assert classify(550, "5.1.8", "sender domain not found") == POLICY


@pytest.mark.parametrize("enhanced", ["5.2.3", "5.3.4", "5.6.0", "5.6.1"])
def test_codes_of_size_and_content_are_content(enhanced):
    assert classify(552, enhanced, "message too big") == CONTENT


def test_a_bare_552_is_content():
    assert classify(552, "", "message exceeds fixed maximum size") == CONTENT


def test_the_code_is_found_in_the_words():
    assert classify(550, "", "550 5.7.1 go away") == POLICY


@pytest.mark.parametrize(("code", "enhanced"), [(None, ""), (554, ""), (550, "5.5.1"), (250, "2.0.0"), (554, "5.0.9")])
def test_the_rest_is_unknown(code, enhanced):
    assert classify(code, enhanced, "hm") == UNKNOWN


def test_an_ip_address_is_no_code():
    assert enhanced_code("550 192.5.1.1 says no") == ""
    assert enhanced_code("host 5.1.1.7 said: 550-5.2.1 disabled") == "5.2.1"
