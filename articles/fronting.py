"""The front page: what stands where at a given minute."""

import datetime as dt
from dataclasses import dataclass, field

from articles.due_changes import DueChanges
from articles.models import Article, Section
from articles.states import StoryType, Weight

SECONDS, LATEST, ROW, COMMENTARY = 3, 8, 5, 4
# A story asks for the top only while it is news; without any so young, the newest take its place.
LEAD_HOURS = 36
_TOP_CANDIDATES = 40


@dataclass
class Row:
    """One section's row."""

    section: Section
    stories: list[Article] = field(default_factory=list)


@dataclass
class Front:
    """The front page of one edition at one minute. No story stands twice, but `latest` lists all."""

    lead: Article | None
    seconds: list[Article]
    latest: list[Article]
    commentary: list[Article]
    rows: list[Row]


def front_page(language: str, now: dt.datetime, due: DueChanges) -> Front:
    """Fills the front page by weight and time, in six queries whatever the size of the archive.

    `due` are the changes of `now` that are not written yet; they stand where their texts put them.
    """
    live = due.into(Article.objects.published(now).in_edition(language), lambda story: story.language == language)
    newest = due.over(live.for_cards().newest_first()[:_TOP_CANDIDATES])
    top = _top(newest, now)
    used = {story.pk for story in top}
    commentary = [s for s in _commentary(language, now, due) if s.pk not in used][:COMMENTARY]
    used |= {story.pk for story in commentary}
    rows = _rows(language, now, used, due)
    return Front(
        lead=top[0] if top else None, seconds=top[1:], latest=newest[:LATEST], commentary=commentary, rows=rows
    )


def _top(newest: list[Article], now: dt.datetime) -> list[Article]:
    """Lead and seconds: the heaviest of the young, then the newest; opinion never leads by age alone."""
    young = now - dt.timedelta(hours=LEAD_HOURS)

    def rank(story: Article) -> tuple[int, int, float]:
        weight = story.weight if story.publish_at and story.publish_at >= young else Weight.ORDINARY
        return -weight, int(story.is_commentary), -story.publish_at.timestamp() if story.publish_at else 0.0

    return sorted(newest, key=rank)[: SECONDS + 1]


def _commentary(language: str, now: dt.datetime, due: DueChanges) -> list[Article]:
    stories = Article.objects.published(now).in_edition(language).of_type(StoryType.OPINION)
    stories = due.into(stories, lambda story: story.language == language and story.is_commentary)
    cards = stories.for_cards().with_bylines().newest_first()
    return due.over(cards[: COMMENTARY + SECONDS + 1])


def _rows(language: str, now: dt.datetime, used: set[int], due: DueChanges) -> list[Row]:
    """A row for each top section with stories left: newest first, those of the sections below included."""
    sections = list(Section.objects.in_edition(language))
    tops = [section for section in sections if section.parent_id is None]
    families = {top.pk: [s.pk for s in sections if s.path.split("/")[0] == top.path] for top in tops}
    settled = due.into(Article.objects.published(now), lambda story: False)
    stories = list(settled.newest_of_each(families.values(), ROW + len(used)).for_cards())
    stories += [story for story in due.stories.values() if story.language == language]
    stories.sort(key=lambda story: (story.publish_at, story.pk), reverse=True)
    rows = {top.pk: Row(top) for top in tops}
    top_of = {pk: top for top, family in families.items() for pk in family}
    for story in stories:
        row = rows[top_of[story.section_id]]
        if story.pk not in used and len(row.stories) < ROW:
            row.stories.append(story)
    return [row for row in rows.values() if row.stories]
