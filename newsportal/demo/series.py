"""The demo newsroom's series."""

import datetime as dt

from django.contrib.auth import get_user_model

from articles.compiling import compile_series
from articles.models import Article, Series
from newsportal.demo import content


def fill(now: dt.datetime) -> None:
    """Makes the series that are not there."""
    editor = get_user_model().objects.filter(username="editor").first()
    for row in content.read("series")["series"]:
        facts = {"description": row["description"], "is_numbered": row["numbered"], "planned": row.get("planned")}
        series, made = Series.objects.get_or_create(language=row["language"], title=row["title"], defaults=facts)
        if made:
            known = {story.source_id: story for story in Article.objects.filter(demo=True)}
            compile_series(series, [known[f"demo:{name}"] for name in row["stories"]], by=editor, now=now)


def remove() -> None:
    """Takes away the series that hold nothing but stories of the demo newsroom."""
    titles = [row["title"] for row in content.read("series")["series"]]
    Series.objects.filter(title__in=titles).exclude(parts__article__demo=False).delete()
