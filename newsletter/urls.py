"""The newsletter's addresses: pages of each edition, and those that stand outside the editions."""

from django.urls import path

from newsletter.views import clicks, lists, subscribers
from newsletter.webhooks import events

urlpatterns = [
    path("newsletter/", lists.newsletter, name="newsletter"),
    path("newsletter/subscribe/", subscribers.subscribe, name="newsletter_subscribe"),
    path("newsletter/check-your-inbox/", lists.check_inbox, name="newsletter_check_inbox"),
    path("newsletter/confirm/<str:token>/", subscribers.confirm, name="newsletter_confirm"),
]

# Printed in mails for good, and posted to by machines that follow no redirect: one address, with or without its slash.
machine_urlpatterns = [
    path("newsletter/webhooks/events/", events.events, name="newsletter_webhook"),
    path("newsletter/go/<str:token>/", clicks.go, name="newsletter_go"),
    path("newsletter/unsubscribe/<str:token>", subscribers.unsubscribe),
    path("newsletter/unsubscribe/<str:token>/", subscribers.unsubscribe, name="newsletter_unsubscribe"),
]
