"""Search and scheduled changes that are due: the index has the text from before until a worker has written the new one.

What is due is looked through here, story by story: it is a handful, for seconds, unless every worker stands still.
"""

from dataclasses import replace

from articles.due_changes import DueChanges
from articles.models import Article
from articles.search import Filters, Hit, Results
from articles.search.analysis import terms
from articles.search.highlighting import Marker
from articles.search.queries import Query, parse
from newsportal.core.text import plain


def with_due(
    found: Results, due: DueChanges, text: str, *, language: str | None, filters: Filters, first: bool
) -> Results:
    """A page of hits as readers have the stories now. Stories that match by their due text stand before the others on
    the `first` page, those that no longer match are left out.
    """
    query = parse(text)
    if not due.stories or not query:
        return found
    marker = Marker(frozenset([word.term for word in query.words] + [term for line in query.phrases for term in line]))
    known = [hit for hit in found.hits if hit.article.pk not in due.stories]
    new = [
        Hit(story, marker.marked(story.headline), marker.snippet(story.standfirst, plain(story.body)), 1.0)
        for story in due.stories.values()
        if language in (None, story.language) and _passes(story, filters) and _matches(story, query)
    ]
    gone = len(found.hits) - len(known)
    return replace(found, hits=(new if first else []) + known, number=found.number - gone + len(new))


def _matches(story: Article, query: Query) -> bool:
    """Whether all that is asked for stands in the story, and nothing that is left out; in any place of it."""
    people = [line.own_name for line in story.credits]
    names = [*(tag.name for tag in story.tags.all()), *people, story.byline_code]
    text = [story.kicker, story.headline, story.standfirst, story.dateline, plain(story.body), *names, story.agency]
    line = "\n".join(["", *terms(" ".join(text)), ""])
    wanted = [(word.term,) for word in query.words] + list(query.phrases)
    return all(_has(line, phrase) for phrase in wanted) and not any(_has(line, phrase) for phrase in query.excluded)


def _has(line: str, phrase: tuple[str, ...]) -> bool:
    return "\n".join(["", *phrase, ""]) in line


def _passes(story: Article, filters: Filters) -> bool:
    """The filters that a text decides; by its time a story is found through the index or not at all."""
    of_text = Filters(section=filters.section, author=filters.author, story_type=filters.story_type)
    if replace(filters, language="") != of_text:
        return False
    inside = story.section_id, story.section.parent_id, getattr(story.section.parent, "parent_id", None)
    return (
        filters.language in ("", story.language)
        and (not filters.section or filters.section in inside)
        and (not filters.author or any(person.pk == filters.author for person in story.signed_by))
        and (not filters.story_type or story.story_type == filters.story_type)
    )
