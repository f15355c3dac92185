"""A story's body on a page."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from articles.blocks import PAGE, has_blocks, pictures_of, render
from articles.models import Article
from newsportal.core.fingerprints import fingerprint
from newsportal.core.parts import kept

register = template.Library()
register.filter("has_blocks", has_blocks)


@register.simple_tag
def blocks(markup: str, article: Article) -> SafeString:
    """`markup`, which is the body of `article` or a part of it, with its blocks. One query a story, none without
    pictures.
    """
    if not has_blocks(markup):
        return mark_safe(markup)
    if not hasattr(article, "shown_pictures"):
        article.shown_pictures = pictures_of([article.body])
    pictures = article.shown_pictures
    key = "blocks", get_language(), fingerprint((markup, pictures))
    return kept(key, lambda: mark_safe(render(markup, PAGE, pictures=pictures)))
