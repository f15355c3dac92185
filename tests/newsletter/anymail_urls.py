"""The addresses of the portal, with those that ANYMAIL_WEBHOOK_SECRET adds."""

from newsportal.urls import anymail_patterns
from newsportal.urls import urlpatterns as ours

urlpatterns = [*anymail_patterns(), *ours]
