import datetime as dt

import pytest
from django.test import RequestFactory

from newsportal.core import limits

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def request(*, forwarded=None, remote="192.0.2.1"):
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)


def count(times, *, key="198.51.100.0/24", now=NOW):
    return [limits.within("test", key, limit=3, window=HOUR, now=now) for _ in range(times)]


def test_lets_as_many_pass_as_the_limit_says():
    assert count(5) == [True, True, True, False, False]


def test_counts_each_key_by_itself():
    count(4)
    assert count(1, key="203.0.113.0/24") == [True]


def test_begins_anew_with_the_next_window():
    count(4)
    assert count(1, now=NOW + HOUR) == [True]


def test_a_dead_cache_lets_pass(monkeypatch):
    def dead(*args, **kwargs):
        raise ConnectionError("no cache")

    monkeypatch.setattr(limits.cache, "add", dead, raising=False)
    assert count(5) == [True] * 5


def test_refusals_are_counted_by_day():
    limits.note_refusal("test", now=NOW)
    limits.note_refusal("test", now=NOW)
    assert limits.refusals("test", now=NOW) == 2
    assert limits.refusals("test", now=NOW + dt.timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_network(address, network):
    assert limits.network(address) == network


def test_without_proxies_the_header_is_not_believed(settings):
    settings.TRUSTED_PROXIES = 0
    assert limits.client_ip(request(forwarded="203.0.113.9")) == "192.0.2.1"


def test_one_proxy_wrote_the_last_address(settings):
    settings.TRUSTED_PROXIES = 1
    assert limits.client_ip(request(forwarded="10.9.9.9, 203.0.113.9")) == "203.0.113.9"


def test_two_proxies_wrote_the_last_two(settings):
    settings.TRUSTED_PROXIES = 2
    assert limits.client_ip(request(forwarded="10.9.9.9, 203.0.113.9, 172.16.0.4")) == "203.0.113.9"


def test_fewer_addresses_than_proxies_are_not_believed(settings):
    settings.TRUSTED_PROXIES = 2
    assert limits.client_ip(request(forwarded="203.0.113.9")) == "192.0.2.1"


@pytest.mark.parametrize("forwarded", ["203.0.113.9:4711", " 203.0.113.9 "])
def test_ports_and_space_are_taken_off(settings, forwarded):
    settings.TRUSTED_PROXIES = 1
    assert limits.client_ip(request(forwarded=forwarded)) == "203.0.113.9"


def test_ipv6_with_a_port(settings):
    settings.TRUSTED_PROXIES = 1
    assert limits.client_network(request(forwarded="[2001:db8:1::9]:4711")) == "2001:db8:1::/48"


def test_nonsense_in_the_header_falls_back_to_the_connection(settings):
    settings.TRUSTED_PROXIES = 1
    assert limits.client_ip(request(forwarded="<script>")) == "192.0.2.1"


def test_a_socket_has_no_network():
    assert limits.client_network(request(remote="")) == ""
