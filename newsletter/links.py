"""The addresses that stand in the newsletter's mails: signed, absolute, in the newsletter's language."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from newsletter.models import Issue, Notice, Subscriber, Subscription
from newsletter.states import NoticeKind
from newsportal.core.tokens import ExpiredToken, Purpose

CONFIRM_DAYS = 7
CONFIRM = Purpose("newsletter-confirm", age=dt.timedelta(days=CONFIRM_DAYS))
# Old mails must work for ever, whatever has happened to the subscription since: the token names reader and newsletter.
UNSUBSCRIBE = Purpose("newsletter-unsubscribe", age=None)

PREFERENCES_DAYS = 60
PREFERENCES = Purpose("newsletter-preferences", age=dt.timedelta(days=PREFERENCES_DAYS))
MOVE_DAYS = 7
MOVE = Purpose("newsletter-move", age=dt.timedelta(days=MOVE_DAYS))
MOVE_BACK_DAYS = 14
MOVE_BACK = Purpose("newsletter-move-back", age=dt.timedelta(days=MOVE_BACK_DAYS))


def confirm_url(*subscriptions: Subscription) -> str:
    """Where the reader confirms one or several subscriptions, of one language."""
    token = CONFIRM.token(*(subscription.pk for subscription in subscriptions))
    with translation.override(subscriptions[0].newsletter.language):
        return settings.SITE_URL + reverse("newsletter_confirm", args=[token])


def unsubscribe_url(subscription: Subscription) -> str:
    """Where the reader leaves, by one click there or by a mail program's own button (RFC 8058)."""
    return unsubscribe_address(UNSUBSCRIBE.token(subscription.subscriber_id, subscription.newsletter_id))


def unsubscribe_address(token: str) -> str:
    """The same, of a token that is made already."""
    return settings.SITE_URL + reverse("newsletter_unsubscribe", args=[token])


def preferences_url(subscriber: Subscriber) -> str:
    """Where readers choose what they get; works for 60 days, and then offers a new one. Only the key is looked at."""
    return preferences_address(PREFERENCES.token(subscriber.pk))


def preferences_address(token: str) -> str:
    """The same, of a token that is made already."""
    return settings.SITE_URL + reverse("newsletter_preferences", args=[token])


def move_url(notice: Notice) -> str:
    """Where a new address is confirmed."""
    return settings.SITE_URL + reverse("newsletter_move", args=[MOVE.token(notice.pk)])


def move_back_url(notice: Notice) -> str:
    """Where an old address says that the change was not its owner's."""
    return settings.SITE_URL + reverse("newsletter_move_back", args=[MOVE_BACK.token(notice.pk)])


def issue_url(issue: Issue) -> str:
    """The issue on the web, for everybody."""
    with translation.override(issue.newsletter.language):
        return settings.SITE_URL + reverse("newsletter_issue", args=[issue.newsletter.slug, issue.pk])


def read_confirm(token: str) -> tuple[list[Subscription], bool]:
    """The subscriptions that a confirm link names ([] where they are no more), and whether the link is too old.

    Raises BadToken for what is no such link.
    """
    pks, expired = _aged(CONFIRM, token)
    return list(Subscription.objects.for_mail().filter(pk__in=pks).order_by("newsletter__position", "pk")), expired


def read_unsubscribe(token: str) -> Subscription | None:
    """The subscription that an unsubscribe link names, None where it is no more. Raises BadToken."""
    subscriber, newsletter = UNSUBSCRIBE.read(token)
    return Subscription.objects.for_mail().filter(subscriber=subscriber, newsletter=newsletter).first()


def read_preferences(token: str) -> tuple[Subscriber | None, bool]:
    """The reader whose settings a link opens (None: they are no more), and whether it is too old. Raises BadToken."""
    pks, expired = _aged(PREFERENCES, token)
    return Subscriber.objects.filter(pk=pks[0]).first(), expired


def read_move(token: str) -> tuple[Notice | None, bool]:
    """The notice about a new address that a link names, and whether it is too old. Raises BadToken."""
    return _notice(MOVE, NoticeKind.MOVE, token)


def read_move_back(token: str) -> tuple[Notice | None, bool]:
    """The word to an old address that a link names, and whether it is too old. Raises BadToken."""
    return _notice(MOVE_BACK, NoticeKind.MOVED, token)


def _notice(purpose: Purpose, kind: NoticeKind, token: str) -> tuple[Notice | None, bool]:
    pks, expired = _aged(purpose, token)
    return Notice.objects.of_kind(kind).select_related("subscriber").filter(pk=pks[0]).first(), expired


def _aged(purpose: Purpose, token: str) -> tuple[tuple[int, ...], bool]:
    try:
        return purpose.read(token), False
    except ExpiredToken as error:
        return error.ids, True
