"""InfluxDBClient for threads and scripts: every method of the asyncio client, made to wait.

Nothing is written twice: each method is the asyncio one, run in a thread with an event loop of its
own. Checkers see the arguments and results of the originals.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Mapping
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, Unpack, cast

import influx_query
from influx_core._batch.settings import WriterParams
from influx_core._batch.sync import BlockingWriter
from influx_core._client import client
from influx_core._client.queries import selection
from influx_core._event_loop_thread import Portal
from influx_core.interfaces import Serializer
from influx_core.plugins import PartSpec

__all__ = ["InfluxDBClient", "SelectQuery"]

Original = client.InfluxDBClient

P = ParamSpec("P")
T = TypeVar("T")


def _waiting(
    method: Callable[Concatenate[Original, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[InfluxDBClient, P], T]:
    """The method that waits for what the original returns."""

    @functools.wraps(method)
    def call(self: InfluxDBClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.portal.run(method(self.original, *args, **kwargs))

    return call


def _iterating(
    method: Callable[Concatenate[Original, P], AsyncGenerator[T, None]],
) -> Callable[Concatenate[InfluxDBClient, P], Generator[T, None, None]]:
    """The method that waits for each thing the original yields."""

    @functools.wraps(method)
    def call(
        self: InfluxDBClient, /, *args: P.args, **kwargs: P.kwargs
    ) -> Generator[T, None, None]:
        pieces = method(self.original, *args, **kwargs)
        try:
            while True:
                try:
                    piece = self.portal.run(_next(pieces))
                except StopAsyncIteration:
                    return
                yield piece
        finally:
            self.portal.run(pieces.aclose())

    return call


async def _next(pieces: AsyncGenerator[T, None]) -> T:
    return await anext(pieces)


def _like(
    original: Callable[Concatenate[Original, P], None],
) -> Callable[[Callable[..., None]], Callable[Concatenate[InfluxDBClient, P], None]]:
    """Give a constructor the arguments of the original, for checkers and for `help()`."""

    def dress(method: Callable[..., None]) -> Callable[Concatenate[InfluxDBClient, P], None]:
        return functools.wraps(original)(method)

    return dress


class SelectQuery(influx_query.SelectQuery):
    """A query whose `execute` waits for the answer."""

    __slots__ = ()

    def execute(self) -> Any:
        """Ask the client; see `influx_query.SelectQuery.execute`."""
        asking = cast(_Waiter, self._client)
        return asking.portal.run(super().execute())


class _Waiter:
    """The client of a `SelectQuery`: asks the original, and knows who waits for it."""

    def __init__(self, original: Original, portal: Portal) -> None:
        self.portal = portal
        self.raw_query = original.raw_query


class InfluxDBClient:
    """A client for InfluxDB that waits; made with the arguments of `influx_core.InfluxDBClient`.

    It may be used from several threads at once. Close it with `with` or `close()`.

    Attributes:
        original: the asyncio client that does the work.
        portal: the thread in which it does.
    """

    original: Original
    portal: Portal

    @_like(Original.__init__)
    def __init__(self, *args: Any, **options: Any) -> None:
        self.portal = Portal()
        self.original = Original(*args, **options)

    @classmethod
    def from_url(cls, url: str, **options: Any) -> Self:
        """Make a client of one URL; see `influx_core.InfluxDBClient.from_url`."""
        return cls._around(Original.from_url(url, **options))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **options: Any) -> Self:
        """Make a client of variables; see `influx_core.InfluxDBClient.from_env`."""
        return cls._around(Original.from_env(environ, **options))

    @classmethod
    def _around(cls, original: Original) -> Self:
        made = cls.__new__(cls)
        made.portal = Portal()
        made.original = original
        return made

    @property
    def base_urls(self) -> list[str]:
        """The base URLs, the one that answered last in front."""
        return self.original.base_urls

    @property
    def serializer(self) -> Serializer:
        """The part that encodes points."""
        return self.original.serializer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection and end the thread; the client cannot be used any more."""
        if self.portal.used:
            self.portal.run(self.original.aclose())
        self.portal.close()

    def query(
        self, select: str | Iterable[str], from_: str | Iterable[str], **kwargs: Any
    ) -> SelectQuery:
        """Begin a query with the builder; its `execute()` asks this client and waits."""
        waiter = _Waiter(self.original, self.portal)
        return SelectQuery(waiter, *selection(select, from_), **kwargs)

    def writer(
        self, *, spool: PartSpec | None = None, **settings: Unpack[WriterParams]
    ) -> BlockingWriter:
        """Make a writer that sends points together, in the background; enter it to use it."""
        return BlockingWriter(self.original.writer(spool=spool, **settings), self.portal.run)

    ping = _waiting(Original.ping)
    health = _waiting(Original.health)

    write = _waiting(Original.write)
    write_many = _waiting(Original.write_many)
    write_lines = _waiting(Original.write_lines)

    raw_query = _waiting(Original.raw_query)
    execute = _waiting(Original.execute)
    stream = _iterating(Original.stream)
    query_sql = _waiting(Original.query_sql)
    stream_sql = _iterating(Original.stream_sql)

    databases = _waiting(Original.databases)
    measurements = _waiting(Original.measurements)
    tag_keys = _waiting(Original.tag_keys)
    tag_values = _waiting(Original.tag_values)
    field_keys = _waiting(Original.field_keys)
    series = _waiting(Original.series)

    create_database = _waiting(Original.create_database)
    drop_database = _waiting(Original.drop_database)
    drop_measurement = _waiting(Original.drop_measurement)
    retention_policies = _waiting(Original.retention_policies)
    create_retention_policy = _waiting(Original.create_retention_policy)
    drop_retention_policy = _waiting(Original.drop_retention_policy)
    users = _waiting(Original.users)
    create_user = _waiting(Original.create_user)
    drop_user = _waiting(Original.drop_user)
    set_password = _waiting(Original.set_password)
    grants = _waiting(Original.grants)
    grant = _waiting(Original.grant)
    revoke = _waiting(Original.revoke)
    continuous_queries = _waiting(Original.continuous_queries)
    create_continuous_query = _waiting(Original.create_continuous_query)
    drop_continuous_query = _waiting(Original.drop_continuous_query)
