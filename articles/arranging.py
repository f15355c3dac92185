"""The verbs of the front page's arrangement: publish one, or bring an older one back. Each makes a new version."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import page_tags
from articles.announcing import log
from articles.exceptions import NewsroomError, NotAllowed
from articles.fronting import TOP, in_order, row_places
from articles.models import Article, FrontArrangement, FrontRow, FrontSlot, Place, Section
from articles.permissions import beat_of, permitted
from articles.states import Area, State
from newsportal.core.page_cache.purging import purge

VERSIONS_SHOWN = 12
# What one version says of a place, for comparing two.
_Said = tuple[int, str, str, str]


class StaleFront(NewsroomError):
    """Somebody has arranged the front page since the form was opened; nothing was published. `newest` is theirs."""

    def __init__(self, newest: FrontArrangement) -> None:
        super().__init__(_("Somebody has arranged this front page since you opened it. Nothing was overwritten."))
        self.newest = newest


@transaction.atomic
def arrange(
    language: str,
    slots: Iterable[FrontSlot],
    *,
    base: int,
    by: Any,
    now: dt.datetime | None = None,
    order: Iterable[FrontRow] | None = None,
) -> FrontArrangement | None:
    """Gives readers an arrangement: `slots` are its pinned stories, unsaved; all other places fill themselves. `order`
    are its rows, unsaved, the first first; None leaves them as they are.

    `base` is the number of the version that it was made from, 0 for none. Returns the newest version, which is the old
    one (None where there is none) when nothing differs. Pins that have ended are let go.
    """
    now = now or timezone.now()
    slots = [slot for slot in slots if not slot.has_ended(now)]
    rows = list(FrontRow.objects.current(language) if order is None else order)
    return _publish(language, slots, rows, "arrange_front", base=base, by=by, now=now)


@transaction.atomic
def restore(
    version: FrontArrangement, *, base: int, by: Any, now: dt.datetime | None = None
) -> FrontArrangement | None:
    """Brings an older version back, as a new one; undoing is restoring the last but one. As `arrange` otherwise.

    Pins that cannot hold any more stay away.
    """
    now = now or timezone.now()
    slots = lasting(version.slots.with_cards(), version.language, now)
    for slot in slots:
        slot.pk = None
    rows = list(version.rows.all())
    return _publish(version.language, slots, rows, "restore_front", base=base, by=by, now=now, restores=version.number)


def newest(language: str) -> FrontArrangement | None:
    """The version that readers have."""
    return versions(language).first()


def versions(language: str) -> QuerySet[FrontArrangement]:
    """An edition's versions, newest first, with those who made them."""
    return FrontArrangement.objects.filter(language=language).select_related("by").order_by("-number")


def rows_of(language: str, order: Iterable[FrontRow]) -> list[tuple[Section, bool]]:
    """The sections that an edition's front page may have rows of, in the order of an arrangement, each with whether it
    has one there.
    """
    return in_order(Section.objects.in_edition(language).top_level(), order)


def places_of(language: str, rows: Iterable[tuple[Section, bool]] | None = None) -> list[tuple[Place, Section | None]]:
    """Every place of an edition’s front page that can be pinned, the most important first, with its row’s section. With
    `rows` (rows_of) in their order; sections that have none there have places all the same, which wait.
    """
    tops = [section for section, _has_row in (rows_of(language, []) if rows is None else rows)]
    return [(place, None) for place in TOP] + [(place, section) for section in tops for place in row_places(section)]


def lasting(slots: Iterable[FrontSlot], language: str, now: dt.datetime) -> list[FrontSlot]:
    """Those of an edition's pins that can still hold: not ended, in a place that is there, of a story that may stand
    there now or from its minute on. What is gone of the others is nobody's to keep, nor to take away.
    """
    places = {place for place, _section in places_of(language)}
    return [
        slot
        for slot in slots
        if not slot.has_ended(now) and slot.place in places and not _unfit(slot.article, language)
    ]


def may_arrange(user: Any, section: Section | None = None) -> bool:
    """Whether `user` may pin in the row of a section; None is what stands above all rows.

    Who has a beat arranges the rows of its sections and nothing else.
    """
    if not permitted(user, "arrange_front"):
        return False
    beat = [] if user is None or user.is_superuser else beat_of(user)
    return not beat or (section is not None and (section.language, section.path) in beat)


def _publish(
    language: str,
    slots: list[FrontSlot],
    order: list[FrontRow],
    action: str,
    *,
    base: int,
    by: Any,
    now: dt.datetime,
    restores: int | None = None,
) -> FrontArrangement | None:
    if not permitted(by, "arrange_front"):
        raise NotAllowed(_("You may not arrange the front page: ask an editor."))
    last = FrontArrangement.objects.select_for_update().filter(language=language).order_by("-number").first()
    if last is not None and last.number != base:
        raise StaleFront(last)
    before = lasting(FrontSlot.objects.current(language), language, now)
    rows, rows_before = rows_of(language, order), rows_of(language, FrontRow.objects.current(language))
    if (_said(slots), rows) == (_said(before), rows_before):
        return last
    _check(language, slots, before, by=by)
    if rows != rows_before and not may_arrange(by):
        raise NotAllowed(_("You may only arrange the rows of your sections: ask an editor to put them in order."))
    version = _next(language, last, by=by, at=now, restores=restores)
    for slot in slots:
        slot.arrangement = version
    FrontSlot.objects.bulk_create(slots)
    if rows != rows_of(language, []):
        FrontRow.objects.bulk_create(
            FrontRow(arrangement=version, section=section, position=place, is_shown=has_row)
            for place, (section, has_row) in enumerate(rows)
        )
    facts = ({}, {}) if rows == rows_before else ({"rows": _names(rows_before)}, {"rows": _names(rows)})
    number = {"edition": language, "arrangement": version.number} | facts[1]
    old = {"edition": language, "arrangement": last.number if last else None} | facts[0] | _facts(before)
    note = _("from version %(number)s") % {"number": restores} if restores else ""
    log(None, action, by=by, now=now, old=old, new=number | _facts(slots), note=note)
    purge(page_tags.front(language))
    return version


def _next(language: str, last: FrontArrangement | None, **columns: Any) -> FrontArrangement:
    """The next version's row. The first of an edition has none before it to lock: there the number is unique."""
    number = last.number + 1 if last else 1
    try:
        with transaction.atomic():
            return FrontArrangement.objects.create(language=language, number=number, **columns)
    except IntegrityError:
        raise StaleFront(FrontArrangement.objects.get(language=language, number=number)) from None


def _check(language: str, slots: list[FrontSlot], before: list[FrontSlot], *, by: Any) -> None:
    places = dict(places_of(language))
    if any(slot.place not in places for slot in slots) or len({slot.place for slot in slots}) < len(slots):
        raise NewsroomError(_("The front page has no such place any more: load it anew."))
    if len({slot.article_id for slot in slots}) < len(slots):
        raise NewsroomError(_("A story stands only once on a front page."))
    for slot in slots:
        refuse_unfit(slot.article, language)
    now_there, was_there = _said(slots), _said(before)
    for place in {*now_there, *was_there}:
        if now_there.get(place) != was_there.get(place) and not may_arrange(by, places.get(place)):
            raise NotAllowed(_("You may only arrange the rows of your sections: ask an editor for the others."))


def refuse_unfit(article: Article, language: str) -> None:
    """Raises NewsroomError for a story that cannot be pinned on an edition's front page. A scheduled one can."""
    if why := _unfit(article, language):
        raise NewsroomError(why)


def _unfit(article: Article, language: str) -> str:
    """Why a story cannot be pinned; "" where it can."""
    if article.language != language:
        return _("“%s” belongs to another edition.") % article.headline
    if article.state != State.PUBLISHED:
        return _("“%s” is not published: publish or schedule it first.") % article.headline
    return ""


def _said(slots: list[FrontSlot]) -> dict[Place, _Said]:
    return {
        slot.place: (slot.article_id, slot.until.isoformat() if slot.until else "", slot.kicker, slot.headline)
        for slot in slots
    }


def _names(rows: list[tuple[Section, bool]]) -> str:
    """What the log says of rows: the sections in their order, those without one in brackets."""
    return ", ".join(section.name if has_row else f"({section.name})" for section, has_row in rows)


def _facts(slots: list[FrontSlot]) -> dict[str, str]:
    """What the log says of an arrangement: each pinned story by the name of its place."""
    sections = Section.objects.in_bulk({slot.section_id for slot in slots if slot.section_id})
    facts = {}
    for slot in slots:
        where = sections[slot.section_id].name if slot.area == Area.ROW else Area(slot.area).value
        place = where if slot.area == Area.LEAD else f"{where} {slot.position}"
        end = f" ({_('until')} {timezone.localtime(slot.until):%Y-%m-%d %H:%M})" if slot.until else ""
        facts[place] = f"{slot.headline or slot.article.headline}{end}"
    return facts
