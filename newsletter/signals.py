"""What the newsletter announces, each after the commit."""

from django.dispatch import Signal

# subscription (Subscription), action (ConsentAction), by (User or None), now (aware datetime)
subscription_changed = Signal()
# issue (Issue), action (a key of newsletter.states.ISSUE_MOVES), by (User or None), now (aware datetime)
issue_changed = Signal()
