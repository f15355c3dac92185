"""Tags and filters of the newsroom's own pages."""

from typing import Any

from django import template

from articles.comparing import label, mark, words_of
from articles.revising import Collision

register = template.Library()


@register.filter
def collisions(collision: Collision) -> list[dict[str, Any]]:
    """The places of a collision: name, label, and the text before, theirs and mine, with their words marked."""
    places = []
    for name in collision.merged.conflicts:
        before, theirs, mine = (
            words_of(content, name) for content in (collision.base, collision.theirs.content, collision.merged.content)
        )
        places.append(
            {
                "name": name,
                "label": label(name),
                "before": before,
                "theirs": mark(before, theirs)[1],
                "mine": mark(before, mine)[1],
            }
        )
    return places
