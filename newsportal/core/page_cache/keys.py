"""Which requests ask for the same page.

A page is known by scheme, host, path, and those parameters that its view says it knows
(`newsportal.core.caching.public`). Whatever else a request carries neither splits the cache nor reaches the view.
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http.request import split_domain_port
from django.urls import Resolver404, resolve
from django.utils import translation

# Longer ones are no page of ours; Django answers them.
LONGEST_PATH, LONGEST_QUERY, LONGEST_HOST = 2000, 8000, 300
REMEMBERED_HOSTS = 200

Environ = dict

# In the environment of a request that is asked again as it came, with all its parameters, should no page answer it.
FIRST_TRY = "newsportal.first_try"


class Asked(NamedTuple):
    """What a request asks for: `key` stands for the page, `query` is what its view gets to see."""

    key: str
    path: str
    query: str = ""
    # None: not known yet, as nobody has had to look.
    is_public: bool | None = None


@dataclass
class Keys:
    """Reads requests. The settings are those of the start."""

    proxies_say: tuple[str, str] | None = field(default_factory=lambda: settings.SECURE_PROXY_SSL_HEADER)
    hosts: frozenset[str] = field(
        default_factory=lambda: frozenset(host.lower() for host in settings.ALLOWED_HOSTS if host[:1] not in ".*")
    )
    scheme: str = field(default_factory=lambda: "https" if settings.HTTPS else "http")
    _hosts: dict[str, str] = field(default_factory=dict)

    def read(self, environ: Environ) -> Asked | None:
        """None where it is nothing that a cache may answer: another method, an unknown host, an address past limits."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return None
        host = self._host(environ.get("HTTP_HOST", ""))
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if not host or self._scheme(environ) != self.scheme or not path.startswith("/"):
            return None
        if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY or "\x00" in path or "%00" in query:
            return None
        if not query:
            return Asked(f"{host}{path}", path)
        known = known_parameters(_decoded(path))
        if known is None:
            return None
        try:
            query = canonical(_decoded(query), known)
        except ValueError:  # more of them than Django reads
            return None
        return Asked(f"{host}{path}?{query}" if query else f"{host}{path}", path, query, is_public=True)

    def _host(self, raw: str) -> str:
        """The name of a host that is ours, in one spelling; "" for all others. A port says nothing about a page."""
        found = self._hosts.get(raw)
        if found is None:
            name = split_domain_port(raw)[0] if len(raw) <= LONGEST_HOST else ""
            found = name if name in self.hosts else ""
            if found and len(self._hosts) < REMEMBERED_HOSTS:
                self._hosts[raw] = found
        return found

    def _scheme(self, environ: Environ) -> str:
        """As HttpRequest.scheme says it: a proxy is believed where there is one."""
        if self.proxies_say:
            header, secure = self.proxies_say
            said = environ.get(header)
            if said is not None:
                return "https" if said.split(",", 1)[0].strip() == secure else "http"
        return environ.get("wsgi.url_scheme", "http")


def is_public(asked: Asked) -> bool:
    """Whether a view that calls itself public answers the path."""
    return asked.is_public or known_parameters(_decoded(asked.path)) is not None


def digest(key: str) -> str:
    """A key as caches take it, whatever letters are in it."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]


@lru_cache(maxsize=1000)
def known_parameters(path: str) -> tuple[str, ...] | None:
    """The parameters that the page at a path knows, in their order; None where no public view answers it."""
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return getattr(resolve(path).func, "page_parameters", None)
        except Resolver404:
            return None


def canonical(query: str, known: tuple[str, ...]) -> str:
    """What a view needs of a query string, in one spelling: of each parameter that it knows the last value, as
    QueryDict has it, in the order of `known`. Raises ValueError for more parameters than Django takes.
    """
    limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    values = dict(parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=limit))
    return urlencode([(name, values[name]) for name in known if values.get(name)])


def _decoded(path: str) -> str:
    """The path as Django reads it: the server gives the bytes as Latin-1 (PEP 3333)."""
    return path.encode("latin-1", "replace").decode("utf-8", "replace")
