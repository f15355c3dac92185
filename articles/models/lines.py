"""What lists read of their stories: for a card all that stands on it, for a line its headline, link and time."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple, Self

from django.db import models
from django.db.models.query import ValuesListIterable
from django.urls import reverse
from django.utils import translation

# Long, or read by nobody who sees a card.
NOT_ON_CARDS = (
    *("body", "dateline", "lead_caption", "agency", "withdrawal_note", "created_by", "created"),
    *("change_minor", "source_url", "source_digest", "source_version", "demo", "terms_version"),
    *(f"lead_image__{name}" for name in ("digest", "kept_digest", "title", "source", "licence", "created")),
    *(f"lead_image__{name}" for name in ("wanted", "render_after", "render_error")),
)


class LineQuerySet(models.QuerySet[Any]):
    """Part of ArticleQuerySet."""

    def for_cards(self) -> Self:
        """What a headline card shows, and nothing that only the newsroom reads."""
        return self.select_related("section", "lead_image").defer(*NOT_ON_CARDS)

    def for_lines(self) -> Self:
        """Each story as a `Line`."""
        lines = self.values_list("pk", "language", "section__path", "slug", "headline", "publish_at")
        lines._iterable_class = LineIterable
        return lines


class LineIterable(ValuesListIterable):
    """Makes a `Line` of each row."""

    def __iter__(self) -> Iterator["Line"]:
        return map(Line._make, super().__iter__())


class Line(NamedTuple):
    """A story in a list of headlines: lighter than the story itself, and equal where it says the same."""

    pk: int
    language: str
    section_path: str
    slug: str
    headline: str
    publish_at: dt.datetime

    def get_absolute_url(self) -> str:
        return story_address(self.language, self.section_path, self.pk, self.slug)


def story_address(language: str, section_path: str, pk: int, slug: str) -> str:
    """A story's own address, in its edition."""
    # A form that came back with an error may have emptied the slug.
    where = {"section_path": section_path, "pk": pk, "slug": slug or "story"}
    with translation.override(language):
        return reverse("story", kwargs=where)
