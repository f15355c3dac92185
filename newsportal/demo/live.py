"""What the demo newsroom covers live: a story in each edition, with updates."""

import datetime as dt

from django.contrib.auth import get_user_model

from articles import covering, workflow
from articles.models import Article, Section
from articles.states import StoryType
from newsportal.demo import content

MINUTE = dt.timedelta(minutes=1)
_TAKEN = ("language", "kicker", "headline", "standfirst", "body")


def fill(sections: dict[tuple[str, str], Section], now: dt.datetime) -> None:
    """Writes the live stories and their updates."""
    editor = get_user_model().objects.filter(username="editor").first()
    for row in content.read("live")["story"]:
        article = Article.objects.create(
            source_id=f"demo:{row['id']}",
            demo=True,
            section=sections[row["language"], row["section"]],
            story_type=StoryType.LIVE,
            **{name: row[name] for name in _TAKEN},
        )
        article.tags.add(*row["tags"])
        workflow.publish(article, by=None, now=now, at=now - row["minutes_ago"] * MINUTE)
        for update in row["update"]:
            words = {"headline": update["title"], "body": update["text"], "is_key": update.get("key", False)}
            covering.post(article, **words, by=editor, now=now - update["minutes_ago"] * MINUTE)
