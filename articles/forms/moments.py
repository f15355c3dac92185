"""Moments in the newsroom's forms, chosen in the browser's own date and time picker."""

from django import forms

# As browsers send and take a minute.
MINUTE = "%Y-%m-%dT%H:%M"


class MomentInput(forms.DateTimeInput):
    """By the minute, or by the second."""

    input_type = "datetime-local"

    def __init__(self, *, seconds: bool = False) -> None:
        super().__init__(format=f"{MINUTE}:%S" if seconds else MINUTE, attrs={"step": 1} if seconds else None)
