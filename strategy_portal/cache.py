"""A cache that may vanish: while Redis is away, each process uses its own memory."""

import logging
import time
from typing import Any, Final

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
# One page asks the cache several times; only the first may wait for a dead host.
REST_SECONDS: Final = 5.0


class VanishingCache(BaseCache):
    """Redis when it answers, else this process's memory."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, params)
        self._memory = LocMemCache("while-redis-is-away", params)
        self._away_until = 0.0

    def _ask(self, question: str, *args: Any, **options: Any) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return getattr(self._redis, question)(*args, **options)
            except (RedisError, OSError) as error:
                self._away_until = time.monotonic() + REST_SECONDS
                log.warning("The cache is away: %s", error)
        return getattr(self._memory, question)(*args, **options)

    def add(self, key: Any, value: Any, *args: Any, **options: Any) -> bool:
        return bool(self._ask("add", key, value, *args, **options))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **options: Any) -> None:
        self._ask("set", key, value, *args, **options)

    def touch(self, key: Any, *args: Any, **options: Any) -> bool:
        return bool(self._ask("touch", key, *args, **options))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("delete", key, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("has_key", key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._ask("incr", key, delta, version))

    def clear(self) -> None:
        self._ask("clear")
