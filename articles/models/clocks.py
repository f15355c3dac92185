"""When pages change by themselves."""

import datetime as dt
from dataclasses import dataclass

# The times of a story at which a page that shows it changes by itself.
SCHEDULES = ("publish_at", "unpublish_at", "embargo_until", "change_at")


@dataclass(frozen=True)
class Clock:
    """When an edition changes next by itself, and whether a scheduled change has come that is not written yet."""

    next_change: dt.datetime | None = None
    something_is_due: bool = False
