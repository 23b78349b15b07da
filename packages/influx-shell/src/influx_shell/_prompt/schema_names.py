"""The names that a server knows, kept for a while so that completion does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from influx_core import InfluxDBClient, InfluxDBError
from influx_query.completion import CompletionContext, NameKind

__all__ = ["SchemaNames"]

_FRESH_SECONDS = 60.0

_Key = tuple[NameKind, str | None, str | None]


class SchemaNames:
    """The names of a database, sorted; each list is asked for once a minute at most.

    Who needs a list while it is on its way waits for the same response.

    Args:
        client: the client that lists names.
        db: the database; None if none was chosen.
        clock: returns seconds.
    """

    def __init__(self, client: InfluxDBClient, db: str | None, clock: Callable[[], float]) -> None:
        self._client = client
        self._clock = clock
        self._kept: dict[_Key, tuple[float, asyncio.Task[Sequence[str]]]] = {}
        self.db = db

    def use(self, db: str) -> None:
        """Go to another database."""
        self.db = db
        self._kept.clear()

    async def names(self, context: CompletionContext) -> Mapping[NameKind, Sequence[str]]:
        """Return the names that fit a context; nothing if the server does not list them."""
        lists = [self._list(kind, context) for kind in context.kinds]
        return dict(zip(context.kinds, await asyncio.gather(*lists), strict=True))

    async def _list(self, kind: NameKind, context: CompletionContext) -> Sequence[str]:
        measurement = context.measurements[0] if context.measurements else None
        key = (kind, measurement, context.tag)
        kept = self._kept.get(key)
        if kept is None or self._clock() - kept[0] > _FRESH_SECONDS:
            task = asyncio.create_task(_sorted(self._asked(kind, measurement, context.tag)))
            kept = self._kept[key] = (self._clock(), task)
        return await asyncio.shield(kept[1])

    def _asked(
        self, kind: NameKind, measurement: str | None, tag: str | None
    ) -> Awaitable[Sequence[str]]:
        schema, db = self._client.schema, self.db
        if kind is NameKind.DATABASE:
            return schema.databases()
        if kind is NameKind.MEASUREMENT:
            return schema.measurements(db=db)
        if kind is NameKind.TAG:
            return schema.tag_keys(measurement, db=db)
        if kind is NameKind.FIELD:
            return _keys(schema.field_keys(measurement, db=db))
        if kind is NameKind.TAG_VALUE and tag is not None:
            return schema.tag_values(tag, measurement=measurement, db=db)
        return _nothing()


async def _sorted(names: Awaitable[Sequence[str]]) -> Sequence[str]:
    try:
        return sorted(await names)
    except InfluxDBError:
        return ()


async def _keys(fields: Awaitable[Mapping[str, str]]) -> Sequence[str]:
    return list(await fields)


async def _nothing() -> Sequence[str]:
    return ()
