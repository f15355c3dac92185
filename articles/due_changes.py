"""Scheduled changes whose minute has come and that no worker has written yet: what lists of stories make of them.

A list has to do more than a story's own page (articles.scheduling.as_readers_see): a change may move its story to
another section, tag or author. Whether there is any comes with a query that each page makes anyway
(`Article.objects.clock`, `for_page`); usually there is none, and the lists are asked for as if there never were.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from articles.models import Article, ArticleQuerySet, Line
from articles.scheduling import all_as_readers_see


@dataclass(frozen=True)
class DueChanges:
    """Live stories as readers have them since their minute, by id; empty when nothing is due."""

    stories: dict[int, Article] = field(default_factory=dict)

    def over(self, stories: Iterable[Article]) -> list[Article]:
        """The same stories, those with a due change as it has them."""
        return [self.stories.get(story.pk, story) for story in stories]

    def over_lines(self, lines: Iterable[Line]) -> list[Line]:
        """The same, of lines."""
        return [self.stories[line.pk].line if line.pk in self.stories else line for line in lines]

    def into(self, stories: ArticleQuerySet, belongs: Callable[[Article], bool]) -> ArticleQuerySet:
        """A list's stories, by their due texts where they have one: without those that no longer belong there, with
        those that do. `stories` is not sliced yet.
        """
        if not self.stories:
            return stories
        mine = [pk for pk, story in self.stories.items() if belongs(story)]
        return stories.exclude(pk__in=list(self.stories)) | Article.objects.filter(pk__in=mine)


NONE_DUE = DueChanges()


def due_changes(now: dt.datetime) -> DueChanges:
    """The changes of all editions that are due at `now`, in nine queries at most; in one when there are none."""
    stories = Article.objects.published(now).changes_due(now).select_related("head", "section")
    return DueChanges({story.pk: story for story in all_as_readers_see(stories)})
