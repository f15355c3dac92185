"""The door to the newsletter's models: outsiders import from here."""

from newsletter.models.consents import ConsentRecord, Wording
from newsletter.models.deliveries import Delivery
from newsletter.models.events import MailEvent
from newsletter.models.issues import Block, Issue, Rendering
from newsletter.models.lists import NewsletterList
from newsletter.models.log import IssueLogEntry
from newsletter.models.subscribers import Subscriber, Subscription
from newsletter.models.suppressions import Suppression

__all__ = [
    "Block",
    "ConsentRecord",
    "Delivery",
    "Issue",
    "IssueLogEntry",
    "MailEvent",
    "NewsletterList",
    "Rendering",
    "Subscriber",
    "Subscription",
    "Suppression",
    "Wording",
]
