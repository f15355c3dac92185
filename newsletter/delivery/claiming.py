"""Whose row it is: claims with a lease, and what the holder of a claim may write.

A row is written by whoever holds its claim, and the claim stands in the row: a worker whose lease ran out and whose row
went to another changes nothing any more. Each function here is one statement, thus one commit where no transaction is
open around it. Statements that need RETURNING are SQL; both databases are asked the same question, and only PostgreSQL
is told to pass over rows that another worker is looking at (SQLite has one writer at a time).
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import structlog
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import F

from newsletter.models import Delivery, Issue
from newsletter.states import IN_HAND, DeliveryState, SkipReason, UncertainPolicy

logger = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=5)
# A mail whose worker died while it was handed over is sent again this often at most, whatever the list says.
RESENDS = 3
LOST = "The worker was lost while this mail was handed over."

_CLAIM = """
    WITH picked AS (
        SELECT d.id, CASE
            WHEN s.id IS NULL OR s.state <> %(confirmed)s THEN %(left)s
            WHEN r.paused_until > %(now)s THEN %(paused)s
            WHEN EXISTS (
                SELECT 1 FROM newsletter_suppression x WHERE x.fingerprint = r.fingerprint
                AND (x.newsletter_id IS NULL OR x.newsletter_id = %(newsletter)s)
            ) THEN %(suppressed)s
            ELSE '' END AS skip
        FROM newsletter_delivery d
        LEFT JOIN newsletter_subscriber r ON r.id = d.subscriber_id
        LEFT JOIN newsletter_subscription s ON s.subscriber_id = d.subscriber_id AND s.newsletter_id = %(newsletter)s
        WHERE d.issue_id = %(issue)s AND d.state IN ('queued', 'deferred') AND d.next_try <= %(now)s
        ORDER BY d.id LIMIT %(limit)s
        {lock}
    )
    UPDATE newsletter_delivery SET
        state = CASE WHEN picked.skip = '' THEN 'claimed' ELSE 'skipped' END,
        claim = CASE WHEN picked.skip = '' THEN {claim} END,
        lease_until = CASE WHEN picked.skip = '' THEN {lease} END,
        attempts = attempts + CASE WHEN picked.skip = '' THEN 1 ELSE 0 END,
        reply = CASE WHEN picked.skip = '' THEN reply ELSE picked.skip END
    FROM picked WHERE picked.id = newsletter_delivery.id
    RETURNING newsletter_delivery.id, newsletter_delivery.subscriber_id, newsletter_delivery.mailbox,
        newsletter_delivery.variant, newsletter_delivery.attempts, newsletter_delivery.state
"""
# Mails that were sent and mails that are next, in one statement. Written again after a broken connection it changes
# nothing and says the same. What the lease took away meanwhile (uncertain) is known after all.
_HAND_OVER = """
    UPDATE newsletter_delivery SET
        state = CASE WHEN id IN ({sent}) THEN 'sent' ELSE 'handed' END,
        sent_at = CASE WHEN id IN ({sent}) THEN {now} ELSE sent_at END,
        handed_at = CASE WHEN id IN ({sent}) THEN handed_at ELSE {now} END,
        reply = CASE {replies} ELSE reply END
    WHERE {rows}
    RETURNING id
"""
_REPLY = "WHEN id = %s THEN %s"
_SENT = "(id = %s AND claim = {claim} AND state IN ('handed', 'uncertain', 'sent'))"
_NEXT = """(id = %s AND claim = {claim} AND state IN ('claimed', 'handed') AND EXISTS (
    SELECT 1 FROM newsletter_issue i WHERE i.id = newsletter_delivery.issue_id AND i.state = 'sending'
))"""
_NOBODY = -1


class Parcel(NamedTuple):
    """What a worker knows of a delivery it has claimed."""

    pk: int
    subscriber_id: int
    mailbox: str
    variant: str
    attempts: int


class Batch(NamedTuple):
    """Deliveries of one issue under one claim; `skipped` were found to be no longer wanted."""

    claim: uuid.UUID
    parcels: list[Parcel]
    skipped: int


class Step(NamedTuple):
    """Where the holder of a claim is: the mail server took `sent`, saying `reply`, and `following` is about to go."""

    claim: uuid.UUID
    sent: int | None
    reply: str
    following: int | None


def moment(now: dt.datetime) -> Any:
    """A time as the database in use takes it in a statement of our own."""
    return connection.ops.adapt_datetimefield_value(now)


def claim(issue: Issue, *, limit: int, now: dt.datetime) -> Batch:
    """Takes up to `limit` deliveries whose turn has come; those of readers who left meanwhile are skipped for good."""
    mark = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            _claim_statement(connection.vendor),
            {
                "confirmed": "confirmed",
                "left": SkipReason.LEFT.value,
                "paused": SkipReason.PAUSED.value,
                "suppressed": SkipReason.SUPPRESSED.value,
                "newsletter": issue.newsletter_id,
                "issue": issue.pk,
                "limit": limit,
                "claim": _mark(mark, connection),
                "now": moment(now),
                "lease": moment(now + LEASE),
            },
        )
        rows = sorted(cursor.fetchall())
    parcels = [Parcel(*row[:5]) for row in rows if row[5] == DeliveryState.CLAIMED]
    return Batch(mark, parcels, len(rows) - len(parcels))


def hand_over(steps: Sequence[Step], *, now: dt.datetime) -> list[bool]:
    """Records the steps of several holders of claims, in one commit; of each, whether its `following` may go out.

    It may not when its issue was paused or cancelled, or when its lease ran out.
    """
    # Looked up once: this runs for each mail, and took a twentieth of its time.
    database = connections[DEFAULT_DB_ALIAS]
    sent = [(step.sent, step.reply, _mark(step.claim, database)) for step in steps if step.sent is not None]
    following = [(step.following, _mark(step.claim, database)) for step in steps if step.following is not None]
    ids = [pk for pk, _reply, _claim in sent] or [_NOBODY]
    replies = [part for pk, reply, _claim in sent for part in (pk, reply)] or [_NOBODY, ""]
    rows = [part for pk, _reply, claim in sent for part in (pk, claim)] + [part for row in following for part in row]
    at = database.ops.adapt_datetimefield_value(now)
    with database.cursor() as cursor:
        statement = _hand_over_statement(database.vendor, len(sent), len(following))
        cursor.execute(statement, [*ids, *ids, at, *ids, at, *replies, *rows])
        written = {pk for (pk,) in cursor.fetchall()}
    for step in steps:
        if step.sent is not None and step.sent not in written:
            logger.error("sent_but_not_ours", delivery=step.sent)
    return [step.following in written for step in steps]


def settle(mark: uuid.UUID, pk: int, state: DeliveryState, *, reply: str, next_try: dt.datetime | None = None) -> bool:
    """Ends our hold of one delivery in any other way; whether it was still ours."""
    values: dict[str, Any] = {"state": state, "reply": reply, "lease_until": None}
    if next_try is not None:
        values |= {"next_try": next_try, "claim": None}
    # What the lease made uncertain, and nobody claimed since, is known after all.
    ours = Delivery.objects.in_state(*IN_HAND, DeliveryState.UNCERTAIN)
    return bool(ours.filter(pk=pk, claim=mark).update(**values))


def take_back(mark: uuid.UUID, pk: int) -> bool:
    """Holds one that was marked as handed over as not handed over: nothing of it went on the wire."""
    ours = Delivery.objects.handed().filter(pk=pk, claim=mark)
    return bool(ours.update(state=DeliveryState.CLAIMED, handed_at=None))


def release(mark: uuid.UUID, *, but: Collection[int] = ()) -> int:
    """Gives back what was claimed and not handed over, as if it had never been claimed; `but` is kept."""
    return (
        Delivery.objects.claimed_by(mark)
        .exclude(pk__in=but)
        .update(state=DeliveryState.QUEUED, claim=None, lease_until=None, attempts=F("attempts") - 1)
    )


def renew(mark: uuid.UUID, *, now: dt.datetime) -> None:
    """Makes the lease of what we hold last on."""
    Delivery.objects.held_by(mark).update(lease_until=now + LEASE)


def lapse(*, now: dt.datetime) -> int:
    """Takes back what silent workers held; how many rows.

    What was not handed over is queued again. Of what was handed over nobody knows whether it went out: the list says
    what becomes of it.
    """
    free = {"claim": None, "lease_until": None}
    silent = Delivery.objects.lease_lapsed(now)
    queued = silent.not_handed().update(state=DeliveryState.QUEUED, **free)
    again = silent.handed().filter(issue__newsletter__uncertain_policy=UncertainPolicy.RESEND, attempts__lt=RESENDS)
    queued += again.update(state=DeliveryState.QUEUED, reply=LOST, **free)
    # The claim stays in the row: a worker that was only slow may still say how it went.
    uncertain = silent.handed().update(state=DeliveryState.UNCERTAIN, lease_until=None, reply=LOST)
    if queued or uncertain:
        logger.warning("leases_lapsed", queued=queued, uncertain=uncertain)
    return queued + uncertain


def _mark(mark: uuid.UUID, database: Any) -> Any:
    return Delivery._meta.get_field("claim").get_db_prep_value(mark, database)


def _claim_statement(vendor: str) -> str:
    """With what the two databases write differently: row locks, and the types of bare parameters."""
    if vendor == "postgresql":
        return _CLAIM.format(
            lock="FOR UPDATE OF d SKIP LOCKED", claim="%(claim)s::uuid", lease="%(lease)s::timestamptz"
        )
    return _CLAIM.format(lock="", claim="%(claim)s", lease="%(lease)s")


@lru_cache(maxsize=64)
def _hand_over_statement(vendor: str, sent: int, following: int) -> str:
    """For so many mails that were sent and so many that follow; at least one of either."""
    is_postgresql = vendor == "postgresql"
    rows = " OR ".join([_SENT] * sent + [_NEXT] * following)
    return _HAND_OVER.format(
        sent=", ".join(["%s"] * max(sent, 1)),
        now="%s::timestamptz" if is_postgresql else "%s",
        replies=" ".join([_REPLY] * max(sent, 1)),
        rows=rows.replace("{claim}", "%s::uuid" if is_postgresql else "%s"),
    )
