"""A mail with the headers of a newsletter, to be received and looked at (`newsletter_check --send-to, --verify`)."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from newsletter.addresses import parse
from newsletter.links import UNSUBSCRIBE
from newsportal.core.identity import site
from newsportal.core.languages import default_language
from newsportal.core.mail import sender, site_domain


def send_trial(address: str) -> None:
    """Sends it. Raises ValidationError for what is no address, and what the mail server says."""
    identity = site(default_language())
    url = settings.SITE_URL + reverse("newsletter_unsubscribe", args=[UNSUBSCRIBE.token(0, 0)])
    message = EmailMultiAlternatives(
        subject=f"{identity.name}: how our newsletters arrive",
        body=f"Save this mail with all its headers, then run: manage.py newsletter_check --verify FILE\n\n{url}\n",
        from_email=sender(identity),
        to=[parse(address).typed],
        headers={
            "List-Unsubscribe": f"<{url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<check.{site_domain().strip('[]')}>",
        },
    )
    message.attach_alternative(
        f'<p>Save this mail with all its headers.</p><p><a href="{url}">Unsubscribe</a></p>', "text/html"
    )
    message.send()
