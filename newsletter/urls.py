"""The newsletter's addresses: pages of each edition, and those that stand outside the editions."""

from django.urls import path

import articles.urls  # noqa: F401  (registers the converters of slugs and numbers)
from newsletter import feeds
from newsletter.views import clicks, issues, lists, preferences, subscribers
from newsletter.webhooks import events

urlpatterns = [
    path("newsletter/", lists.newsletter, name="newsletter"),
    path("newsletter/subscribe/", subscribers.subscribe, name="newsletter_subscribe"),
    path("newsletter/check-your-inbox/", lists.check_inbox, name="newsletter_check_inbox"),
    path("newsletter/confirm/<str:token>/", subscribers.confirm, name="newsletter_confirm"),
    path("newsletter/preferences/", preferences.find, name="newsletter_find_preferences"),
    # Below are the newsletters by their slugs; newsletter.models.lists.RESERVED are those that stand above.
    path("newsletter/<unislug:slug>/", issues.archive, name="newsletter_archive"),
    path("newsletter/<unislug:slug>/feed.xml", feeds.issues, name="newsletter_feed"),
    path("newsletter/<unislug:slug>/<story_id:pk>/", issues.issue, name="newsletter_issue"),
]

# Printed in mails for good, and posted to by machines that follow no redirect: one address, with or without its slash.
machine_urlpatterns = [
    path("newsletter/webhooks/events/", events.events, name="newsletter_webhook"),
    path("newsletter/go/<str:token>/", clicks.go, name="newsletter_go"),
    path("newsletter/preferences/move/<str:token>/", preferences.move, name="newsletter_move"),
    path("newsletter/preferences/moved/<str:token>/", preferences.move_back, name="newsletter_move_back"),
    path("newsletter/preferences/<str:token>/", preferences.preferences, name="newsletter_preferences"),
    path("newsletter/unsubscribe/<str:token>", subscribers.unsubscribe),
    path("newsletter/unsubscribe/<str:token>/", subscribers.unsubscribe, name="newsletter_unsubscribe"),
]
