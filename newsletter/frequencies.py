"""How often a reader gets a newsletter: what may be chosen, and what a change of it means for the next digest."""

import datetime as dt

from newsletter.models import Issue, NewsletterList, Subscription
from newsletter.states import Frequency, ListKind, Rhythm


def choices(newsletter: NewsletterList) -> list[Frequency]:
    """What a reader of a newsletter may choose: nothing that would be the same as something else."""
    if newsletter.kind != ListKind.DIGEST:
        return list(Frequency)
    return [Frequency.EACH] if newsletter.rhythm == Rhythm.WEEKLY else [Frequency.EACH, Frequency.WEEKLY]


def is_weekly(newsletter: NewsletterList, frequency: str) -> bool:
    """Whether a digest goes out once a week: because the newsletter does, or because the reader said so."""
    slow = newsletter.kind == ListKind.DIGEST and newsletter.rhythm == Rhythm.WEEKLY
    return slow or frequency == Frequency.WEEKLY


def is_digest(newsletter: NewsletterList, frequency: str) -> bool:
    """Whether a reader of this newsletter gets digests, rather than what editors send."""
    return newsletter.kind == ListKind.DIGEST or frequency != Frequency.EACH


def change(subscription: Subscription, frequency: str, *, now: dt.datetime) -> None:
    """Sets the frequency, without saving. Who had each issue and now takes a digest has been served up to the newest
    issue: that, and not the minute of the change, so that all who change in between share one digest.
    """
    newsletter = subscription.newsletter
    if not is_digest(newsletter, frequency):
        # Each issue as it comes: should digests ever follow, they begin anew.
        subscription.covered_until = None
    elif not is_digest(newsletter, subscription.frequency) and is_digest(newsletter, frequency):
        newest = Issue.objects.to_everybody(newsletter).first()
        subscription.covered_until = newest.started_at if newest else now
    subscription.frequency = frequency
