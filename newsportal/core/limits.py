"""How often: fixed windows counted in the shared cache, by purpose and by whoever asks."""

import datetime as dt
import ipaddress

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

logger = structlog.get_logger(__name__)

DAY = dt.timedelta(days=1)
# Of an address only its network is counted or kept: a household changes addresses, a visitor is not to be tracked.
IPV4_PREFIX, IPV6_PREFIX = 24, 48


def within(name: str, key: str, *, limit: int, window: dt.timedelta, now: dt.datetime) -> bool:
    """Counts one more `name` by `key` in the window that holds `now`; whether that is still at most `limit`.

    A cache that does not answer lets everybody pass and says so in the log: limits protect, they are not the work.
    """
    try:
        count = _count(f"limit:{name}:{key}", window, now)
    except Exception:  # every cache backend has its own kinds of failure
        logger.exception("limit_not_counted", limit=name)
        return True
    return count <= limit


def note_refusal(name: str, *, now: dt.datetime) -> None:
    """Counts that something was refused because of `name`, for `refusals`."""
    try:
        _count(f"refused:{name}", DAY, now)
    except Exception:  # as above
        logger.exception("refusal_not_counted", limit=name)


def refusals(name: str, *, now: dt.datetime) -> int:
    """How often something was refused because of `name` on the day (UTC) of `now`."""
    return cache.get(_window_key(f"refused:{name}", DAY, now), 0)


def client_network(request: HttpRequest) -> str:
    """The network that a request comes from, such as "203.0.113.0/24" or "2001:db8:1::/48"; "" where it is unknown."""
    return network(client_ip(request))


def client_ip(request: HttpRequest) -> str:
    """The visitor's address; "" where it is unknown (a socket without a proxy in front).

    X-Forwarded-For is believed as far as TRUSTED_PROXIES proxies of ours wrote it: each adds one address at the end,
    what stands before those was sent by the visitor and may be a lie.
    """
    proxies = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies and (forwarded := _without_port(hops[-proxies])):
        return forwarded
    return _without_port(request.META.get("REMOTE_ADDR", ""))


def network(address: str) -> str:
    """The /24 (IPv4) or /48 (IPv6) of an IP address, in its shortest form; "" where it is none."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    prefix = IPV4_PREFIX if ip.version == 4 else IPV6_PREFIX
    return str(ipaddress.ip_network(f"{ip}/{prefix}", strict=False))


def _without_port(address: str) -> str:
    """The address in `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`; "" where there is none."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    return address if network(address) else ""


def _count(key: str, window: dt.timedelta, now: dt.datetime) -> int:
    key = _window_key(key, window, now)
    cache.add(key, 0, timeout=window.total_seconds())
    try:
        return cache.incr(key)
    except ValueError:  # dropped between the two calls: it is the first one again
        cache.set(key, 1, timeout=window.total_seconds())
        return 1


def _window_key(key: str, window: dt.timedelta, now: dt.datetime) -> str:
    return f"{key}:{int(window.total_seconds())}:{int(now.timestamp() // window.total_seconds())}"
