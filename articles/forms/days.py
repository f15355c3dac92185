"""Days in the newsroom's filters: typed as a date, compared as moments of the site's time zone."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

# Databases and time zones reach further than newspapers; beyond these a day is a slip of the finger.
EARLIEST, LATEST = dt.date(1800, 1, 1), dt.date(2999, 12, 31)


class DayField(forms.DateField):
    """A day that may be left empty."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
        validators = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
        super().__init__(required=False, widget=widget, validators=validators, **kwargs)


def midnight(day: dt.date, *, after: int = 0) -> dt.datetime:
    """The first moment of a day, or of the day that is `after` days later."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=after), dt.time.min))
