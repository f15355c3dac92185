"""Breaking news: a story that readers can see, to the newsletter made for it, at once."""

import datetime as dt

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from articles.models import Article
from newsletter import issuing
from newsletter.audiences import count
from newsletter.models import Block, Issue, NewsletterList
from newsletter.states import ListKind, NewsletterError
from newsportal.core.text import clean_line, excerpt

logger = structlog.get_logger(__name__)

PERMISSIONS = ("newsletter.add_issue", "newsletter.send_issue")
SUBJECT = 120


def may_alert(user: AbstractBaseUser) -> bool:
    """Whether somebody may send breaking news."""
    return user.has_perms(PERMISSIONS)


def lists_for(article: Article, now: dt.datetime) -> list[tuple[NewsletterList, int, Issue | None]]:
    """The newsletters for breaking news of the story's edition, each with its readers and the alert sent already."""
    sent = {issue.newsletter_id: issue for issue in Issue.objects.filter(alert_for=article)}
    lists = NewsletterList.objects.in_edition(article.language).for_alerts()
    return [(row, count(Issue(newsletter=row), now), sent.get(row.pk)) for row in lists]


def suggested_subject(article: Article) -> str:
    """The headline, short enough for an inbox."""
    return excerpt(clean_line(article.headline), SUBJECT)


def alert(
    article: Article, *, newsletter: NewsletterList, subject: str, by: AbstractBaseUser, now: dt.datetime
) -> Issue:
    """Sends a story to all readers of a newsletter for breaking news: the worker takes it within seconds.

    Once a story and newsletter, whoever else does the same at the same moment. Raises NewsletterError with the reason.
    """
    if not may_alert(by):
        raise PermissionDenied(_("You may not send breaking news."))
    _check(article, newsletter, now)
    line = clean_line(subject)[:200]
    if not line:
        raise NewsletterError(_("An alert needs a subject."))
    try:
        with transaction.atomic():
            issue = Issue.objects.create(
                newsletter=newsletter, kind=ListKind.ALERT, alert_for=article, subject=line, created_by=by, edited_by=by
            )
            Block.objects.create(issue=issue, article=article, is_lead=True)
            issuing.log(issue, "create", by=by, now=now)
            issuing.schedule(issue, by=by, now=now)
    except IntegrityError:
        raise NewsletterError(_("This story has been sent to this newsletter already.")) from None
    logger.info("alert_sent", issue=issue.pk, story=article.pk, by=by.pk)
    return issue


def _check(article: Article, newsletter: NewsletterList, now: dt.datetime) -> None:
    if newsletter.kind != ListKind.ALERT:
        raise NewsletterError(_("Breaking news goes to a newsletter that is made for it."))
    if newsletter.language != article.language:
        raise NewsletterError(_("This newsletter belongs to another edition."))
    if not article.is_live(now):
        raise NewsletterError(_("Readers cannot see this story at the moment: publish it first."))
