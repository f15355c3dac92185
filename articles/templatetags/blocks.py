"""A story's body on a page."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.blocks import PAGE, has_blocks, pictures_of, render
from articles.models import Article

register = template.Library()
register.filter("has_blocks", has_blocks)


@register.simple_tag
def blocks(markup: str, article: Article) -> SafeString:
    """`markup`, which is the body of `article` or a part of it, with its blocks. One query a story, none without
    pictures.
    """
    if not hasattr(article, "shown_pictures"):
        article.shown_pictures = pictures_of([article.body])
    return mark_safe(render(markup, PAGE, pictures=article.shown_pictures))
