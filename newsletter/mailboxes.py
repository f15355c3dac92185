"""Whether a domain takes mail at all. Asked by workers only: a name server may take its time."""

import dns.exception
import dns.resolver
import structlog
from django.conf import settings
from django.core.cache import cache

logger = structlog.get_logger(__name__)

KEPT = 3600
PATIENCE = 5.0


def takes_mail(domain: str) -> bool:
    """Whether a domain (as an A-label) names a mail server (RFC 5321 section 5.1) and has not refused all mail by
    a null MX (RFC 7505). A name server that does not answer is no reason to doubt a reader: then yes.
    """
    if not settings.CHECK_MAIL_DOMAINS:
        return True
    key = f"takes-mail:{domain}"
    known = cache.get(key)
    if known is None:
        try:
            known = _ask(domain)
        except dns.exception.DNSException as error:
            logger.warning("mail_domain_not_checked", domain=domain, error=type(error).__name__)
            return True
        cache.set(key, known, KEPT)
    return known


def _ask(domain: str) -> bool:
    try:
        exchanges = [str(answer.exchange) for answer in resolve(domain, "MX")]
    except dns.resolver.NXDOMAIN:
        return False
    except dns.resolver.NoAnswer:
        # Without an MX the address record of the name itself counts.
        return _has_address(domain)
    return any(exchange != "." for exchange in exchanges)


def _has_address(domain: str) -> bool:
    for kind in ("A", "AAAA"):
        try:
            if list(resolve(domain, kind)):
                return True
        except dns.resolver.NoAnswer:
            continue
        except dns.resolver.NXDOMAIN:
            return False
    return False


def resolve(domain: str, kind: str) -> list:
    """The records of one kind."""
    return list(dns.resolver.resolve(domain, kind, lifetime=PATIENCE))
