"""Which pages show a picture of the library."""

from django.db.models import Q

from articles import page_tags
from articles.models import Article, ArticlePicture, Contributor, Image
from newsportal.core.page_cache.purging import purge


def purge_picture(image: Image) -> None:
    """Its words and files stand on the pages and cards of its stories, in their texts, and on its contributors' pages.
    Two queries.
    """
    in_texts = ArticlePicture.objects.filter(image=image).values("article")
    stories = Article.objects.filter(Q(lead_image=image) | Q(pk__in=in_texts)).values_list("pk", flat=True)
    people = Contributor.objects.filter(picture=image).values_list("pk", flat=True)
    purge(*map(page_tags.story, stories), *map(page_tags.person, people))
