"""States of subscriptions, issues, deliveries; the moves between them; who may do what. Imports nothing of ours."""

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
    IMPORTED = "imported", _("Imported")
    CHANGED = "changed", _("Changed the preferences")


class NoticeKind(TextChoices):
    """What a mail about a reader's own settings is for."""

    MANAGE = "manage", _("The way to the settings")
    MOVE = "move", _("A new address to be confirmed")
    MOVED = "moved", _("Word to the old address that there is a new one")


class Frequency(TextChoices):
    """How often a reader wants one newsletter: each issue as it is sent, or a digest of what it brought."""

    EACH = "each", _("Each issue")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")


class ListKind(TextChoices):
    """How the issues of a newsletter come about."""

    EDITED = "edited", _("Put together by editors")
    DIGEST = "digest", _("Puts itself together")
    ALERT = "alert", _("Breaking news, a story at a time")


class Rhythm(TextChoices):
    """How often a newsletter that puts itself together goes out."""

    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")


class UncertainPolicy(TextChoices):
    """What happens to a mail of which nobody can say whether the mail server took it (RFC 1047)."""

    ASK = "ask", _("Do not send it again; an editor decides")
    RESEND = "resend", _("Send it again, under the same Message-ID")


class IssueState(TextChoices):
    """Where an issue stands. Whether all of it has gone out is a question to its deliveries."""

    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Scheduled")
    HELD = "held", _("Waits for a decision")
    PREPARING = "preparing", _("Being prepared")
    SENDING = "sending", _("Being sent")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Sent")
    CANCELLED = "cancelled", _("Cancelled")


# What an editor may still change; what workers look at; what has an audience and a frozen text.
EDITABLE = frozenset({IssueState.DRAFT, IssueState.APPROVED})
UNDER_WAY = frozenset(
    {IssueState.SCHEDULED, IssueState.HELD, IssueState.PREPARING, IssueState.SENDING, IssueState.PAUSED}
)
FROZEN = frozenset({IssueState.SENDING, IssueState.PAUSED, IssueState.DONE, IssueState.CANCELLED})


class DeliveryState(TextChoices):
    """Where one mail to one reader stands. HANDED means that its text may be on the wire."""

    QUEUED = "queued", _("Waiting")
    CLAIMED = "claimed", _("In a worker's hands")
    HANDED = "handed", _("Being handed over")
    DEFERRED = "deferred", _("To be tried again")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Refused")
    UNCERTAIN = "uncertain", _("Not known")
    SKIPPED = "skipped", _("Left out")
    BOUNCED = "bounced", _("Returned")
    COMPLAINED = "complained", _("Reported as spam")


# What has yet to go out; what a worker holds; what reached the mail server.
WAITING = frozenset({DeliveryState.QUEUED, DeliveryState.DEFERRED})
IN_HAND = frozenset({DeliveryState.CLAIMED, DeliveryState.HANDED})
OPEN = WAITING | IN_HAND
ACCEPTED = frozenset({DeliveryState.SENT, DeliveryState.BOUNCED, DeliveryState.COMPLAINED})


class SkipReason(TextChoices):
    """Why a reader who was in an issue's audience did not get it after all; kept in the delivery's `reply`."""

    LEFT = "left", _("No longer subscribed")
    PAUSED = "paused", _("Asked for no mail for a while")
    SUPPRESSED = "suppressed", _("The address gets no more mail")


class BlockKind(TextChoices):
    """What a piece of an issue is."""

    STORY = "story", _("Story")
    HEADING = "heading", _("Heading")
    TEXT = "text", _("Text")
    QUOTE = "quote", _("Pull quote")
    PICTURE = "picture", _("Picture")
    ADVERT = "advert", _("Advertisement")


class EventKind(TextChoices):
    """What mail servers and providers report of a mail, in one vocabulary; unknown is a value, not a fault."""

    DELIVERED = "delivered", _("Delivered")
    DEFERRED = "deferred", _("Delayed")
    BOUNCED = "bounced", _("Returned")
    REJECTED = "rejected", _("Refused by the provider")
    COMPLAINED = "complained", _("Reported as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    UNKNOWN = "unknown", _("Not understood")


class SuppressionReason(TextChoices):
    """Why an address gets no more mail."""

    HARD_BOUNCE = "hard_bounce", _("The address does not exist")
    SOFT_BOUNCES = "soft_bounces", _("Mail came back too often")
    COMPLAINT = "complaint", _("Reported as spam")
    FORGOTTEN = "forgotten", _("The reader asked to be forgotten")
    MANUAL = "manual", _("Entered by the newsroom")


class FileFormat(TextChoices):
    """What subscribers come and go in."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel (XLSX)"


class ImportState(TextChoices):
    """Where an import of subscribers stands: read and judged first, taken in only when somebody says so."""

    CHECKING = "checking", _("Being read")
    CHECKED = "checked", _("Waits for your word")
    REFUSED = "refused", _("Cannot be read")
    RUNNING = "running", _("Being taken in")
    DONE = "done", _("Taken in")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    DROPPED = "dropped", _("Given up")


class LineOutcome(TextChoices):
    """What becomes of one line of an import. It may only add: whoever stands anywhere already is left as they are."""

    NEW = "new", _("To be added")
    ADDED = "added", _("Added")
    KNOWN = "known", _("Has this newsletter already")
    PENDING = "pending", _("Asked for it and has yet to confirm")
    LEFT = "left", _("Left this newsletter; stays away")
    SUPPRESSED = "suppressed", _("Must not be mailed; stays away")
    DUPLICATE = "duplicate", _("Stands further up in the file")
    INVALID = "invalid", _("Not an address")
    REMOVED = "removed", _("Taken out again")
    KEPT = "kept", _("Kept: something was done with it since")


class ExportState(TextChoices):
    """Where an export of subscribers stands."""

    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    EXPIRED = "expired", _("Deleted")


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
    # At once after leaving, by mistake or by one tap too many.
    "undo": Move(frozenset({_UNSUBSCRIBED}), _CONFIRMED, _CHANGE),
    # Someone who left, asked again and never confirmed is again someone who left.
    "expire": Move(frozenset({_PENDING}), _UNSUBSCRIBED, _CHANGE),
}


@dataclass(frozen=True)
class IssueMove:
    """One change of an issue's state. `permission` None: only the system makes it."""

    sources: frozenset[IssueState]
    target: IssueState
    permission: str | None


_EDIT, _SEND, _APPROVE = "newsletter.change_issue", "newsletter.send_issue", "newsletter.approve_issue"
_I = IssueState

ISSUE_MOVES = {
    "approve": IssueMove(frozenset({_I.DRAFT}), _I.APPROVED, _APPROVE),
    # Back to the desk: an approval holds for the text that was approved.
    "reopen": IssueMove(frozenset({_I.APPROVED, _I.SCHEDULED, _I.HELD}), _I.DRAFT, _EDIT),
    "schedule": IssueMove(frozenset({_I.DRAFT, _I.APPROVED, _I.HELD}), _I.SCHEDULED, _SEND),
    "hold": IssueMove(frozenset({_I.SCHEDULED, _I.PREPARING}), _I.HELD, None),
    "prepare": IssueMove(frozenset({_I.SCHEDULED}), _I.PREPARING, None),
    "start": IssueMove(frozenset({_I.PREPARING}), _I.SENDING, None),
    "pause": IssueMove(frozenset({_I.SENDING}), _I.PAUSED, _SEND),
    "resume": IssueMove(frozenset({_I.PAUSED}), _I.SENDING, _SEND),
    "cancel": IssueMove(UNDER_WAY | {_I.APPROVED}, _I.CANCELLED, _SEND),
    "finish": IssueMove(frozenset({_I.SENDING}), _I.DONE, None),
    # What was left when it was cancelled, or what an editor asked for again.
    "send_rest": IssueMove(frozenset({_I.CANCELLED, _I.DONE}), _I.SENDING, _SEND),
}


class NewsletterError(Exception):
    """A step that the newsletter refuses; the message is fit for an editor."""


_MAILING = (
    *(f"newsletter.{verb}_newsletterlist" for verb in ("view", "add", "change")),
    *(f"newsletter.{verb}_issue" for verb in ("view", "add", "change", "delete", "approve", "send")),
    *(f"newsletter.{verb}_suppression" for verb in ("view", "add")),
    *(f"newsletter.{verb}_subscriberimport" for verb in ("view", "add")),
    "newsletter.import_subscribers",
    *(
        f"newsletter.view_{noun}"
        for noun in ("subscriber", "subscription", "consentrecord", "delivery", "mailevent", "issuelogentry", "listday")
    ),
    _CHANGE,
)
# Permissions by role, as "app.codename"; the names are those of the newsroom's roles.
ROLE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "Chief editor": (
        *_MAILING,
        "newsletter.delete_suppression",
        "newsletter.lift_complaint",
        "newsletter.export_subscribers",
        "newsletter.view_subscriberexport",
    ),
    "Newsletter editor": (*_MAILING, "newsletter.delete_suppression"),
}
