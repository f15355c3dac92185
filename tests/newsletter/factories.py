"""Makers of the newsletter's rows: plain functions, keyword-only, with defaults that fit."""

import itertools

from newsletter.confirming import confirm, send_due_confirmations
from newsletter.delivery.freezing import prepare
from newsletter.models import Delivery, Issue, NewsletterList, Subscription
from newsletter.subscribing import subscribe
from tests.newsletter.conftest import NOW

_numbers = itertools.count(1)


def make_list(*, name="The morning", slug="morning", language="en", **fields):
    values = {"name": name, **fields}
    return NewsletterList.objects.get_or_create(language=language, slug=slug, defaults=values)[0]


def ask(*, address="", newsletter=None, now=NOW, network="", source="/", **fields):
    """What the form does: asks for a newsletter."""
    address = address or f"reader{next(_numbers)}@example.org"
    newsletter = newsletter or make_list()
    return subscribe(
        address, newsletter=newsletter, now=now, source=source, network=network, wording="Subscribe", **fields
    )


def make_pending(*, sent=False, now=NOW, **fields):
    """A subscription that waits for its confirmation, with its mail still due or already sent."""
    subscription = ask(now=now, **fields)
    if sent:
        Subscription.objects.filter(pk=subscription.pk).update(confirmation_due_at=None, confirmation_sent_at=now)
        subscription.refresh_from_db()
    return subscription


def make_confirmed(*, now=NOW, **fields):
    return confirm(make_pending(sent=True, now=now, **fields), now=now)


def send(*, now=NOW):
    return send_due_confirmations(now=now)


def make_issue(*, newsletter=None, subject="Ferries run again", **fields):
    return Issue.objects.create(newsletter=newsletter or make_list(), subject=subject, **fields)


def make_delivery(*, issue=None, subscription=None, address="", now=NOW, **fields):
    """A mail of an issue to a reader of its newsletter, waiting unless `state` says otherwise."""
    issue = issue or make_issue()
    subscription = subscription or make_confirmed(address=address, newsletter=issue.newsletter, now=now)
    reader = subscription.subscriber
    return Delivery.objects.create(issue=issue, subscriber=reader, mailbox=reader.mailbox, next_try=now, **fields)


def make_sending(*, readers=2, now=NOW, **fields):
    """An issue that is going out to `readers` new readers and to whoever else confirmed."""
    issue = make_issue(state="scheduled", send_at=now, **fields)
    for _reader in range(readers):
        make_confirmed(newsletter=issue.newsletter, now=now)
    return prepare(issue, now=now)
