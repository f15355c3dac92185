"""What editors see in the admin, one module a noun."""

from articles.admin import articles, images, log, people, sections, tags

__all__ = ["articles", "images", "log", "people", "sections", "tags"]
