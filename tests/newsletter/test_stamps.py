import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.stamps import Question, is_in_time, read_seal, seal, stamp
from tests.newsletter.conftest import NOW

SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "fits"), [(0, False), (1, False), (2, True), (86400, True), (86401, False), (-60, False)]
)
def test_a_form_is_in_time_from_two_seconds_to_a_day(age, fits):
    assert is_in_time(stamp(NOW), NOW + age * SECOND) is fits


@given(st.text(max_size=80))
def test_what_is_no_stamp_is_not_in_time_and_breaks_nothing(text):
    assert not is_in_time(text, NOW)
    assert read_seal(text, "ana@example.org", NOW) is None


def test_a_stamp_with_another_time_is_none_of_ours():
    made = stamp(NOW)
    assert not is_in_time("1" + made[1:-1] + ("A" if made[-1] != "A" else "B"), NOW + 5 * SECOND)
    assert not is_in_time(f"{int(NOW.timestamp()) - 9}.{made.partition('.')[2]}", NOW)


def test_a_seal_holds_for_its_address_and_a_day():
    question = Question(3, 4)
    made = seal("ana@example.org", question, NOW)
    assert read_seal(made, "ana@example.org", NOW) == question
    assert read_seal(made, "eve@example.org", NOW) is None
    assert read_seal(made, "ana@example.org", NOW + dt.timedelta(hours=25)) is None
    assert read_seal(made.replace("-3-4", "-1-1"), "ana@example.org", NOW) is None


@pytest.mark.parametrize(
    ("text", "right"), [("7", True), (" 7 ", True), ("৭", True), ("8", False), ("", False), ("3+4", False)]
)
def test_an_answer_is_a_number_in_any_digits(text, right):
    assert Question(3, 4).is_answered_by(text) is right
