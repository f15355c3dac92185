"""Where a story can be passed on: plain addresses of other services, which nothing of ours calls."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class ShareLink:
    """One way to share: its name for readers and the address that opens it."""

    name: str
    address: str


def share_links(headline: str, address: str) -> list[ShareLink]:
    """The links for a story; `address` is absolute. Mail has its spaces as %20 (RFC 6068, section 2)."""
    both = f"{headline} {address}"
    mail = urlencode({"subject": headline, "body": address}, quote_via=quote)
    return [
        ShareLink("WhatsApp", f"https://wa.me/?{urlencode({'text': both})}"),
        ShareLink("Facebook", f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': address})}"),
        ShareLink("X", f"https://x.com/intent/post?{urlencode({'text': headline, 'url': address})}"),
        ShareLink("Telegram", f"https://t.me/share/url?{urlencode({'url': address, 'text': headline})}"),
        ShareLink(_("E-mail"), f"mailto:?{mail}"),
    ]
