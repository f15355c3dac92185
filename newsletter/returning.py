"""Taking back a step that was one tap too many: offered after leaving, never before."""

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from newsletter.consenting import record
from newsletter.models import Subscription
from newsletter.states import MOVES, ConsentAction, Frequency
from newsletter.suppressing import is_suppressed

# The link of an old mail, passed on or found years later, brings nobody back.
UNDO_FOR = dt.timedelta(hours=1)


def may_undo(subscription: Subscription, *, now: dt.datetime) -> bool:
    """Whether the reader left so lately, and had the newsletter before, that one step takes it back."""
    return (
        subscription.state in MOVES["undo"].sources
        and subscription.confirmed_at is not None
        and subscription.ended_at is not None
        and now - subscription.ended_at < UNDO_FOR
        and not is_suppressed(subscription.subscriber.key, subscription.newsletter)
    )


def undo(
    subscription: Subscription,
    *,
    by: AbstractBaseUser | None = None,
    now: dt.datetime,
    frequency: Frequency | None = None,
    source: str = "",
    network: str = "",
) -> Subscription:
    """Makes a subscription that ended within the hour what it was, or one with fewer mails; others stay as they are."""
    with transaction.atomic():
        subscription = Subscription.objects.for_mail().select_for_update(of=["self"]).get(pk=subscription.pk)
        if not may_undo(subscription, now=now):
            return subscription
        subscription.state, subscription.ended_at = MOVES["undo"].target, None
        subscription.frequency = frequency or subscription.frequency
        subscription.save(update_fields=["state", "ended_at", "frequency"])
        record(
            subscription,
            ConsentAction.CONFIRMED,
            by=by,
            now=now,
            source=source,
            network=network,
            wording=undo_wording(subscription),
        )
    return subscription


def undo_wording(subscription: Subscription) -> str:
    """What the button says that takes leaving back."""
    with translation.override(subscription.newsletter.language):
        question = _("You will not receive “%(newsletter)s” any more.") % {"newsletter": subscription.newsletter.name}
        weekly = subscription.frequency == Frequency.WEEKLY
        return f"{question}\n{_('Once a week is enough') if weekly else _('Undo: keep it coming')}"
