"""An issue as a mail: subject, HTML and plain text, with placeholders for what is each reader's own.

Made once an issue; what is frozen of it goes to every reader (newsletter.delivery). HTML and text are two templates
over the same pieces (newsletter.composing.pieces).
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from css_inline import CSSInliner
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from newsletter import links, placeholders
from newsletter.clicking import canary, tracked
from newsletter.composing import colours
from newsletter.composing.pieces import Mail, full_pieces, is_left_out
from newsletter.composing.wrapping import wrap_markup, wrap_text
from newsletter.models import Block, Issue
from newsletter.states import BlockKind, ListKind
from newsportal.core.identity import site
from newsportal.core.text import clean_line, excerpt

PREHEADER = 120
# No file and no host is asked for anything; what the dark scheme says stays in its @media.
_INLINER = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
_INDENT = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{2,}")
# Read by the inliner, of no use to a mail program afterwards.
_CLASSES = re.compile(r' class="([^"]*)"')
_USED = re.compile(r"\.([a-z][a-z-]*)")


@dataclass(frozen=True)
class Rendered:
    """An issue as readers get it. `subject_b` is "" without a second subject; `left_out` are stories not shown now."""

    subject: str
    subject_b: str
    preheader: str
    html: str
    text: str
    left_out: tuple[Block, ...] = ()

    @property
    def octets(self) -> int:
        """Size of the HTML, which is what Gmail clips."""
        return len(self.html.encode())


def render(issue: Issue, *, now: dt.datetime, blocks: Sequence[Block] | None = None, counted: bool = True) -> Rendered:
    """The issue as it would go out at `now`, in its own language. Three queries at most, seven with whole stories.

    `blocks` are others than those that are stored, for a preview; not `counted`, links lead where they lead at once.

    Stories that readers may not see at `now` are left out. The two addresses that are each reader's own stand as
    `newsletter.placeholders` has them.
    """
    newsletter = issue.newsletter
    blocks = list(issue.blocks.with_contents()) if blocks is None else list(blocks)
    link = partial(tracked, issue) if counted else str
    with translation.override(newsletter.language):
        parts = full_pieces(blocks, Mail(now=now, pictures=newsletter.show_pictures, link=link))
        preheader = clean_line(issue.preheader) or _preheader(issue, parts)
        context = {
            "issue": issue,
            "newsletter": newsletter,
            "site": site(newsletter.language),
            "SITE_URL": settings.SITE_URL,
            "LANGUAGE_CODE": newsletter.language,
            "pieces": parts,
            "preheader": preheader,
            "day": max(issue.send_at or now, now),
            "is_alert": issue.kind == ListKind.ALERT,
            "issue_url": links.issue_url(issue),
            "unsubscribe_url": placeholders.UNSUBSCRIBE_URL,
            "preferences_url": placeholders.PREFERENCES_URL,
            "canary": canary(issue) if counted else "",
            "colours": _colours(newsletter.accent),
        }
        html = get_template("newsletter/email/issue.html").render(context)
        text = get_template("newsletter/email/issue.txt").render(context)
    return Rendered(
        subject=clean_line(issue.subject),
        subject_b=clean_line(issue.subject_b),
        preheader=preheader,
        html=wrap_markup(_slim(_INLINER.inline(html))),
        text=wrap_text(text),
        left_out=tuple(block for block in blocks if is_left_out(block, now)),
    )


def _preheader(issue: Issue, parts: list[dict[str, Any]]) -> str:
    """Where nobody wrote one: the first headlines that the subject does not say already."""
    headlines = [part["headline"] for part in parts if part["kind"] == BlockKind.STORY]
    return excerpt(" · ".join(line for line in headlines[:4] if line != issue.subject), PREHEADER)


def _colours(accent: str) -> dict[str, str]:
    return {
        **{name.lower(): getattr(colours, name) for name in ("PAPER", "INK", "MUTED", "RULE")},
        **{f"dark_{name.lower()}": getattr(colours, f"DARK_{name}") for name in ("PAPER", "INK", "MUTED", "RULE")},
        "accent": colours.readable(accent, colours.PAPER),
        "dark_accent": colours.readable(accent, colours.DARK_PAPER),
    }


def _slim(html: str) -> str:
    """Without the template's indentation, and without the classes that no rule names any more."""
    html = _EMPTY_LINES.sub("\n", _INDENT.sub("", html))
    kept = {name for style in re.findall(r"<style>(.*?)</style>", html, re.DOTALL) for name in _USED.findall(style)}

    def used(found: re.Match[str]) -> str:
        names = [name for name in found[1].split() if name in kept]
        return f' class="{" ".join(names)}"' if names else ""

    return _CLASSES.sub(used, html)
