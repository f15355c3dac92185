"""Which stories may be related to one: bounded look-ups, each by an index."""

import datetime as dt

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from articles.models import Article, TaggedArticle

BY_TAG, BY_SECTION, BY_EDITION = 60, 30, 30


def candidates(article: Article, now: dt.datetime) -> QuerySet[Article]:
    """Live stories of the edition that share a tag, the newest of the section, and the newest of all; never itself.

    Each has `shared`, the number of tags it has in common with `article`.
    """
    live = Article.objects.published(now).in_edition(article.language).exclude(pk=article.pk)
    tags = [tag.pk for tag in article.tags.all()]
    sharing = TaggedArticle.objects.filter(tag__in=tags)
    pools = [
        live.filter(pk__in=sharing.values("content_object_id")).newest_first().values("pk")[:BY_TAG],
        live.filter(section=article.section_id).newest_first().values("pk")[:BY_SECTION],
        live.newest_first().values("pk")[:BY_EDITION],
    ]
    first, *others = (Article.objects.filter(pk__in=pool).values("pk") for pool in pools)
    shared = sharing.filter(content_object=OuterRef("pk")).values("content_object").annotate(number=Count("pk"))
    return Article.objects.filter(pk__in=first.union(*others)).annotate(
        shared=Coalesce(Subquery(shared.values("number")), 0, output_field=IntegerField())
    )
