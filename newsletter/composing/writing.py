"""Writing an issue: made, saved as a whole, copied, thrown away. Nobody overwrites what somebody else has saved since.

What is saved is one text, subject and blocks together (`Words`), against the version that it was written on.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles.models import Article
from newsletter import issuing
from newsletter.composing import passages
from newsletter.models import Block, Issue, NewsletterList
from newsletter.states import EDITABLE, BlockKind, IssueState, NewsletterError
from newsportal.core.text import clean_line, clean_lines, format_day

MOST_BLOCKS = 80
# Saves of one person within this time make one row of the log.
SAME_SITTING = dt.timedelta(minutes=30)
WORDS = ("subject", "subject_b", "preheader")


class StaleIssue(NewsletterError):
    """Somebody else has saved the issue since it was opened; `issue` is as it stands now."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(_("Somebody else has saved this issue since you opened it."))
        self.issue = issue


@dataclass(frozen=True)
class Piece:
    """One block as it is written; `article` and `image` are ids."""

    kind: str
    article: int | None = None
    image: int | None = None
    heading: str = ""
    text: str = ""
    source: str = ""
    url: str = ""
    is_lead: bool = False
    is_whole: bool = False


@dataclass(frozen=True)
class Words:
    """All that an editor writes of an issue."""

    subject: str
    subject_b: str = ""
    preheader: str = ""
    pieces: tuple[Piece, ...] = ()


def create(newsletter: NewsletterList, *, by: AbstractBaseUser | None, now: dt.datetime, subject: str = "") -> Issue:
    """A draft with an empty text block for the words at its top. Its subject: the list's name and the day, if none."""
    _check(by, "newsletter.add_issue")
    with translation.override(newsletter.language):
        subject = clean_line(subject) or f"{newsletter.name}, {format_day(timezone.localdate(now))}"
    with transaction.atomic():
        issue = Issue.objects.create(newsletter=newsletter, subject=subject, created_by=by, edited_by=by)
        Block.objects.create(issue=issue, kind=BlockKind.TEXT)
        issuing.log(issue, "create", by=by, now=now)
    return issue


def words_of(issue: Issue) -> Words:
    """What is stored. One query."""
    pieces = tuple(
        Piece(block.kind, block.article_id, block.image_id, block.heading, block.text, block.source, block.url,
              block.is_lead, block.is_whole)
        for block in issue.blocks.all()
    )  # fmt: skip
    return Words(issue.subject, issue.subject_b, issue.preheader, pieces)


def save(issue: Issue, words: Words, *, version: int, by: AbstractBaseUser | None, now: dt.datetime) -> Issue:
    """Stores `words`, written on `version` of the issue; an approval ends with it. The same words change nothing.

    Raises StaleIssue where somebody was faster, NewsletterError where the issue is not to be edited any more.
    """
    _check(by, "newsletter.change_issue")
    words = cleaned(words)
    with transaction.atomic():
        editable = Issue.objects.in_state(*EDITABLE).filter(pk=issue.pk)
        locked = editable.select_for_update(of=["self"]).select_related("newsletter").first()
        if locked is None:
            issue.refresh_from_db()
            raise NewsletterError(_("This issue is on its way, or gone: take it back to the desk to change it."))
        if locked.version != version:
            raise StaleIssue(locked)
        if words_of(locked) != words:
            _store(locked, words, by, now)
    issue.refresh_from_db()
    return issue


def blocks_of(issue: Issue, words: Words) -> list[Block]:
    """`words` as blocks that are not stored, with their stories and pictures: what a preview renders. Two queries."""
    stories = Article.objects.select_related("section", "lead_image")
    articles = stories.in_bulk({piece.article for piece in words.pieces if piece.article})
    images = Block.image.field.related_model.objects.in_bulk({p.image for p in words.pieces if p.image})
    return [
        Block(
            issue=issue,
            position=position,
            **{**asdict(piece), "article": articles.get(piece.article), "image": images.get(piece.image)},
        )
        for position, piece in enumerate(cleaned(words).pieces)
        if piece.kind != BlockKind.STORY or piece.article in articles
    ]


def copy(issue: Issue, *, by: AbstractBaseUser | None, now: dt.datetime) -> Issue:
    """A new draft with the same words."""
    made = create(issue.newsletter, by=by, now=now, subject=issue.subject)
    return save(made, words_of(issue), version=made.version, by=by, now=now)


def leave_out(issue: Issue, blocks: Iterable[Block], *, by: AbstractBaseUser | None, now: dt.datetime) -> None:
    """Takes stories out that readers will not see, as somebody has just agreed to. The approval stays."""
    gone = {block.pk: block.article.headline for block in blocks}
    if gone:
        issue.blocks.filter(pk__in=gone).delete()
        issuing.log(issue, "leave_out", by=by, now=now, note="; ".join(gone.values()))


def discard(issue: Issue, *, by: AbstractBaseUser | None) -> None:
    """Throws a draft away; what was ever on its way stays, with its log."""
    _check(by, "newsletter.delete_issue")
    deleted = Issue.objects.in_state(IssueState.DRAFT).filter(pk=issue.pk, started_at=None).delete()[0]
    if not deleted:
        raise NewsletterError(_("Only a draft can be deleted."))


def cleaned(words: Words) -> Words:
    """As it is stored: lines clean, text blocks with nothing but what a mail takes, each story once."""
    seen: set[int] = set()
    pieces = []
    for piece in words.pieces[:MOST_BLOCKS]:
        if piece.kind == BlockKind.STORY and (piece.article is None or piece.article in seen):
            continue
        seen |= {piece.article} if piece.article else set()
        pieces.append(_cleaned(piece))
    return Words(*(clean_line(getattr(words, name)) for name in WORDS), pieces=tuple(pieces))


def _cleaned(piece: Piece) -> Piece:
    is_text = piece.kind == BlockKind.TEXT
    return replace(
        piece,
        article=piece.article if piece.kind == BlockKind.STORY else None,
        heading=clean_line(piece.heading),
        text=passages.clean(piece.text) if is_text else clean_lines(piece.text),
        source=clean_line(piece.source),
        url=piece.url.strip(),
        is_whole=piece.is_whole and piece.kind == BlockKind.STORY,
    )


def _store(issue: Issue, words: Words, by: AbstractBaseUser | None, now: dt.datetime) -> None:
    old = {name: getattr(issue, name) for name in WORDS}
    new = {name: getattr(words, name) for name in WORDS}
    values = {**new, "edited_by": by, "modified": now, "version": F("version") + 1}
    if issue.state == IssueState.APPROVED:
        issuing.reopen(issue, by=by, now=now)
    Issue.objects.filter(pk=issue.pk).update(**values)
    issue.blocks.all().delete()
    Block.objects.bulk_create(_rows(issue, words.pieces))
    if not issue.log.filter(action="edit", by=by, at__gt=now - SAME_SITTING).exists():
        changed = [name for name in WORDS if old[name] != new[name]]
        issuing.log(
            issue,
            "edit",
            by=by,
            now=now,
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        )


def _rows(issue: Issue, pieces: Iterable[Piece]) -> list[Block]:
    def row(position: int, piece: Piece) -> Block:
        values: dict[str, Any] = asdict(piece)
        return Block(
            issue=issue,
            position=position,
            article_id=values.pop("article"),
            image_id=values.pop("image"),
            **values,
        )

    return [row(position, piece) for position, piece in enumerate(pieces)]


def _check(by: AbstractBaseUser | None, permission: str) -> None:
    if by is not None and not by.has_perm(permission):
        raise PermissionDenied(_("You may not do this with an issue."))
