"""Whether issues go out when they should: a duty that fails when not, so that `/readyz` and the admin say so."""

import datetime as dt

from newsletter.delivery import guarding
from newsletter.models import Delivery, Issue, Relay
from newsletter.states import IssueState

GRACE = dt.timedelta(minutes=5)


class Late(Exception):
    """Issues should have gone out and have not; says why, as far as that is known."""


def check_punctuality(*, now: dt.datetime) -> None:
    """Raises Late when sending is on hold, when an issue has been due for longer than GRACE, or when its mails have
    waited for a mail server that long.
    """
    hold = guarding.standing(now=now)
    if hold is not None:
        raise Late(f"Mail is on hold since {hold.since:%Y-%m-%d %H:%M} UTC: {guarding.in_words(hold)}")
    waiting = Issue.objects.in_state(IssueState.SCHEDULED, IssueState.PREPARING).filter(send_at__lte=now - GRACE)
    late = list(waiting.order_by("pk").values_list("pk", flat=True)[:10])
    if late:
        raise Late(f"Issues that should have begun to go out: {', '.join(map(str, late))}.")
    relay = Relay.objects.filter(trouble_since__lte=now - GRACE).first()
    if relay is not None and Delivery.objects.claimable(now).exists():
        raise Late(f"Mails wait since {relay.trouble_since:%H:%M} UTC for {relay.name}: {relay.trouble}")
