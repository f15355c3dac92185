"""Django's Redis cache with one client for each server, which Django makes anew for every command.

Making one takes longer than what it asks: it writes down how the answers of some hundred commands are read.
"""

from typing import Any

from django.core.cache.backends import redis


class Client(redis.RedisCacheClient):
    """Keeps its clients beside their pools. Threads may share them: each command takes a connection of its own."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clients: dict[Any, Any] = {}

    def get_client(self, key: str | None = None, *, write: bool = False) -> Any:
        """The client for a command; which server it is for is Django's to say."""
        pool = self._get_connection_pool(write)
        if pool not in self._clients:
            self._clients[pool] = self._client(connection_pool=pool)
        return self._clients[pool]


class Cache(redis.RedisCache):
    """The backend that settings.CACHES names."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
