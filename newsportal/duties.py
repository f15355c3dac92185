"""Every background duty of the portal, in one list; `manage.py work` does them."""

import datetime as dt
from collections.abc import Callable

from django.core.management import call_command

from articles.noting import send_due_notes
from articles.presence import forget_left
from articles.related import catch_up
from articles.revising import thin_autosaves
from articles.scheduling import apply_due_updates
from articles.search import catch_up as catch_up_search
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
    Duty(
        "articles.updates",
        every=dt.timedelta(seconds=5),
        run=lambda now, stopping: apply_due_updates(now=now, stopping=stopping),
    ),
    Duty(
        "articles.notes",
        every=dt.timedelta(seconds=5),
        run=lambda now, stopping: send_due_notes(now=now, stopping=stopping),
    ),
    Duty(
        "articles.related",
        every=dt.timedelta(seconds=2),
        run=lambda now, stopping: catch_up(now=now, stopping=stopping, at_most=200),
    ),
    Duty(
        "articles.search",
        every=dt.timedelta(minutes=5),
        run=lambda now, stopping: catch_up_search(stopping=stopping, at_most=500),
    ),
    Duty("articles.presence", every=dt.timedelta(hours=1), run=lambda now, stopping: forget_left(now=now)),
    Duty("articles.autosaves", every=dt.timedelta(days=1), run=lambda now, stopping: thin_autosaves(now=now)),
    Duty("core.sessions", every=dt.timedelta(days=1), run=clear_sessions),
]
