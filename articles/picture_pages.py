"""Which pages show a picture of the library."""

from articles import page_tags
from articles.models import Article, Contributor, Image
from newsportal.core.page_cache.purging import purge


def purge_picture(image: Image) -> None:
    """Its words and files stand on the pages and cards of its stories, and on its contributors' pages. Two queries."""
    stories = Article.objects.filter(lead_image=image).values_list("pk", flat=True)
    people = Contributor.objects.filter(picture=image).values_list("pk", flat=True)
    purge(*map(page_tags.story, stories), *map(page_tags.person, people))
