"""The newsletters of the demo newsroom: with readers, an issue that was sent, with its figures, and one to write on.

Nothing of it is ever mailed by itself: what was sent is told as if, and the lists that put themselves together have no
readers. The readers' addresses are at a domain of RFC 2606.
"""

import datetime as dt
import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from articles.models import Article, Section
from newsletter import issuing
from newsletter.bouncing.classes import BounceClass
from newsletter.composing import filling, writing
from newsletter.composing.linkcheck import is_own, links_in
from newsletter.composing.rendering import render
from newsletter.composing.writing import Piece, Words
from newsletter.models import (
    ConsentRecord,
    Delivery,
    Issue,
    LinkClicks,
    ListDay,
    MailEvent,
    NewsletterList,
    Rendering,
    Subscriber,
    Subscription,
    Wording,
)
from newsletter.states import BlockKind, ConsentAction, DeliveryState, EventKind, SubscriptionState
from newsletter.suppressing import fingerprint
from newsportal.demo import content

DOMAIN = "@readers.example.org"
DAY = dt.timedelta(days=1)
# How long the newsletters have been there, in days.
AGE = 45
STORIES = 6
FRESH = dt.timedelta(days=7)
# What became of the sent issue's mails, by the number of the reader; all others took it.
ANSWERS = {
    7: (DeliveryState.FAILED, "550 5.1.1 No such user here"),
    31: (DeliveryState.BOUNCED, "250 2.0.0 Ok: queued"),
    58: (DeliveryState.FAILED, "552 5.2.2 Mailbox full"),
    77: (DeliveryState.UNCERTAIN, "The connection broke after the text was sent."),
    83: (DeliveryState.SKIPPED, "Left the newsletter while it was being sent."),
}


def fill(now: dt.datetime) -> None:
    """Makes the newsletters that are not there; one that somebody has already made stays as it is."""
    if Issue.objects.filter(demo=True).exists():
        return
    chief = get_user_model().objects.filter(username="chief").first()
    number = 0
    for position, row in enumerate(content.read("newsletters")["list"]):
        newsletter, made = _list(row, position)
        if not made:
            continue
        readers = _readers(newsletter, row["readers"], number, now)
        number += row["readers"]
        _grown(newsletter, len(readers), now)
        if row["kind"] == "edited":
            _sent(newsletter, readers, chief, now)
            _draft(newsletter, chief, now)


def remove() -> None:
    """Takes them out, but for lists that somebody else uses by now."""
    Issue.objects.filter(demo=True).delete()
    Subscriber.objects.filter(key__endswith=DOMAIN).delete()
    for row in content.read("newsletters")["list"]:
        lists = NewsletterList.objects.filter(language=row["language"], slug=row["slug"], name=row["name"])
        lists.filter(issues=None, subscriptions=None, consents=None).delete()
    Wording.objects.exclude(pk__in=ConsentRecord.objects.exclude(wording=None).values("wording")).delete()


def _list(row: dict[str, Any], position: int) -> tuple[NewsletterList, bool]:
    names = ("name", "pitch", "kind", "most_stories", "accent")
    values = {name: row[name] for name in names} | {"position": position}
    values |= {name: row[name] for name in ("rhythm", "needs_approval") if name in row}
    newsletter, made = NewsletterList.objects.get_or_create(language=row["language"], slug=row["slug"], defaults=values)
    if made:
        newsletter.sections.set(Section.objects.in_edition(row["language"]).filter(path__in=row["sections"]))
    return newsletter, made


def _readers(newsletter: NewsletterList, number: int, first: int, now: dt.datetime) -> list[Subscriber]:
    """So many confirmed readers, who came over the last weeks, with the proof of their consent."""
    keys = [f"reader{first + place + 1}{DOMAIN}" for place in range(number)]
    came = [now - DAY * AGE * (1 - place / max(number, 1)) ** 2 - DAY for place in range(number)]
    language = newsletter.language
    readers = Subscriber.objects.bulk_create(
        Subscriber(address=key, key=key, fingerprint=fingerprint(key), language=language, created=at)
        for key, at in zip(keys, came, strict=True)
    )
    values = {"newsletter": newsletter, "state": SubscriptionState.CONFIRMED}
    Subscription.objects.bulk_create(
        Subscription(subscriber=reader, asked_at=at, confirmation_sent_at=at, confirmed_at=at, **values)
        for reader, at in zip(readers, came, strict=True)
    )
    wording = Wording.objects.keep(content.read("site")[language]["newsletter_pitch"], language=language, now=now)
    ConsentRecord.objects.bulk_create(
        ConsentRecord(
            subscriber=reader,
            newsletter=newsletter,
            action=action,
            at=at,
            source="/",
            wording=wording,
            language=language,
        )
        for reader, at in zip(readers, came, strict=True)
        for action in (ConsentAction.ASKED, ConsentAction.CONFIRMED)
    )
    return readers


def _grown(newsletter: NewsletterList, number: int, now: dt.datetime) -> None:
    """A row for each of the days until yesterday, the sum of which are the readers that there are."""
    today = timezone.localdate(now)
    came = [timezone.localdate(at) for at in newsletter.subscriptions.values_list("confirmed_at", flat=True)]
    ListDay.objects.bulk_create(
        ListDay(
            newsletter=newsletter,
            day=day,
            readers=sum(joined <= day for joined in came),
            joined=came.count(day),
            left=0,
        )
        for day in (today - DAY * ago for ago in range(AGE, 0, -1) if number)
    )


def _words(newsletter: NewsletterList, stories: list[Article], *, draft: bool) -> Words:
    said = content.read("newsletters")["words"][newsletter.language]
    told = [Piece(BlockKind.STORY, article=story.pk, is_lead=not place) for place, story in enumerate(stories)]
    pieces = (
        Piece(BlockKind.TEXT, text=said["draft_intro" if draft else "intro"]),
        *told[:3],
        Piece(BlockKind.HEADING, heading=said["heading"]),
        *told[3:],
        Piece(BlockKind.QUOTE, text=said["quote"], source=said["quoted"]),
        Piece(
            BlockKind.ADVERT,
            heading=said["advert"],
            text=said["advert_text"],
            source=said["advertiser"],
            url="https://tea.example.org/",
        ),
    )
    return Words(said["subject"], said["subject_b"], said["preheader"], pieces)


def _draft(newsletter: NewsletterList, by: Any, now: dt.datetime) -> None:
    issue = writing.create(newsletter, by=by, now=now)
    Issue.objects.filter(pk=issue.pk).update(demo=True)
    stories = filling.fresh_stories(issue, now=now)
    words = _words(newsletter, stories, draft=True)
    words = Words(issue.subject, "", "", words.pieces)
    writing.save(issue, words, version=issue.version, by=by, now=now)


def _sent(newsletter: NewsletterList, readers: list[Subscriber], by: Any, now: dt.datetime) -> None:
    """Yesterday's issue, as if it had gone out at seven."""
    at = (timezone.localtime(now) - DAY).replace(hour=7, minute=0, second=0, microsecond=0).astimezone(dt.UTC)
    shown = Article.objects.published(at).in_edition(newsletter.language).appeared_since(at - FRESH).filter(demo=True)
    stories = list(shown.order_by("-weight", "-publish_at")[:STORIES])
    issue = writing.create(newsletter, by=by, now=at - DAY / 12)
    issue = writing.save(
        issue, _words(newsletter, stories, draft=False), version=issue.version, by=by, now=at - DAY / 16
    )
    Issue.objects.filter(pk=issue.pk).update(demo=True)
    issuing.move(issue, "approve", by=by, now=at - DAY / 18, approved_by=by)
    issuing.move(issue, "schedule", by=by, now=at - DAY / 20, send_at=at)
    issuing.move(issue, "prepare", by=None, now=at)
    _freeze(issue, at)
    issuing.move(issue, "start", by=None, now=at, audience=len(readers), started_at=at)
    end = at + dt.timedelta(seconds=42)
    issuing.move(issue, "finish", by=None, now=end, finished_at=end)
    _deliver(issue, readers, at)
    _follow(issue)


def _freeze(issue: Issue, at: dt.datetime) -> None:
    mail = render(issue, now=at)
    subjects = [("a", mail.subject), ("b", mail.subject_b)]
    Rendering.objects.bulk_create(
        Rendering(
            issue=issue,
            variant=variant,
            subject=subject,
            html=mail.html,
            text=mail.text,
            digest=hashlib.sha256(f"{subject}\n{mail.text}\n{mail.html}".encode()).hexdigest(),
            made_at=at,
        )
        for variant, subject in subjects
        if subject
    )


def _deliver(issue: Issue, readers: list[Subscriber], at: dt.datetime) -> None:
    """A row for each reader, and the reports of what came back."""
    rows = []
    for place, reader in enumerate(readers):
        state, reply = ANSWERS.get(place, (DeliveryState.SENT, "250 2.0.0 Ok: queued"))
        moment = at + dt.timedelta(milliseconds=220 * place)
        was_taken = state in (DeliveryState.SENT, DeliveryState.BOUNCED)
        rows.append(
            Delivery(
                issue=issue,
                subscriber=reader,
                mailbox=reader.mailbox,
                variant="ab"[place % 2] if issue.subject_b else "a",
                state=state,
                next_try=at,
                attempts=1,
                handed_at=None if state == DeliveryState.SKIPPED else moment,
                sent_at=moment if was_taken else None,
                reply=reply,
            )
        )
    Delivery.objects.bulk_create(rows)
    troubles = {7: ("5.1.1", BounceClass.HARD), 31: ("5.7.1", BounceClass.POLICY), 58: ("5.2.2", BounceClass.SOFT)}
    MailEvent.objects.bulk_create(
        MailEvent(
            kind=EventKind.BOUNCED,
            source="smtp",
            event_id=f"demo-{issue.pk}-{place}",
            delivery=rows[place],
            subscriber=rows[place].subscriber,
            code=code,
            bounce_class=kind,
            detail=rows[place].reply,
            is_trusted=True,
            at=at + DAY / 48,
            applied_at=at + DAY / 48,
        )
        for place, (code, kind) in troubles.items()
        if place < len(rows)
    )


def _follow(issue: Issue) -> None:
    """Clicks, fewer from link to link, as they come."""
    mail = render(issue, now=issue.started_at, counted=False)
    targets = [address for address in links_in(mail.html) if "placeholder.invalid" not in address][2:]
    LinkClicks.objects.bulk_create(
        LinkClicks(issue=issue, variant=variant, target=_target(address), by_people=people, total=people * 5 // 4)
        for variant in ("ab" if issue.subject_b else "a")
        for place, address in enumerate(targets)
        if (people := (38 if variant == "a" else 27) // (place + 1))
    )


def _target(address: str) -> str:
    """As clicks name it: a page of ours by its path."""
    return address.removeprefix(settings.SITE_URL) if is_own(address) else address
