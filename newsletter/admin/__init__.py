"""The newsletter's side of the admin."""

from newsletter.admin.consents import ConsentRecordAdmin
from newsletter.admin.issues import IssueAdmin
from newsletter.admin.lists import NewsletterListAdmin
from newsletter.admin.subscribers import SubscriberAdmin

__all__ = ["ConsentRecordAdmin", "IssueAdmin", "NewsletterListAdmin", "SubscriberAdmin"]
