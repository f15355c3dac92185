"""Reports of mail providers, in the one vocabulary that Anymail has for them all. Anymail verifies, we store."""

from importlib.util import find_spec
from typing import Any

from django.utils import timezone

from newsletter.bouncing.provided import note_provider_event

HAS_ANYMAIL = find_spec("anymail") is not None
if HAS_ANYMAIL:
    from anymail.signals import tracking


def receive(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Stores one of Anymail's events. What is raised here makes Anymail answer 500, and the provider try again."""
    note_provider_event(event, provider=esp_name, now=timezone.now())


def connect() -> None:
    """Called once, when the apps are ready; does nothing where Anymail is not installed."""
    if HAS_ANYMAIL:
        tracking.connect(receive, dispatch_uid="newsletter-bounces")
