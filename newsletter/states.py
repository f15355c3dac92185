"""States of a subscription, moves between them, acts of consent, and who may do what. Imports nothing of ours."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SubscriptionState(TextChoices):
    """Where an address stands with one newsletter."""

    PENDING = "pending", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")


class ConsentAction(TextChoices):
    """What a reader did about a newsletter."""

    ASKED = "asked", _("Asked for it")
    CONFIRMED = "confirmed", _("Confirmed")
    WITHDRAWN = "withdrawn", _("Withdrew")


@dataclass(frozen=True)
class Move:
    """One allowed change of state: from any of `sources` to `target`; staff need `permission`, readers their link."""

    sources: frozenset[SubscriptionState]
    target: SubscriptionState
    permission: str


_CHANGE = "newsletter.change_subscription"
_PENDING, _CONFIRMED, _UNSUBSCRIBED = SubscriptionState

MOVES = {
    # Someone who left may come back, by asking and confirming anew.
    "subscribe": Move(frozenset({_PENDING, _UNSUBSCRIBED}), _PENDING, "newsletter.add_subscription"),
    "confirm": Move(frozenset({_PENDING}), _CONFIRMED, _CHANGE),
    "unsubscribe": Move(frozenset({_PENDING, _CONFIRMED}), _UNSUBSCRIBED, _CHANGE),
    # Someone who left, asked again and never confirmed is again someone who left.
    "expire": Move(frozenset({_PENDING}), _UNSUBSCRIBED, _CHANGE),
}


class NewsletterError(Exception):
    """A step that the newsletter refuses; the message is fit for an editor."""


_MAILING = (
    *(f"newsletter.{verb}_newsletterlist" for verb in ("view", "add", "change")),
    *(f"newsletter.view_{noun}" for noun in ("subscriber", "subscription", "consentrecord")),
    _CHANGE,
)
# Permissions by role, as "app.codename"; the names are those of the newsroom's roles.
ROLE_PERMISSIONS: dict[str, tuple[str, ...]] = {"Chief editor": _MAILING, "Newsletter editor": _MAILING}
