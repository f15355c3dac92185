"""Where a story stands in the lists of the portal."""

from dataclasses import dataclass

from articles.models import Article
from articles.states import State


@dataclass(frozen=True)
class Place:
    """Where a story stands in the lists: `people` and `tags` are ids, `order` what else decides on its place."""

    language: str
    section: int
    tags: frozenset[int]
    people: frozenset[int]
    order: tuple

    @classmethod
    def of(cls, article: Article) -> "Place":
        """In two queries; in none where tags and bylines were fetched."""
        return cls(
            language=article.language,
            section=article.section_id,
            tags=frozenset(tag.pk for tag in article.tags.all()),
            people=frozenset(line.contributor_id for line in article.bylines.all() if line.contributor_id),
            order=order_of(article),
        )


def order_of(article: Article) -> tuple:
    """What decides on a story's place in a list, and until when it stands there."""
    times = (article.publish_at, article.unpublish_at, article.embargo_until)
    return (*times, article.weight, article.story_type)


def remember(article: Article) -> None:
    """Before a text is put onto a story's row: where readers find it now."""
    if article.pk and article.state == State.PUBLISHED and "stood" not in article.__dict__:
        article.stood = Place.of(article)  # type: ignore[attr-defined]
