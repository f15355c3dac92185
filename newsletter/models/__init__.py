"""The door to the newsletter's models: outsiders import from here."""

from newsletter.models.consents import ConsentRecord, Wording
from newsletter.models.lists import NewsletterList
from newsletter.models.subscribers import Subscriber, Subscription

__all__ = ["ConsentRecord", "NewsletterList", "Subscriber", "Subscription", "Wording"]
