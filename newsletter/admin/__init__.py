"""The newsletter's side of the admin."""

from newsletter.admin.consents import ConsentRecordAdmin
from newsletter.admin.deliveries import DeliveryAdmin
from newsletter.admin.events import MailEventAdmin
from newsletter.admin.figures import ListDayAdmin
from newsletter.admin.issues import IssueAdmin
from newsletter.admin.lists import NewsletterListAdmin
from newsletter.admin.subscribers import SubscriberAdmin
from newsletter.admin.suppressions import SuppressionAdmin
from newsletter.admin.transfers import SubscriberExportAdmin, SubscriberImportAdmin

__all__ = [
    "ConsentRecordAdmin",
    "DeliveryAdmin",
    "IssueAdmin",
    "ListDayAdmin",
    "MailEventAdmin",
    "NewsletterListAdmin",
    "SubscriberAdmin",
    "SubscriberExportAdmin",
    "SubscriberImportAdmin",
    "SuppressionAdmin",
]
