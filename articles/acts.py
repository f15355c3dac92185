"""What the log's acts are called, and its old → new, in an editor's words."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.comparing import label
from articles.models import Article, LogEntry
from articles.states import State
from newsportal.core.text import format_day, format_time

# By the action of a log row. Whoever logs a new act names it here.
ACTS = {
    "create": _("begun"),
    "edit": _("edited"),
    "restore": _("restored from a revision"),
    "submit": _("sent to review"),
    "send_back": _("sent back"),
    "approve": _("approved"),
    "publish": _("published"),
    "unschedule": _("taken back to draft"),
    "update": _("changes published"),
    "minor_update": _("minor changes published"),
    "schedule_update": _("changes scheduled"),
    "unschedule_update": _("changes no longer scheduled"),
    "discard": _("changes discarded"),
    "withdraw": _("withdrawn"),
    "archive": _("archived"),
    "reopen": _("reopened"),
    "plan": _("times changed"),
    "override_embargo": _("embargo lifted"),
    "import": _("imported"),
    "note": _("note written"),
    "resolve_note": _("note resolved"),
    "reopen_note": _("note reopened"),
    "correct": _("corrected in public"),
    "pin_related": _("related stories pinned"),
    "exclude_related": _("related story excluded"),
    "leave_related": _("related story left to the machine"),
    "link_translation": _("linked with a translation"),
    "unlink_translation": _("taken from its translations"),
    "share_preview": _("preview shared"),
    "revoke_preview": _("preview link revoked"),
    "arrange_front": _("front page arranged"),
    "restore_front": _("front page brought back"),
    "post_update": _("live update written"),
    "change_update": _("live update changed"),
    "remove_update": _("live update taken out"),
    "compile_series": _("series put together"),
    "raise_banner": _("breaking banner put up"),
    "end_banner": _("breaking banner taken down"),
}
NOTHING = "–"
# What a row holds beside the story's columns, and is no news to an editor.
_INNER = frozenset({"fields", "form", "edition", "series", "update"})
_NAMES = {
    "wrong": _("what was wrong"),
    "right": _("what is right"),
    "correction": _("correction"),
    "link": _("link"),
    "translation": _("translation"),
    "others": _("related stories"),
    "revision": _("revision"),
    "expires_at": _("expires"),
    "arrangement": _("version"),
    "text": _("text"),
    "parts": _("parts"),
    "is_key": _("key point"),
    "at": _("time"),
    "until": _("until"),
}


def act_of(action: str) -> str:
    """What was done, in the page's language; an act that has no name yet is shown as it was logged."""
    return str(ACTS.get(action) or action.replace("_", " "))


def subject_of(entry: LogEntry) -> str:
    """What was acted on: a story by its headline, one that is deleted, a series, or the front page of an edition."""
    if entry.article_id is not None:
        return entry.headline or gettext("No headline yet")
    edition = entry.new.get("edition")
    if edition is None:
        return gettext("%s (deleted)") % entry.headline
    if series := entry.new.get("series"):
        return gettext("Series: %(title)s") % {"title": series}
    return gettext("Front page, %(edition)s") % {"edition": dict(settings.LANGUAGES).get(edition, edition)}


def differences(entry: LogEntry) -> list[tuple[str, str, str]]:
    """What an act changed: (name of the field, before, after) for each column of the story that differs."""
    names = [name for name in {**entry.old, **entry.new} if name not in _INNER]
    changed = [name for name in names if (entry.old.get(name) or None) != (entry.new.get(name) or None)]
    return [(_named(name), _said(name, entry.old.get(name)), _said(name, entry.new.get(name))) for name in changed]


def touched(entry: LogEntry) -> str:
    """The parts of the text that an act changed, in a line: "headline, body"."""
    fields: Iterable[str] = entry.new.get("fields") or []
    return ", ".join(str(label(name)) for name in fields)


def _named(name: str) -> str:
    try:
        return str(_NAMES.get(name) or Article._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return name.replace("_", " ")


def _said(name: str, value: Any) -> str:
    if value in (None, False, "", [], {}):
        return NOTHING
    if value is True:
        return str(_("yes"))
    if name.endswith("state") and value in State.values:
        return str(State(value).label)
    moment = _moment(value)
    return f"{format_day(moment)}, {format_time(moment)}" if moment else str(value)


def _moment(value: Any) -> dt.datetime | None:
    try:
        return parse_datetime(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return None


def all_acts() -> list[tuple[str, str]]:
    """Every act by its action, for choosing one."""
    return sorted(((action, str(name)) for action, name in ACTS.items()), key=lambda row: row[1])
