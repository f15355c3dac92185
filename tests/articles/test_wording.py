import datetime as dt

import pytest
import time_machine
from django.utils import translation

from articles.admin.articles.wording import minute, words_of
from articles.states import State
from tests.factories import make_article

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("days", "english", "bangla"),
    [
        (0, "today 12:00", None),
        (1, "tomorrow 12:00", None),
        (-1, "yesterday 12:00", None),
        (-7, "16 November, 12:00", "১৬ নভেম্বর, ১২:০০"),
        (60, "22 January 2027, 12:00", None),
    ],
)
def test_a_moment_is_said_as_shortly_as_it_can_be(settings, days, english, bangla):
    settings.TIME_ZONE = "Asia/Dhaka"
    with time_machine.travel(NOW, tick=False):
        assert minute(NOW + dt.timedelta(days=days)) == english
        if bangla:
            with translation.override("bn"):
                assert minute(NOW + dt.timedelta(days=days)) == bangla


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.APPROVED, State.ARCHIVED])
def test_a_state_without_a_minute_is_said_in_a_word(state):
    assert words_of(make_article(published=False, state=state)) == state.label
