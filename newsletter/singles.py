"""The mails to single readers, in the order in which they come about: they never wait behind an issue."""

import datetime as dt
from collections.abc import Callable

from newsletter.confirming import send_due_confirmations
from newsletter.noticing import send_due_notices
from newsletter.signing_up import take_sign_ups


def send_due_singles(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Looks at the forms that came in, then sends the confirmations and notices that are due; how many mails went."""
    while take_sign_ups(now=now, stopping=stopping) and not stopping():
        pass
    return send_due_confirmations(now=now, stopping=stopping) + send_due_notices(now=now, stopping=stopping)
