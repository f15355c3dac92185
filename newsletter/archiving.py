"""What the web shows of issues that went out."""

import datetime as dt
from typing import Any

from newsletter.composing.pieces import Mail, pieces
from newsletter.models import Issue
from newsletter.states import BlockKind
from newsportal.core.text import excerpt


def pieces_of(issue: Issue, *, now: dt.datetime) -> list[dict[str, Any]]:
    """The pieces of an issue as `newsletter.composing.pieces` makes them, with each one's `row`; no query after
    `IssueQuerySet.with_blocks`. Adverts are left out: they were for the readers of that day.
    """
    rows = {block.pk: block for block in issue.blocks.all()}
    made = pieces(rows.values(), Mail(now=now, pictures=True, link=str))
    return [{**piece, "row": rows[piece["block"]]} for piece in made if piece["kind"] != BlockKind.ADVERT]


def summary(issue: Issue, *, now: dt.datetime) -> str:
    """An issue in a few lines, for feeds: its preheader, or its first headlines."""
    headlines = [piece["headline"] for piece in pieces_of(issue, now=now) if piece["kind"] == BlockKind.STORY]
    return issue.preheader or excerpt(" · ".join(headlines[:5]), 300)
