"""Who got what and when: mails found by the address, or listed by issue and state. Paged by key, never counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch

from newsletter.addresses import parse_key
from newsletter.models import Delivery, Issue, MailEvent, Subscriber, Suppression
from newsletter.suppressing import fingerprint

PAGE = 50


@dataclass(frozen=True)
class MailPage:
    """Mails, the newest first, with what servers said; `older` and `newer` are where the pages beside begin."""

    rows: Sequence[Delivery]
    older: int | None
    newer: int | None


@dataclass(frozen=True)
class Found:
    """What is known of an address: the reader, where they stand, whether they must not be mailed."""

    key: str
    reader: Subscriber | None
    suppressions: Sequence[Suppression]


def find(address: str) -> Found:
    """Looks an address up, also one that was forgotten and is known by its hash alone. Three queries."""
    key = parse_key(address)
    readers = Subscriber.objects.prefetch_related("subscriptions__newsletter")
    suppressions = Suppression.objects.of(fingerprint(key)).select_related("newsletter", "by") if key else []
    return Found(key, readers.filter(key=key).first() if key else None, list(suppressions))


def mails(
    *, issue: int | None = None, state: str = "", key: str = "", before: int | None = None, after: int | None = None
) -> MailPage:
    """A page of mails. Two queries, however many there are."""
    rows = Delivery.objects.narrowed(issue=issue, state=state, key=key)
    events = Prefetch("events", MailEvent.objects.order_by("pk"))
    rows = rows.select_related("issue__newsletter", "subscriber").prefetch_related(events)
    if after is not None:
        page = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        has_more, page = len(page) > PAGE, page[:PAGE][::-1]
        return MailPage(page, page[-1].pk if page else None, page[0].pk if page and has_more else None)
    page = list((rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")[: PAGE + 1])
    has_more, page = len(page) > PAGE, page[:PAGE]
    return MailPage(page, page[-1].pk if has_more else None, page[0].pk if page and before is not None else None)


def numbers(issue: Issue) -> dict[str, int]:
    """How many mails of an issue stand in each state. One query."""
    counted = Delivery.objects.filter(issue=issue).order_by().values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in counted}
