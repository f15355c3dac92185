"""Every background duty of the portal, in one list; `manage.py work` does them.

With a cache of its own in the web process (no CACHE_URL), that process does those that need it: newsportal/counting.py.
"""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from articles.missing import file_due as file_missing
from articles.noting import send_due_notes
from articles.presence import forget_left
from articles.reading import file_due, forget_hours
from articles.related import catch_up
from articles.rendering import delete_retired, render_due
from articles.revising import thin_autosaves
from articles.scheduling import apply_due_updates
from articles.search import catch_up as catch_up_search
from newsletter.bouncing.applying import apply_due_events
from newsletter.bouncing.mailboxes import poll
from newsletter.bouncing.recording import forget_raw
from newsletter.click_counting import file_due as file_clicks
from newsletter.click_counting import forget_batches
from newsletter.composing.keeping import forget_kept
from newsletter.confirming import expire_pending, remind, send_due_confirmations
from newsletter.consenting import forget_networks
from newsletter.delivery.limits import forget_old_counts
from newsletter.delivery.punctuality import check_punctuality
from newsletter.delivery.sending import send_due_issues
from newsletter.digesting import make_due_digests
from newsletter.exporting import forget_exports, work_on_exports
from newsletter.importing import forget_lines, work_on_imports
from newsletter.noticing import forget_notices, send_due_notices
from newsletter.signing_up import take_sign_ups
from newsletter.stats import write_down_day
from newsportal.core.database_statistics import refresh
from newsportal.core.duties import Duty
from newsportal.core.page_cache.edge import tell
from newsportal.core.page_cache.purging import forget_old


def clear_sessions(now: dt.datetime, stopping: Callable[[], bool]) -> None:
    """Deletes the sessions that have expired; Django leaves them in the table."""
    call_command("clearsessions")


def keep_statistics(now: dt.datetime, stopping: Callable[[], bool]) -> None:
    """Has SQLite look at its tables, which other databases do by themselves."""
    refresh()


DUTIES = [
    Duty(
        "newsletter.sign_ups",
        title=_("Sign-ups for newsletters"),
        every=dt.timedelta(seconds=2),
        run=lambda now, stopping: take_sign_ups(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.confirmations",
        title=_("Confirmation mails"),
        every=dt.timedelta(seconds=2),
        run=lambda now, stopping: send_due_confirmations(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.digests",
        title=_("Putting digests together"),
        every=dt.timedelta(seconds=30),
        run=lambda now, stopping: make_due_digests(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.issues",
        title=_("Sending issues"),
        every=dt.timedelta(seconds=2),
        run=lambda now, stopping: send_due_issues(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.punctuality",
        title=_("Issues go out when they should"),
        every=dt.timedelta(minutes=1),
        run=lambda now, stopping: check_punctuality(now=now),
    ),
    Duty(
        "newsletter.relay_counts",
        title=_("Forgetting how much was mailed when"),
        every=dt.timedelta(days=1),
        run=lambda now, stopping: forget_old_counts(now=now),
    ),
    Duty(
        "newsletter.notices",
        title=_("Mails about readers' settings"),
        every=dt.timedelta(seconds=2),
        run=lambda now, stopping: send_due_notices(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.reminders",
        title=_("Reminders to confirm"),
        every=dt.timedelta(minutes=10),
        run=lambda now, stopping: remind(now=now),
    ),
    Duty(
        "newsletter.forget_notices",
        title=_("Forgetting mails about readers' settings"),
        every=dt.timedelta(days=1),
        run=lambda now, stopping: forget_notices(now=now),
    ),
    Duty(
        "newsletter.expire_pending",
        title=_("Forgetting addresses that were never confirmed"),
        every=dt.timedelta(hours=1),
        run=lambda now, stopping: expire_pending(now=now),
    ),
    Duty(
        "newsletter.forget_networks",
        title=_("Forgetting where readers signed up from"),
        every=dt.timedelta(days=1),
        run=lambda now, stopping: forget_networks(now=now),
    ),
    Duty(
        "newsletter.reports",
        title=_("Reports on mails that came back"),
        every=dt.timedelta(seconds=5),
        run=lambda now, stopping: apply_due_events(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.bounce_mailbox",
        title=_("The mailbox for mail that came back"),
        every=dt.timedelta(minutes=1),
        run=lambda now, stopping: poll(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.forget_reports",
        title=_("Forgetting what reports said word for word"),
        every=dt.timedelta(days=1),
        run=lambda now, stopping: forget_raw(now=now),
    ),
    Duty(
        "newsletter.clicks",
        title=_("Counting clicks in newsletters"),
        every=dt.timedelta(seconds=10),
        in_cache=True,
        run=lambda now, stopping: file_clicks(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.forget_click_batches",
        title=_("Forgetting which clicks were counted"),
        every=dt.timedelta(days=1),
        run=lambda now, stopping: forget_batches(now=now),
    ),
    Duty(
        "newsletter.imports",
        title=_("Taking in subscribers from files"),
        every=dt.timedelta(seconds=3),
        run=lambda now, stopping: work_on_imports(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.exports",
        title=_("Making files of subscribers"),
        every=dt.timedelta(seconds=3),
        run=lambda now, stopping: work_on_exports(now=now, stopping=stopping),
    ),
    Duty(
        "newsletter.forget_files",
        title=_("Forgetting files of subscribers"),
        every=dt.timedelta(hours=1),
        run=lambda now, stopping: forget_exports(now=now) + forget_lines(now=now),
    ),
    Duty(
        "newsletter.forget_kept",
        title=_("Dropping old unsaved texts of issues"),
        every=dt.timedelta(hours=6),
        run=lambda now, stopping: forget_kept(now=now),
    ),
    Duty(
        "newsletter.days",
        title=_("Writing down the size of the newsletters"),
        every=dt.timedelta(minutes=15),
        run=lambda now, stopping: write_down_day(now=now),
    ),
    Duty(
        "articles.updates",
        title=_("Scheduled changes of live stories"),
        every=dt.timedelta(seconds=5),
        run=lambda now, stopping: apply_due_updates(now=now, stopping=stopping),
    ),
    Duty(
        "articles.notes",
        title=_("Mails about notes"),
        every=dt.timedelta(seconds=5),
        run=lambda now, stopping: send_due_notes(now=now, stopping=stopping),
    ),
    Duty(
        "articles.renditions",
        title=_("Pictures in every size"),
        every=dt.timedelta(seconds=2),
        run=lambda now, stopping: render_due(now=now, stopping=stopping),
    ),
    Duty(
        "articles.retired_files",
        title=_("Deleting files of pictures that were replaced"),
        every=dt.timedelta(hours=1),
        run=lambda now, stopping: delete_retired(now=now, stopping=stopping),
    ),
    Duty(
        "articles.related",
        title=_("Related stories"),
        every=dt.timedelta(seconds=2),
        run=lambda now, stopping: catch_up(now=now, stopping=stopping, at_most=200),
    ),
    Duty(
        "articles.search",
        title=_("Search"),
        every=dt.timedelta(minutes=5),
        run=lambda now, stopping: catch_up_search(stopping=stopping, at_most=500),
    ),
    Duty(
        "articles.readings",
        title=_("Counting what is read"),
        every=dt.timedelta(seconds=10),
        in_cache=True,
        run=lambda now, stopping: file_due(now=now, stopping=stopping),
    ),
    Duty(
        "articles.missing",
        title=_("Counting pages that are missing"),
        every=dt.timedelta(seconds=30),
        in_cache=True,
        run=lambda now, stopping: file_missing(now=now, stopping=stopping),
    ),
    Duty(
        "articles.forget_hours",
        title=_("Forgetting counts by the hour"),
        every=dt.timedelta(days=1),
        run=lambda now, stopping: forget_hours(now=now),
    ),
    Duty(
        "articles.presence",
        title=_("Forgetting who had a story open"),
        every=dt.timedelta(hours=1),
        run=lambda now, stopping: forget_left(now=now),
    ),
    Duty(
        "articles.autosaves",
        title=_("Thinning out autosaves"),
        every=dt.timedelta(days=1),
        run=lambda now, stopping: thin_autosaves(now=now),
    ),
    Duty(
        "core.edge",
        title=_("Telling caches in front what has changed"),
        every=dt.timedelta(seconds=1),
        run=lambda now, stopping: tell(now=now, stopping=stopping),
    ),
    Duty(
        "core.purges",
        title=_("Forgetting which pages were changed"),
        every=dt.timedelta(hours=6),
        run=lambda now, stopping: forget_old(now),
    ),
    Duty("core.statistics", title=_("Statistics of the database"), every=dt.timedelta(hours=1), run=keep_statistics),
    Duty("core.sessions", title=_("Forgetting logins that have ended"), every=dt.timedelta(days=1), run=clear_sessions),
]


def of_the_worker() -> list[Duty]:
    """What `manage.py work` does."""
    return [duty for duty in DUTIES if settings.CACHE_IS_SHARED or not duty.in_cache]


def of_the_web() -> list[Duty]:
    """What only the web process can do; nothing where the cache is shared."""
    return [duty for duty in DUTIES if duty.in_cache and not settings.CACHE_IS_SHARED]
