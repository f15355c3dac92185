"""The picture library: its list, the form of one picture, and the page that takes several at once."""

from articles.admin.images import admin

__all__ = ["admin"]
