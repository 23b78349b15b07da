"""InfluxDBClient for threads and scripts: every method of the asyncio client, blocking.

Each method runs the asyncio method in a thread with an event loop. Type checkers see the arguments
and results of the asyncio methods.
"""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Mapping
from typing import Any, Concatenate, Generic, NoReturn, ParamSpec, Self, TypeVar, Unpack, cast

import influx_query
from influx_core._batch.settings import WriterParams
from influx_core._batch.sync import ThreadWriter
from influx_core._batch.writer import BatchWriter
from influx_core._client import admin, client, schema, tables, tokens
from influx_core._client.management.authorizations import Authorizations
from influx_core._client.management.buckets import Buckets
from influx_core._client.management.dbrp_mappings import DBRPMappings
from influx_core._client.management.organizations import Organizations
from influx_core._client.management.tasks import Tasks
from influx_core._client.querying.queries import from_is_named, select_clauses
from influx_core._results.query_result import QueryResult
from influx_core._runtime.event_loop_thread import EventLoopThread
from influx_core.errors import InfluxDBError
from influx_core.interfaces import Serializer
from influx_core.plugins import PartSpec

__all__ = [
    "BlockingAdministration",
    "BlockingAuthorizations",
    "BlockingBuckets",
    "BlockingMappings",
    "BlockingOrganizations",
    "BlockingSchema",
    "BlockingTables",
    "BlockingTasks",
    "BlockingTokens",
    "BlockingWriter",
    "InfluxDBClient",
    "SelectQuery",
]

P = ParamSpec("P")
T = TypeVar("T")
OriginalT = TypeVar("OriginalT")


class _Blocking(Generic[OriginalT]):
    """An asyncio object whose methods are run in a thread.

    Args:
        original: the asyncio object that does the work.
        thread: the thread in which the asyncio client runs.
    """

    original: OriginalT
    event_loop_thread: EventLoopThread

    def __init__(self, original: OriginalT, thread: EventLoopThread) -> None:
        self.original = original
        self.event_loop_thread = thread


def _waiting(
    method: Callable[Concatenate[OriginalT, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[_Blocking[OriginalT], P], T]:
    """The method that waits for what the original returns."""

    @functools.wraps(method)
    def call(self: _Blocking[OriginalT], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.event_loop_thread.run(method(self.original, *args, **kwargs))

    return call


def _iterating(
    method: Callable[Concatenate[OriginalT, P], AsyncGenerator[T, None]],
) -> Callable[Concatenate[_Blocking[OriginalT], P], Generator[T, None, None]]:
    """The method that waits for each item that the original yields."""

    @functools.wraps(method)
    def call(
        self: _Blocking[OriginalT], /, *args: P.args, **kwargs: P.kwargs
    ) -> Generator[T, None, None]:
        yield from self.event_loop_thread.iterate(method(self.original, *args, **kwargs))

    return call


def _like(
    original: Callable[Concatenate[client.InfluxDBClient, P], None],
) -> Callable[[Callable[..., None]], Callable[Concatenate[InfluxDBClient, P], None]]:
    """Give a constructor the arguments of the original, for type checkers and for `help()`."""

    def decorate(method: Callable[..., None]) -> Callable[Concatenate[InfluxDBClient, P], None]:
        return functools.wraps(original)(method)

    return decorate


class SelectQuery(influx_query.SelectQuery):
    """A query whose `execute` waits for the result."""

    __slots__ = ()

    def execute(self) -> QueryResult:  # type: ignore[override]
        """Run the query on its client; see `InfluxDBClient.execute`."""
        owner = cast(_QueryOwner, self._client)
        return cast(QueryResult, owner.event_loop_thread.run(super().execute()))


class _QueryOwner:
    """The client of a `SelectQuery`: the asyncio client, and the thread that it works in."""

    def __init__(self, original: client.InfluxDBClient, thread: EventLoopThread) -> None:
        self.event_loop_thread = thread
        self.execute = original.execute


class BlockingSchema(_Blocking[schema.Schema]):
    """Lists measurements, tags, fields and series; see `influx_core.InfluxDBClient.schema`."""

    databases = _waiting(schema.Schema.databases)
    measurements = _waiting(schema.Schema.measurements)
    tag_keys = _waiting(schema.Schema.tag_keys)
    tag_values = _waiting(schema.Schema.tag_values)
    field_keys = _waiting(schema.Schema.field_keys)
    series = _waiting(schema.Schema.series)


class BlockingTables(_Blocking[tables.Tables]):
    """Creates and deletes tables of InfluxDB 3; see `influx_core.Administration.tables`."""

    create = _waiting(tables.Tables.create)
    delete = _waiting(tables.Tables.delete)


class BlockingTokens(_Blocking[tokens.AdminTokens]):
    """Creates and deletes tokens of InfluxDB 3; see `influx_core.Administration.tokens`."""

    create_admin = _waiting(tokens.AdminTokens.create_admin)
    regenerate_admin = _waiting(tokens.AdminTokens.regenerate_admin)
    create_named_admin = _waiting(tokens.AdminTokens.create_named_admin)
    delete = _waiting(tokens.AdminTokens.delete)


class BlockingAdministration(_Blocking[admin.Administration]):
    """Manages databases, users, tables and tokens; see `influx_core.InfluxDBClient.admin`."""

    def __init__(self, original: admin.Administration, thread: EventLoopThread) -> None:
        super().__init__(original, thread)
        self.tables = BlockingTables(original.tables, thread)
        self.tokens = BlockingTokens(original.tokens, thread)

    list_databases = _waiting(admin.Administration.list_databases)
    set_retention_period = _waiting(admin.Administration.set_retention_period)
    remove_retention_period = _waiting(admin.Administration.remove_retention_period)

    create_database = _waiting(admin.Administration.create_database)
    drop_database = _waiting(admin.Administration.drop_database)
    drop_measurement = _waiting(admin.Administration.drop_measurement)
    retention_policies = _waiting(admin.Administration.retention_policies)
    create_retention_policy = _waiting(admin.Administration.create_retention_policy)
    drop_retention_policy = _waiting(admin.Administration.drop_retention_policy)
    users = _waiting(admin.Administration.users)
    create_user = _waiting(admin.Administration.create_user)
    drop_user = _waiting(admin.Administration.drop_user)
    set_password = _waiting(admin.Administration.set_password)
    grants = _waiting(admin.Administration.grants)
    grant = _waiting(admin.Administration.grant)
    revoke = _waiting(admin.Administration.revoke)
    continuous_queries = _waiting(admin.Administration.continuous_queries)
    create_continuous_query = _waiting(admin.Administration.create_continuous_query)
    drop_continuous_query = _waiting(admin.Administration.drop_continuous_query)


class BlockingBuckets(_Blocking[Buckets]):
    """Manages buckets; see `influx_core.InfluxDBClient.buckets`."""

    list = _waiting(Buckets.list)
    get = _waiting(Buckets.get)
    create = _waiting(Buckets.create)
    update = _waiting(Buckets.update)
    set_retention = _waiting(Buckets.set_retention)
    delete = _waiting(Buckets.delete)
    id_of = _waiting(Buckets.id_of)


class BlockingOrganizations(_Blocking[Organizations]):
    """Manages organizations; see `influx_core.InfluxDBClient.organizations`."""

    list = _waiting(Organizations.list)
    get = _waiting(Organizations.get)
    create = _waiting(Organizations.create)
    update = _waiting(Organizations.update)
    delete = _waiting(Organizations.delete)


class BlockingAuthorizations(_Blocking[Authorizations]):
    """Manages tokens; see `influx_core.InfluxDBClient.authorizations`."""

    list = _waiting(Authorizations.list)
    get = _waiting(Authorizations.get)
    create = _waiting(Authorizations.create)
    update = _waiting(Authorizations.update)
    delete = _waiting(Authorizations.delete)


class BlockingMappings(_Blocking[DBRPMappings]):
    """Manages mappings to buckets; see `influx_core.InfluxDBClient.dbrps`."""

    list = _waiting(DBRPMappings.list)
    create = _waiting(DBRPMappings.create)
    update = _waiting(DBRPMappings.update)
    delete = _waiting(DBRPMappings.delete)


class BlockingTasks(_Blocking[Tasks]):
    """Manages tasks; see `influx_core.InfluxDBClient.tasks`."""

    get = _waiting(Tasks.get)
    create = _waiting(Tasks.create)
    update = _waiting(Tasks.update)
    delete = _waiting(Tasks.delete)
    run = _waiting(Tasks.run)
    runs = _waiting(Tasks.runs)
    logs = _waiting(Tasks.logs)
    list = _waiting(Tasks.list)


class BlockingWriter(ThreadWriter):
    """A batch writer of a blocking client: enter it with `with`, use it from any thread.

    A writer that is still open when the interpreter exits is closed: it delivers its points within
    `close_timeout`, and reports undelivered points on stderr.

    Args:
        owner: the client.
        writer: the asyncio writer.
    """

    def __init__(self, owner: InfluxDBClient, writer: BatchWriter) -> None:
        super().__init__(writer, owner.event_loop_thread.run)
        self._owner = owner

    def __enter__(self) -> Self:
        self._run(self._writer.__aenter__(), None)
        _entered.add(self)
        self._owner.event_loop_thread.at_exit(self._close_at_exit)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        _entered.discard(self)
        if not self._writer.inherited:
            self._run(self._writer.__aexit__(kind, error, trace), None)

    def close(self) -> None:
        """Close the writer; see `influx_core.BatchWriter.aclose`."""
        if self in _entered or self._owner.event_loop_thread.used:
            self.__exit__(None, None, None)

    def _close_at_exit(self) -> None:
        if self not in _entered:
            return
        try:
            self.close()
        except InfluxDBError as error:
            print(f"influx_core: a batch writer was not closed: {error}", file=sys.stderr)  # noqa: T201


_entered: set[BlockingWriter] = set()
"""The writers that may hold points: they stay alive, and so do their clients."""


class InfluxDBClient(_Blocking[client.InfluxDBClient]):
    """A blocking client for InfluxDB; takes the arguments of `influx_core.InfluxDBClient`.

    Several threads may use it at the same time. Close it with `with` or `close()`. After a fork,
    the child process needs its own client.

    Attributes:
        original: the asyncio client that it uses.
        event_loop_thread: the thread in which the asyncio client runs.
        schema: lists measurements, tags, fields and series.
        admin: manages databases, users, tables and tokens.
        buckets, organizations, authorizations, dbrps, tasks: manage InfluxDB 2.x.
    """

    schema: BlockingSchema
    admin: BlockingAdministration

    @_like(client.InfluxDBClient.__init__)
    def __init__(self, *args: Any, **options: Any) -> None:
        self._wrap(client.InfluxDBClient(*args, **options))

    @classmethod
    def from_url(cls, url: str, **options: Any) -> Self:
        """Create a client from one URL; see `influx_core.InfluxDBClient.from_url`."""
        return cls._around(client.InfluxDBClient.from_url(url, **options))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **options: Any) -> Self:
        """Create a client from environment variables; see `influx_core.InfluxDBClient.from_env`."""
        return cls._around(client.InfluxDBClient.from_env(environ, **options))

    @classmethod
    def _around(cls, original: client.InfluxDBClient) -> Self:
        made = cls.__new__(cls)
        made._wrap(original)  # noqa: SLF001
        return made

    def _wrap(self, original: client.InfluxDBClient) -> None:
        _Blocking.__init__(self, original, EventLoopThread())
        self.event_loop_thread.at_exit(self.close)
        self.schema = BlockingSchema(original.schema, self.event_loop_thread)
        self.admin = BlockingAdministration(original.admin, self.event_loop_thread)

    def __repr__(self) -> str:
        return f"<blocking {repr(self.original)[1:]}" if hasattr(self, "original") else "<blocking>"

    def __reduce__(self) -> NoReturn:
        self.original.__reduce__()

    @property
    def base_urls(self) -> list[str]:
        """The base URLs; the one that responded last comes first."""
        return self.original.base_urls

    @property
    def serializer(self) -> Serializer:
        """The part that encodes points."""
        return self.original.serializer

    @property
    def buckets(self) -> BlockingBuckets:
        """Manages the buckets of InfluxDB 2.x."""
        return BlockingBuckets(self.original.buckets, self.event_loop_thread)

    @property
    def organizations(self) -> BlockingOrganizations:
        """Manages the organizations of InfluxDB 2.x."""
        return BlockingOrganizations(self.original.organizations, self.event_loop_thread)

    @property
    def authorizations(self) -> BlockingAuthorizations:
        """Manages the tokens of InfluxDB 2.x."""
        return BlockingAuthorizations(self.original.authorizations, self.event_loop_thread)

    @property
    def dbrps(self) -> BlockingMappings:
        """Manages the mappings of databases to buckets of InfluxDB 2.x."""
        return BlockingMappings(self.original.dbrps, self.event_loop_thread)

    @property
    def tasks(self) -> BlockingTasks:
        """Manages the tasks of InfluxDB 2.x."""
        return BlockingTasks(self.original.tasks, self.event_loop_thread)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __del__(self) -> None:
        thread: EventLoopThread | None = getattr(self, "event_loop_thread", None)
        if thread is not None and thread.used:
            warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2)
            thread.discard(self.original.aclose)

    def close(self) -> None:
        """Close all connections and end the thread; the client cannot be used afterwards."""
        if self.event_loop_thread.used:
            self.event_loop_thread.run(self.original.aclose())
        self.event_loop_thread.close()

    @from_is_named
    def query(
        self, select: str | Iterable[str], from_: str | Iterable[str], **kwargs: Any
    ) -> SelectQuery:
        """Create a query with the builder; its `execute()` runs it on this client and waits."""
        owner = _QueryOwner(self.original, self.event_loop_thread)
        return SelectQuery(owner, *select_clauses(select, from_), **kwargs)

    def writer(
        self, *, spool: PartSpec | None = None, **settings: Unpack[WriterParams]
    ) -> BlockingWriter:
        """Create a batch writer, which sends points in the background; enter it to use it."""
        return BlockingWriter(self, self.original.writer(spool=spool, **settings))

    api_name = _waiting(client.InfluxDBClient.api_name)
    ping = _waiting(client.InfluxDBClient.ping)
    health = _waiting(client.InfluxDBClient.health)

    write = _waiting(client.InfluxDBClient.write)
    write_many = _waiting(client.InfluxDBClient.write_many)
    write_lines = _waiting(client.InfluxDBClient.write_lines)

    execute = _waiting(client.InfluxDBClient.execute)
    raw_query = _waiting(client.InfluxDBClient.raw_query)
    stream = _iterating(client.InfluxDBClient.stream)
    query_sql = _waiting(client.InfluxDBClient.query_sql)
    stream_sql = _iterating(client.InfluxDBClient.stream_sql)

    query_flux = _waiting(client.InfluxDBClient.query_flux)
    stream_flux = _iterating(client.InfluxDBClient.stream_flux)
    stream_bytes = _iterating(client.InfluxDBClient.stream_bytes)
    stream_get = _iterating(client.InfluxDBClient.stream_get)

    databases = _waiting(client.InfluxDBClient.databases)
    measurements = _waiting(client.InfluxDBClient.measurements)
    tag_keys = _waiting(client.InfluxDBClient.tag_keys)
    tag_values = _waiting(client.InfluxDBClient.tag_values)
    field_keys = _waiting(client.InfluxDBClient.field_keys)
    create_database = _waiting(client.InfluxDBClient.create_database)
    drop_database = _waiting(client.InfluxDBClient.drop_database)
    delete = _waiting(client.InfluxDBClient.delete)
