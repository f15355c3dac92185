"""What the newsroom calls things: the state of a story with its minute, and what a move will do."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from articles.models import Article
from articles.states import State
from newsportal.core.text import format_day, format_day_of_year, format_time


def minute(moment: dt.datetime) -> str:
    """A moment as an editor says it: "today 18:00", "tomorrow 06:30", "3 December, 18:00", with the year if another."""
    then, today = timezone.localtime(moment).date(), timezone.localdate()
    days = (then - today).days
    if days == 0:
        return gettext("today %s") % format_time(moment)
    if days == 1:
        return gettext("tomorrow %s") % format_time(moment)
    if days == -1:
        return gettext("yesterday %s") % format_time(moment)
    day = format_day_of_year(moment) if then.year == today.year else format_day(moment)
    return f"{day}, {format_time(moment)}"


def person(user: Any) -> str:
    """Somebody's name as the newsroom says it; "" for nobody."""
    return (user.get_full_name() or user.get_username()) if user else ""


def status_of(article: Article, now: dt.datetime | None = None) -> tuple[str, str]:
    """What the newsroom calls the story's state now, with its minute: (words, the end of a CSS class)."""
    now = now or timezone.now()
    if article.state != State.PUBLISHED:
        return str(State(article.state).label), article.state.replace("_", "-")
    if article.is_scheduled and article.embargo_until and article.embargo_until > now:
        return gettext("Embargoed, goes live %s") % minute(article.appears_at), "scheduled"
    if article.is_scheduled:
        return gettext("Goes live %s") % minute(article.appears_at), "scheduled"
    if article.is_gone(now):
        return gettext("Taken down %s") % minute(article.unpublish_at), "withdrawn"
    return gettext("Published %s") % minute(article.publish_at), "published"


def changes_of(article: Article, now: dt.datetime | None = None) -> str:
    """What the newsroom calls the state of changes that readers do not have yet; "" for a story without any."""
    if not article.has_changes or (article.change_at and article.change_at <= (now or timezone.now())):
        return ""
    if article.change_at:
        return gettext("changes go live %s") % minute(article.change_at)
    return gettext("changes: %s") % State(article.change_state or State.DRAFT).label


def words_of(article: Article) -> str:
    """The state of the story and of its changes in a line."""
    return ", ".join(part for part in (status_of(article)[0], changes_of(article)) if part)


def badge(article: Article) -> SafeString:
    """The state as a badge; a second one for changes that readers do not have yet."""
    words, kind = status_of(article)
    shown = format_html('<span class="state state-{}">{}</span>', kind, words)
    changes = changes_of(article)
    if not changes:
        return shown
    return format_html('{} <span class="state state-changes">{}</span>', shown, changes)


def consequence(article: Article, move: str, now: dt.datetime | None = None) -> str:
    """What will happen when the move is made, in a sentence."""
    now = now or timezone.now()
    if move == "publish":
        times = [time for time in (article.publish_at, article.embargo_until) if time and time > now]
        if times:
            return gettext("The story goes live %s, by itself.") % minute(max(times))
        return gettext("The story goes live at once.")
    if move == "update" and article.change_at:
        return gettext("Readers get the new text %s, by itself. Empty the time for at once.") % minute(
            article.change_at
        )
    if move == "update":
        return gettext("Readers get the new text at once, or at the minute that you give here.")
    sentences = {
        "withdraw": gettext(
            "The story disappears from every page at once. Its address answers with a page that says it was "
            "withdrawn, and gives the reason you write here."
        ),
        "send_back": gettext("The story goes back to its writer, with your note."),
        "override_embargo": gettext("The embargo is lifted now. Your reason is logged."),
        "discard": gettext("The unpublished changes are let go; they stay among the revisions."),
        "archive": gettext("The story leaves the newsroom's lists. It can be reopened."),
        "reopen": gettext("The story is a draft again, and stands in the newsroom's lists."),
    }
    return sentences.get(move, "")
