"""Stories to choose from, wherever editors put some together."""

import datetime as dt

from articles.models import Article
from articles.search import search
from articles.states import State

FOUND = 12


def stories_to_choose(text: str, *, language: str, now: dt.datetime) -> list[Article]:
    """Published and scheduled stories of an edition that match `text` best, as cards; without one, the newest."""
    stories = Article.objects.in_state(State.PUBLISHED).in_edition(language)
    if not text.strip():
        return list(stories.for_cards().newest_first()[:FOUND])
    return [hit.article for hit in search(text, language=language, now=now, stories=stories, limit=FOUND).hits]
