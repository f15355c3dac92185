"""What stands in each place of a front page that is being arranged: the pinned story, or what fills it by itself."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from articles.arranging import may_arrange, places_of, rows_of
from articles.due_changes import due_changes
from articles.fronting import front_page
from articles.models import Article, FrontRow, FrontSlot, Place, Section
from articles.states import Area
from newsportal.core.text import localise_digits


@dataclass
class Stand:
    """A place, its name, the pin on it, and the story that readers would see there at the minute in question."""

    place: Place
    name: str
    slot: FrontSlot | None
    story: Article | None
    # The form of the pin, where the place is shown in one.
    form: Any = None

    @property
    def key(self) -> str:
        return self.place.key

    @property
    def number(self) -> str:
        """The id of the story that is pinned, or that stands here by itself; "" for none."""
        if self.form is not None:
            return self.form["story"].value()
        return str(self.story.pk) if self.story else ""

    @property
    def headline(self) -> str:
        """What the story of `number` is called; "" for one that cannot be pinned, or none."""
        story = self.slot.article if self.slot else self.story
        return story.headline if story else ""

    @property
    def waits(self) -> bool:
        """Whether it is pinned and something else stands there at that minute: a story that is not out, or no more."""
        return self.slot is not None and (self.story is None or self.story.pk != self.slot.article_id)


@dataclass
class Stands:
    """The places of one part of the page, in order; `section` is None for lead and seconds. One without `has_row` is
    not on the page.
    """

    section: Section | None
    is_open: bool
    has_row: bool = True
    places: list[Stand] = field(default_factory=list)


def stands_of(
    language: str, at: dt.datetime, slots: list[FrontSlot], order: list[FrontRow], *, user: Any
) -> list[Stands]:
    """The parts of an edition's front page with what stands in them at `at` under an arrangement. `is_open` says
    whether `user` may arrange the part.
    """
    front = front_page(language, at, due_changes(at), slots, order)
    rows = rows_of(language, order)
    has_row = {section.pk: there for section, there in rows}
    pinned = {slot.place: slot for slot in slots}
    held = {slot.article_id for slot in slots if slot.holds(at)}
    stories: dict[int | None, list[Article]] = {row.section.pk: row.stories for row in front.rows}
    stories[None] = [story for story in (front.lead, *front.seconds) if story]
    rest = {pk: iter([story for story in row if story.pk not in held]) for pk, row in stories.items()}
    parts: list[Stands] = []
    for place, section in places_of(language, rows):
        if not parts or parts[-1].section != section:
            there = section is None or has_row[section.pk]
            parts.append(Stands(section, may_arrange(user, section), there))
        slot = pinned.get(place)
        pk = section.pk if section else None
        shown = slot.article if slot and slot.holds(at) else next(rest.get(pk, iter(())), None)
        parts[-1].places.append(Stand(place, _name(place, section), slot, shown))
    return parts


def _name(place: Place, section: Section | None) -> str:
    if place.area == Area.LEAD:
        return _("Lead")
    where = section.name if section else _("Beside the lead")
    return f"{where} {localise_digits(place.position)}"
