"""The addresses that stand in the newsletter's mails: signed, absolute, in the newsletter's language."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from newsletter.models import Issue, Subscription
from newsportal.core.tokens import ExpiredToken, Purpose

CONFIRM_DAYS = 7
CONFIRM = Purpose("newsletter-confirm", age=dt.timedelta(days=CONFIRM_DAYS))
# Old mails must work for ever, whatever has happened to the subscription since: the token names reader and newsletter.
UNSUBSCRIBE = Purpose("newsletter-unsubscribe", age=None)


def confirm_url(subscription: Subscription) -> str:
    """Where the reader confirms."""
    with translation.override(subscription.newsletter.language):
        return settings.SITE_URL + reverse("newsletter_confirm", args=[CONFIRM.token(subscription.pk)])


def unsubscribe_url(subscription: Subscription) -> str:
    """Where the reader leaves, by one click there or by a mail program's own button (RFC 8058)."""
    token = UNSUBSCRIBE.token(subscription.subscriber_id, subscription.newsletter_id)
    return settings.SITE_URL + reverse("newsletter_unsubscribe", args=[token])


def issue_url(issue: Issue) -> str:
    """Where an issue stands on the web."""
    with translation.override(issue.newsletter.language):
        return f"{settings.SITE_URL}{reverse('newsletter')}{issue.newsletter.slug}/{issue.pk}/"


def read_confirm(token: str) -> tuple[Subscription | None, bool]:
    """The subscription that a confirm link names (None where it is no more), and whether the link is too old.

    Raises BadToken for what is no such link.
    """
    try:
        (pk,), expired = CONFIRM.read(token), False
    except ExpiredToken as error:
        (pk,), expired = error.ids, True
    return Subscription.objects.for_mail().filter(pk=pk).first(), expired


def read_unsubscribe(token: str) -> Subscription | None:
    """The subscription that an unsubscribe link names, None where it is no more. Raises BadToken."""
    subscriber, newsletter = UNSUBSCRIBE.read(token)
    return Subscription.objects.for_mail().filter(subscriber=subscriber, newsletter=newsletter).first()
