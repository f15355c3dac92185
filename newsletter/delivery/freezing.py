"""From a scheduled issue to one that is going out: its text frozen, a row for each of its readers.

Every step can be done again: killed half-way, the issue is still being prepared, and the next worker goes on.
"""

import datetime as dt
import hashlib

import structlog
from django.db import connection, transaction
from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Concat, Left, StrIndex, Substr
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article
from newsletter import issuing
from newsletter.audiences import audience
from newsletter.clicking import for_variant
from newsletter.composing.preflight import too_large
from newsletter.composing.rendering import Rendered, render
from newsletter.delivery.claiming import moment
from newsletter.models import Delivery, Issue, Rendering, Subscription
from newsletter.models.subscribers import SubscriptionQuerySet
from newsletter.states import BlockKind, DeliveryState, IssueState, ListKind

logger = structlog.get_logger(__name__)

CHUNK = 5_000
# Readers who come while an issue is being prepared are looked for once more; then it must add up.
LOOKS = 5
# A multiplicative hash (Knuth, TAOCP 3, section 6.4): which of the two subjects a reader gets.
_PRIME, _FACTOR, _HALF = 1_000_003, 2_654_435_761, 2**31
_INSERT = """
    INSERT INTO newsletter_delivery
        (issue_id, subscriber_id, mailbox, variant, state, next_try, attempts, reply)
    {select}
    ON CONFLICT DO NOTHING
"""


def prepare(issue: Issue, *, now: dt.datetime) -> Issue:
    """Takes an issue whose minute has come to where it is being sent; holds it back where somebody has to decide.

    That is: when it is later than its newsletter allows, or when a story of it may not be seen by readers any more.
    What put itself together is held as well when its mail is too large for Gmail (an editor was told when scheduling).
    Once an editor has scheduled it again, it goes; the story is left out. Doing it twice, or at once, does it once.
    """
    issue.refresh_from_db()
    if issue.state == IssueState.SCHEDULED:
        if reason := _reason_to_ask(issue, now):
            return issuing.hold(issue, reason=reason, now=now)
        _begin(issue, now)
    if issue.state != IssueState.PREPARING:
        return issue
    _freeze_text(issue, now)
    if not _freeze_audience(issue, now):
        return issuing.hold(issue, reason=_("The rows of its readers do not add up; look at the log."), now=now)
    return _start(issue, now)


def half_of(subscriber: str, issue: Issue) -> CombinedExpression:
    """0 or 1 for the reader whose key is in the column `subscriber`: for one issue always the same, by a hash."""
    return (F(subscriber) + Value(issue.pk * 7919)) % Value(_PRIME) * Value(_FACTOR) / Value(_HALF) % Value(2)


def _reason_to_ask(issue: Issue, now: dt.datetime) -> str:
    """Why an editor has to decide, in words for them; "" when nobody has to."""
    if issue.stale_at is not None and now > issue.stale_at:
        late = int((now - issue.send_at).total_seconds() // 60)
        words = ngettext("It is %(number)d minute late.", "It is %(number)d minutes late.", late)
        return words % {"number": late}
    if issue.late_is_fine:
        return ""
    stories = issue.blocks.filter(kind=BlockKind.STORY)
    shown = Article.objects.published(now).values("pk")
    gone = stories.exclude(article__in=shown).select_related("article")
    names = [block.article.headline for block in gone]
    # What a program put together loses a story without asking, but not the last one.
    if not names or (issue.kind == ListKind.DIGEST and stories.count() > len(names)):
        return "" if issue.kind == ListKind.EDITED else too_large(render(issue, now=now))
    return _("Readers may not see these stories any more: %(names)s.") % {"names": "; ".join(names)}


def _begin(issue: Issue, now: dt.datetime) -> None:
    """Moves it to where it is prepared, without what was prepared of it before an editor took it back."""
    with transaction.atomic():
        if not Issue.objects.select_for_update().in_state(IssueState.SCHEDULED).filter(pk=issue.pk).exists():
            issue.refresh_from_db()  # another worker was quicker, or an editor
            return
        issue.renderings.all().delete()
        issue.deliveries.all().delete()
        issuing.move(issue, "prepare", by=None, now=now)


def _freeze_text(issue: Issue, now: dt.datetime) -> None:
    """Keeps the issue as it is rendered now, unless it has been kept already."""
    if issue.renderings.exists():
        return
    rendered = render(issue, now=now)
    subjects = {"a": rendered.subject} | ({"b": rendered.subject_b} if rendered.subject_b else {})
    rows = [_frozen(issue, variant, subject, rendered, now) for variant, subject in subjects.items()]
    Rendering.objects.bulk_create(rows, ignore_conflicts=True)


def _frozen(issue: Issue, variant: str, subject: str, rendered: Rendered, now: dt.datetime) -> Rendering:
    """What the readers of one subject get: the same text, whose links say which subject led to them."""
    html, text = (for_variant(part, issue, variant) for part in (rendered.html, rendered.text))
    digest = hashlib.sha256(f"{subject}\n{text}\n{html}".encode()).hexdigest()
    return Rendering(issue=issue, variant=variant, subject=subject, html=html, text=text, digest=digest, made_at=now)


def _freeze_audience(issue: Issue, now: dt.datetime) -> bool:
    """Makes the rows, a chunk a commit; whether every reader of the audience has one in the end."""
    for _look in range(LOOKS):
        missing = _without_row(issue, now)
        last = 0
        while (end := _end_of_chunk(missing, last)) is not None:
            _insert(issue, missing.filter(pk__gt=last, pk__lte=end), now)
            last = end
        if not _without_row(issue, now).exists():
            return True
    logger.error("audience_does_not_add_up", issue=issue.pk, missing=_without_row(issue, now).count())
    return False


def _without_row(issue: Issue, now: dt.datetime) -> SubscriptionQuerySet:
    rows = Delivery.objects.filter(issue=issue, subscriber=OuterRef("subscriber"))
    return audience(issue, now=now).exclude(Exists(rows))


def _end_of_chunk(missing: SubscriptionQuerySet, last: int) -> int | None:
    """The highest key of the next CHUNK subscriptions after `last`; None when there is none."""
    keys = missing.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
    chunk = list(keys[:CHUNK])
    return chunk[-1] if chunk else None


def _insert(issue: Issue, readers: SubscriptionQuerySet, now: dt.datetime) -> None:
    select, params = _columns(issue, readers, now).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.replace("{select}", select), params)


def _columns(issue: Issue, readers: SubscriptionQuerySet, now: dt.datetime) -> QuerySet:
    """The values of _INSERT, in its order. The mailbox is `Subscriber.mailbox`, put together by the database."""
    local = Left("subscriber__address", StrIndex("subscriber__address", Value("@")))
    domain = Substr("subscriber__key", StrIndex("subscriber__key", Value("@")) + 1)
    has_two = issue.renderings.count() > 1
    second = When(Exact(half_of("subscriber_id", issue), 1), then=Value("b"))
    variant = Case(second, default=Value("a")) if has_two else Value("a")
    return readers.order_by().values_list(
        Value(issue.pk, IntegerField()),
        "subscriber_id",
        Concat(local, domain, output_field=CharField()),
        variant,
        Value(DeliveryState.QUEUED.value),
        Value(moment(now)),
        Value(0),
        Value(""),
    )


def _start(issue: Issue, now: dt.datetime) -> Issue:
    """The issue goes out, and what it covers counts as served to its readers, in one commit."""
    with transaction.atomic():
        number = Delivery.objects.filter(issue=issue).count()
        if issue.covers_until is not None:
            readers = Delivery.objects.filter(issue=issue).values("subscriber")
            served = Subscription.objects.filter(newsletter=issue.newsletter, subscriber__in=readers)
            served.update(covered_until=issue.covers_until)
        return issuing.move(issue, "start", by=None, now=now, audience=number, started_at=now)
