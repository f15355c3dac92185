"""The door to the newsletter's models: outsiders import from here."""

from newsletter.models.appearances import Appearance
from newsletter.models.consents import ConsentRecord, Wording
from newsletter.models.deliveries import Delivery
from newsletter.models.events import MailEvent
from newsletter.models.figures import ClickBatch, LinkClicks, ListDay
from newsletter.models.guards import SendingGuard
from newsletter.models.issues import Block, Issue, Rendering
from newsletter.models.kept import KeptWords
from newsletter.models.lists import NewsletterList
from newsletter.models.log import IssueLogEntry
from newsletter.models.notices import Notice
from newsletter.models.relays import Relay, RelayMinute
from newsletter.models.signups import SignUp
from newsletter.models.subscribers import Subscriber, Subscription
from newsletter.models.suppressions import Suppression
from newsletter.models.transfers import FilePiece, ImportLine, SubscriberExport, SubscriberImport

__all__ = [
    "Appearance",
    "Block",
    "ClickBatch",
    "ConsentRecord",
    "Delivery",
    "FilePiece",
    "ImportLine",
    "Issue",
    "IssueLogEntry",
    "KeptWords",
    "LinkClicks",
    "ListDay",
    "MailEvent",
    "NewsletterList",
    "Notice",
    "Relay",
    "RelayMinute",
    "Rendering",
    "SendingGuard",
    "SignUp",
    "Subscriber",
    "SubscriberExport",
    "SubscriberImport",
    "Subscription",
    "Suppression",
    "Wording",
]
