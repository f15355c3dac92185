"""One client for each server, whatever is asked of it. No server is needed: clients connect when they are used."""

import pytest
from django.core.cache import cache, caches

from newsportal.core import env
from newsportal.core.redis_cache import Cache

ONE, TWO = "redis://127.0.0.1:1/0", "redis://127.0.0.1:2/0"


def test_commands_share_a_client():
    client = Cache(ONE, {})._cache
    assert client.get_client("a") is client.get_client("b", write=True)


def test_writing_goes_to_the_first_server_and_reading_to_the_others():
    client = Cache([ONE, TWO], {})._cache
    ports = [client.get_client(write=write).connection_pool.connection_kwargs["port"] for write in (True, False, True)]
    assert ports == [1, 2, 1]


def test_environment_names_it(monkeypatch):
    monkeypatch.setenv("CACHE_URL", ONE)
    named = env.Environment().cache("CACHE_URL")
    assert named["BACKEND"] == f"{Cache.__module__}.{Cache.__qualname__}"


def test_what_is_put_there_comes_back():
    if not isinstance(caches["default"], Cache):
        pytest.skip("Redis is left out")
    cache.set("kept", {"a": "খবর"}, 5)
    assert cache.get_many(["kept", "other"]) == {"kept": {"a": "খবর"}}
