"""Every background duty of the portal, in one list; `manage.py work` does them."""

import datetime as dt
from collections.abc import Callable

from django.core.management import call_command

from newsletter.confirming import expire_pending, send_due_confirmations
from newsletter.consenting import forget_networks
from newsportal.core.duties import Duty


def clear_sessions(now: dt.datetime, stopping: Callable[[], bool]) -> None:
    """Deletes the sessions that have expired; Django leaves them in the table."""
    call_command("clearsessions")


DUTIES = [
    Duty(
        "newsletter.confirmations",
        every=dt.timedelta(seconds=2),
        run=lambda now, stopping: send_due_confirmations(now=now, stopping=stopping),
    ),
    Duty("newsletter.expire_pending", every=dt.timedelta(hours=1), run=lambda now, stopping: expire_pending(now=now)),
    Duty("newsletter.forget_networks", every=dt.timedelta(days=1), run=lambda now, stopping: forget_networks(now=now)),
    Duty("core.sessions", every=dt.timedelta(days=1), run=clear_sessions),
]
