"""Whether the links of an issue lead anywhere.

Links to this site are looked up here, without a request. Others are asked with HEAD, only when an editor wants it:
at most MOST of them, a few seconds each, and never a host of a private network, since the answer would tell about it.
"""

import datetime as dt
import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from articles.models import Article

MOST, AT_ONCE = 20, 5
SECONDS = 4
_HREF = re.compile(r'href="(https?://[^"]+)"')
_STORY_PAGES = frozenset({"story", "story_without_slug"})


def links_in(html: str) -> list[str]:
    """The web addresses that a mail links to, each once, in their order."""
    return list(dict.fromkeys(address.replace("&amp;", "&") for address in _HREF.findall(html)))


def dead_own(addresses: list[str], *, now: dt.datetime) -> Iterator[tuple[str, str]]:
    """(address, why) of links to this site that lead nowhere. One query."""
    pages = {address: _page(address) for address in addresses if is_own(address)}
    ids = {page[1] for page in pages.values() if page and page[1]}
    live = set(Article.objects.published(now).filter(pk__in=ids).values_list("pk", flat=True))
    for address, page in pages.items():
        if page is None:
            yield address, _("There is no such page on this site.")
        elif page[1] and page[1] not in live:
            yield address, _("Readers do not see this story.")


def dead_elsewhere(addresses: list[str]) -> Iterator[tuple[str, str]]:
    """(address, why) of links elsewhere that do not answer, or answer that there is nothing; the first MOST."""
    others = [address for address in addresses if not is_own(address)][:MOST]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for address, trouble in zip(others, pool.map(_ask, others), strict=True):
            if trouble:
                yield address, trouble


def is_own(address: str) -> bool:
    """Whether an address is on this site."""
    return address == settings.SITE_URL or address.startswith(f"{settings.SITE_URL}/")


def _page(address: str) -> tuple[str, int | None] | None:
    """The name of the page that an address of ours leads to, and the id of its story; None where there is no page."""
    try:
        found = resolve(unquote(urlsplit(address).path) or "/")
    except Resolver404:
        return None
    name = found.url_name or ""
    return name, found.kwargs.get("pk") if name in _STORY_PAGES else None


def _ask(address: str) -> str:
    """Why a link elsewhere is dead; "" where it is not, or where its host does not want to say."""
    try:
        status = _head(address)
    except (OSError, ValueError, http.client.HTTPException):
        return _("The server does not answer.")
    return _("The server says that there is no such page (%s).") % status if status in (404, 410) else ""


def _head(address: str) -> int:
    parts = urlsplit(address)
    if not parts.hostname:
        raise ValueError(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = _Connection(parts.hostname, port, secure=parts.scheme == "https")
    try:
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("HEAD", path, headers={"User-Agent": f"newsletter-link-check (+{settings.SITE_URL}/)"})
        return connection.getresponse().status
    finally:
        connection.close()


class _Connection(http.client.HTTPConnection):
    """Connects to the very address that was found to be public, so that no second look-up can give another."""

    def __init__(self, host: str, port: int, *, secure: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self.secure = secure

    def connect(self) -> None:
        plain = socket.create_connection((_public_address(self.host, self.port), self.port), timeout=SECONDS)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self.secure else plain


def _public_address(host: str, port: int) -> str:
    for *_family, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if ipaddress.ip_address(address[0].partition("%")[0]).is_global:
            return address[0]
    raise OSError(f"{host} is not a public host")
