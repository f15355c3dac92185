"""Issues on the pages of the newsroom."""

import datetime as dt
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from newsletter.admin.issues.forms import BlockForm
from newsletter.admin.issues.moves import PAGES
from newsletter.admin.issues.wording import badge
from newsletter.desk import Progress
from newsletter.models import Issue, IssueLogEntry
from newsletter.states import BlockKind, IssueState

register = template.Library()

# The fields of each kind of block, in their order.
FIELDS = {
    BlockKind.STORY: ("heading", "text", "is_lead", "is_whole"),
    BlockKind.HEADING: ("heading", "url"),
    BlockKind.TEXT: ("heading", "text"),
    BlockKind.QUOTE: ("text", "source", "url"),
    BlockKind.PICTURE: ("image", "text", "url"),
    BlockKind.ADVERT: ("source", "heading", "text", "image", "url"),
}
ACTS = {
    "create": gettext_lazy("begun"),
    "edit": gettext_lazy("written"),
    "approve": gettext_lazy("approved"),
    "reopen": gettext_lazy("taken back to the desk"),
    "schedule": gettext_lazy("scheduled"),
    "hold": gettext_lazy("held back"),
    "prepare": gettext_lazy("being prepared"),
    "start": gettext_lazy("sending began"),
    "pause": gettext_lazy("paused"),
    "resume": gettext_lazy("gone on with"),
    "cancel": gettext_lazy("cancelled"),
    "finish": gettext_lazy("all sent"),
    "send_rest": gettext_lazy("sent to the rest"),
    "resend_uncertain": gettext_lazy("sent again what was not known"),
    "leave_out": gettext_lazy("stories left out"),
    "resend_failed": gettext_lazy("sent again what was refused"),
    "test": gettext_lazy("test mail sent"),
}


@register.inclusion_tag("newsletter/_issue_progress.html")
def issue_progress(progress: Progress, now: dt.datetime) -> dict[str, Any]:
    """How far a sending is: a bar, numbers, and when it ends."""
    return {"progress": progress, "now": now}


@register.inclusion_tag("newsletter/_story_card.html")
def story_card(story: Article, now: dt.datetime) -> dict[str, Any]:
    """A story in a line or two: its headline, its section, its minute, and whether readers see it."""
    return {"story": story, "now": now, "is_shown": story.is_live(now)}


@register.simple_tag
def issue_badge(issue: Issue) -> SafeString:
    """The state of an issue with its minute."""
    return badge(issue)


@register.simple_tag
def issue_block(form: BlockForm) -> dict[str, Any]:
    """A block's form as its part of the composer shows it."""
    kind = BlockKind(form.kind) if form.kind in BlockKind.values else BlockKind.TEXT
    fields = [form[name] for name in FIELDS[kind]]
    name = form.story.headline if form.story else form["heading"].value() or kind.label
    return {
        "kind": kind.value,
        "number": form.prefix.rpartition("-")[2],
        "label": kind.label,
        "name": name,
        "kind_field": form["kind"],
        "article": form["article"],
        "place": form["place"],
        "story": form.story,
        "fields": fields,
        "more": kind == BlockKind.STORY,
        "is_open": any(field.errors or field.value() for field in fields),
        "errors_above": form.non_field_errors(),
    }


@register.simple_tag
def move_label(move: str, issue: Issue) -> str:
    """What the button of a move says."""
    if move == "schedule" and issue.state == IssueState.HELD:
        return _("Send it all the same…")
    return f"{PAGES[move].title}…" if move != "schedule" else _("Send…")


@register.filter
def issue_act(entry: IssueLogEntry) -> str:
    """What was done, in words."""
    return str(ACTS.get(entry.action, entry.action))
