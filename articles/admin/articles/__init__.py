"""Stories in the admin: the list, the form in which they are written, and the pages that move them."""

from articles.admin.articles.admin import ArticleAdmin

__all__ = ["ArticleAdmin"]
