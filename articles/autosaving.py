"""The verbs of autosaving a story that was never saved: its first autosave makes the draft, once.

The browser makes up a random key when it opens an empty form, and sends it with every autosave and with the save
itself. The log row of the draft's creation holds the key, and whoever wants to create takes the writer's row first: of
two requests with one key the second finds the draft of the first, also after the server was killed in between.
"""

import datetime as dt
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles import contents, revising
from articles.contents import Content
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, LogEntry, Section
from articles.permissions import permitted
from newsportal.core.fields import validate_slug

# Fields of which one has to say something before a form that was merely opened becomes a draft.
WORDS = ("kicker", "headline", "standfirst", "dateline", "body", "byline_code", "agency", "lead_alt", "lead_caption")
# How long a browser may keep a form's key and come back with it.
KEPT = dt.timedelta(days=30)


@transaction.atomic
def begin(content: Content, *, key: str, by: Any, now: dt.datetime) -> Article | None:
    """The draft of the form `key`, made from `content` if it is not there yet; None while nothing is written.

    What its row cannot hold (a bad slug, a headline that is too long) is cut there; autosaving keeps it whole.
    """
    known = begun(key, by=by, now=now)
    if known is not None or not any(content.get(name) for name in WORDS):
        return known
    if not permitted(by, "add_article"):
        raise NotAllowed(_("You may not write stories: ask an editor."))
    return revising.create(presentable(content, by=by), by=by, now=now, form=key)


def begun(key: str, *, by: Any, now: dt.datetime) -> Article | None:
    """The draft that this form of theirs has become. Until the transaction ends, none of their requests begins one."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)
    if not key:
        return None
    entries = LogEntry.objects.filter(by=by, action="create", at__gt=now - KEPT, new__form=key, article__isnull=False)
    entry = entries.select_related("article").first()
    return entry.article if entry else None


def blank() -> Content:
    """The text of an empty form."""
    plain = {name: Article._meta.get_field(name).get_default() for name in contents.PLAIN}
    return plain | dict.fromkeys(contents.REFERENCES) | {"contributors": [], "tags": []}


def presentable(content: Content, *, by: Any) -> Content:
    """`content` as a row can hold it: with a headline and a section, its lines cut to their columns."""
    fit = dict(content)
    for name in contents.PLAIN:
        longest = Article._meta.get_field(name).max_length
        if longest and isinstance(fit[name], str):
            fit[name] = fit[name][:longest]
    try:
        validate_slug(fit["slug"] or "story")
    except ValidationError:
        fit["slug"] = ""
    fit["headline"] = fit["headline"].strip() or _("Untitled story")
    section = _section(content, by)
    return fit | {"section": {"id": section.pk, "name": str(section)}}


def _section(content: Content, by: Any) -> Section:
    """The chosen section, or the first of the edition in which this person may write."""
    places = Section.objects.filter(language=content["language"]).order_by("path")
    chosen = (content.get("section") or {}).get("id")
    for section in sorted(places, key=lambda place: place.pk != chosen):
        if permitted(by, "change_article", Article(section=section)):
            return section
    raise NewsroomError(_("There is no section in this edition that you may write for: ask the chief editor."))
