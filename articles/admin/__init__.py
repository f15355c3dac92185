"""What editors see in the admin, one module a noun."""

from articles.admin import (
    articles,
    beats,
    fronts,
    images,
    log,
    people,
    redirects,
    sections,
    series,
    story_templates,
    tags,
)

__all__ = [
    "articles",
    "beats",
    "fronts",
    "images",
    "log",
    "people",
    "redirects",
    "sections",
    "series",
    "story_templates",
    "tags",
]
