"""The front page: what stands where at a given minute."""

import datetime as dt
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from articles.due_changes import DueChanges
from articles.models import Article, FrontRow, FrontSlot, Place, Section
from articles.states import Area, StoryType, Weight

SECONDS, LATEST, ROW, COMMENTARY = 3, 8, 5, 4
TOP = (Place(Area.LEAD, None, 1), *(Place(Area.SECOND, None, number) for number in range(1, SECONDS + 1)))
# A story asks for the top only while it is news; without any so young, the newest take its place.
LEAD_HOURS = 36
_TOP_CANDIDATES = 40
Held = dict[Place, Article]


@dataclass
class Row:
    """One section's row; the first `kept` of its stories have to be shown, because editors pinned one so far down."""

    section: Section
    stories: list[Article] = field(default_factory=list)
    kept: int = 0


@dataclass
class Front:
    """The front page of one edition at one minute. No story stands twice, but `latest` lists all.

    `next_change` is when the next pin ends; None when none does.
    """

    lead: Article | None
    seconds: list[Article]
    latest: list[Article]
    commentary: list[Article]
    rows: list[Row]
    next_change: dt.datetime | None = None


def front_page(
    language: str,
    now: dt.datetime,
    due: DueChanges,
    slots: Iterable[FrontSlot] | None = None,
    order: Iterable[FrontRow] | None = None,
) -> Front:
    """The front page as editors arranged it, the rest by weight and time, in seven queries whatever there is.

    `due` are the changes of `now` that are not written yet; they stand where their texts put them. `slots` (with their
    stories) and `order` are those of an arrangement that is not published; None is what readers have.
    """
    slots = list(FrontSlot.objects.current(language) if slots is None else slots)
    sections, order = _sections(language, order)
    without = {row.section_id for row in order if not row.is_shown}
    held = _held([slot for slot in slots if slot.section_id not in without], language, now, due)
    pinned = {story.pk for story in held.values()}
    live = due.into(Article.objects.published(now).in_edition(language), lambda story: story.language == language)
    newest = due.over(live.for_cards().newest_first()[: _TOP_CANDIDATES + len(pinned)])
    top = _fill(TOP, held, _ranked([story for story in newest if story.pk not in pinned], now))
    used = pinned | {story.pk for story in top}
    commentary = [s for s in _commentary(language, now, used, due) if s.pk not in used][:COMMENTARY]
    used |= {story.pk for story in commentary}
    return Front(
        lead=top[0] if top else None,
        seconds=top[1:],
        latest=newest[:LATEST],
        commentary=commentary,
        rows=_rows(sections, now, held, used, due, order),
        next_change=min((slot.until for slot in slots if slot.until and not slot.has_ended(now)), default=None),
    )


def row_places(section: Section) -> list[Place]:
    """The places of a section's row."""
    return [Place(Area.ROW, section.pk, number) for number in range(1, ROW + 1)]


def _sections(language: str, order: Iterable[FrontRow] | None) -> tuple[list[Section], list[FrontRow]]:
    """All sections of an edition, and its rows, in one query: `order`, or those that readers have."""
    sections = Section.objects.in_edition(language)
    if order is not None:
        return list(sections), list(order)
    said = FrontRow.objects.current(language).filter(section=OuterRef("pk"))
    place, is_shown = (Subquery(said.values(name)[:1]) for name in ("position", "is_shown"))
    found = list(sections.annotate(row_place=place, has_row=is_shown))
    rows = [
        FrontRow(section_id=section.pk, position=section.row_place, is_shown=section.has_row)
        for section in found
        if section.row_place is not None
    ]
    return found, sorted(rows, key=lambda row: row.position)


def in_order(tops: Iterable[Section], order: Iterable[FrontRow]) -> list[tuple[Section, bool]]:
    """The top sections in the order of their rows, each with whether it has one."""
    said = {row.section_id: (place, row.is_shown) for place, row in enumerate(order)}
    last = (len(said), True)
    ordered = sorted(tops, key=lambda top: said.get(top.pk, last)[0])
    return [(top, said.get(top.pk, last)[1]) for top in ordered]


def _held(slots: list[FrontSlot], language: str, now: dt.datetime, due: DueChanges) -> Held:
    """The pinned stories that stand in their places now, with the words that they have there."""
    held: Held = {}
    for slot in slots:
        story = due.stories.get(slot.article_id, slot.article)
        if not slot.holds(now) or story.language != language:
            continue
        if slot.kicker or slot.headline:
            story = copy(story)
            story.kicker, story.headline = slot.kicker or story.kicker, slot.headline or story.headline
        held[slot.place] = story
    return held


def _fill(places: Iterable[Place], held: Held, others: list[Article]) -> list[Article]:
    """The stories of some places in order: the pinned one, else the next of the others. Places left over close up."""
    rest = iter(others)
    return [story for place in places if (story := held.get(place) or next(rest, None)) is not None]


def _ranked(newest: list[Article], now: dt.datetime) -> list[Article]:
    """For lead and seconds: the heaviest of the young, then the newest; opinion never leads by age alone."""
    young = now - dt.timedelta(hours=LEAD_HOURS)

    def rank(story: Article) -> tuple[int, int, float]:
        weight = story.weight if story.publish_at and story.publish_at >= young else Weight.ORDINARY
        return -weight, int(story.is_commentary), -story.publish_at.timestamp() if story.publish_at else 0.0

    return sorted(newest, key=rank)


def _commentary(language: str, now: dt.datetime, used: set[int], due: DueChanges) -> list[Article]:
    stories = Article.objects.published(now).in_edition(language).of_type(StoryType.OPINION).exclude(pk__in=used)
    stories = due.into(stories, lambda story: story.language == language and story.is_commentary)
    cards = stories.for_cards().with_bylines().newest_first()
    return due.over(cards[: COMMENTARY + len(due.stories)])


def _rows(
    sections: list[Section], now: dt.datetime, held: Held, used: set[int], due: DueChanges, order: list[FrontRow]
) -> list[Row]:
    """A row for each top section with stories left: the pinned ones in their places, then the newest, those of the
    sections below included. In the order of the arrangement, without those that are to have none.
    """
    tops = [top for top, has_row in in_order([s for s in sections if s.parent_id is None], order) if has_row]
    families = {top.pk: [s.pk for s in sections if s.path.split("/")[0] == top.path] for top in tops}
    settled = due.into(Article.objects.published(now).exclude(pk__in=used), lambda story: False)
    stories = list(settled.newest_of_each(families.values(), ROW).for_cards())
    stories += [story for story in due.stories.values() if story.pk not in used]
    stories.sort(key=lambda story: (story.publish_at, story.pk), reverse=True)
    top_of = {pk: top for top, family in families.items() for pk in family}
    left: dict[int, list[Article]] = {top.pk: [] for top in tops}
    for story in stories:
        if story.section_id in top_of:
            left[top_of[story.section_id]].append(story)
    rows = [Row(top, _fill(row_places(top), held, left[top.pk])) for top in tops]
    pinned = {story.pk for place, story in held.items() if place.area == Area.ROW}
    for row in rows:
        row.kept = max((number for number, story in enumerate(row.stories, 1) if story.pk in pinned), default=0)
    return [row for row in rows if row.stories]
