"""Which pages show a picture of the library."""

from collections.abc import Iterable

from django.db.models import Q

from articles import page_tags
from articles.blocks import picture_ids
from articles.models import Article, ArticlePicture, Contributor, Image
from newsportal.core.page_cache.purging import purge


def note_pictures(stories: Iterable[Article], *, are_new: bool = False) -> None:
    """Notes which pictures stand in the texts of saved stories: none, one or two queries, one more where some went."""
    wanted = {(story.pk, image) for story in stories for image in picture_ids(story.body)}
    pks = [story.pk for story in stories]
    there = set() if are_new else set(ArticlePicture.objects.filter(article__in=pks).values_list("article", "image"))
    for article, image in there - wanted:
        ArticlePicture.objects.filter(article=article, image=image).delete()
    if new := wanted - there:
        known = set(Image.objects.filter(pk__in={image for _article, image in new}).values_list("pk", flat=True))
        rows = [ArticlePicture(article_id=pk, image_id=image) for pk, image in sorted(new) if image in known]
        ArticlePicture.objects.bulk_create(rows, ignore_conflicts=True)


def purge_picture(image: Image) -> None:
    """Its words and files stand on the pages and cards of its stories, in their texts, and on its contributors' pages.
    Two queries.
    """
    in_texts = ArticlePicture.objects.filter(image=image).values("article")
    stories = Article.objects.filter(Q(lead_image=image) | Q(pk__in=in_texts)).values_list("pk", flat=True)
    people = Contributor.objects.filter(picture=image).values_list("pk", flat=True)
    purge(*map(page_tags.story, stories), *map(page_tags.person, people))
