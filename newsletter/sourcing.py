"""What editors have told the readers of a newsletter already."""

import datetime as dt

from django.db.models import QuerySet

from newsletter.models import Block, Issue, NewsletterList


def carried(newsletter: NewsletterList, *, since: dt.datetime | None = None, until: dt.datetime) -> QuerySet:
    """The ids of the stories in what editors sent to all who take each issue, after `since`, up to `until`."""
    issues = Issue.objects.to_everybody(newsletter).filter(started_at__lte=until)
    if since is not None:
        issues = issues.filter(started_at__gt=since)
    blocks = Block.objects.filter(issue__in=issues.order_by().values("pk"), article__isnull=False)
    return blocks.order_by().values("article_id")
