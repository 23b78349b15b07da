"""The names that a server knows, kept for a while so that completion does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from influx_core import InfluxDBClient, InfluxDBError
from influx_query.completion import CompletionContext, NameKind

__all__ = ["SchemaNames"]

_FRESH_SECONDS = 60.0

_IN_CONDITIONS = (NameKind.TAG, NameKind.FIELD)
"""What may stand after WHERE and AND."""

_Key = tuple[NameKind, str | None, str | None]


class SchemaNames:
    """The names of a database, sorted; each list is asked for once a minute at most.

    Who needs a list while it is on its way waits for the same response. The values of a tag are
    asked for when its name is being typed in a condition: the server needs longer for them than
    for names.

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
        measurement = context.measurements[0] if context.measurements else None
        lists = [self._list(kind, measurement, context.tag) for kind in context.kinds]
        names = dict(
            zip(context.kinds, await asyncio.gather(*map(asyncio.shield, lists)), strict=True)
        )
        if context.kinds == _IN_CONDITIONS and measurement is not None:
            tag = _meant(context.prefix, names[NameKind.TAG])
            if tag is not None:
                self._list(NameKind.TAG_VALUE, measurement, tag)
        return names

    def _list(
        self, kind: NameKind, measurement: str | None, tag: str | None
    ) -> asyncio.Task[Sequence[str]]:
        key = (kind, measurement, tag)
        kept = self._kept.get(key)
        if kept is None or self._clock() - kept[0] > _FRESH_SECONDS:
            task = asyncio.create_task(_sorted(self._asked(kind, measurement, tag)))
            kept = self._kept[key] = (self._clock(), task)
        return kept[1]

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


def _meant(prefix: str, tags: Sequence[str]) -> str | None:
    """Return the tag that is being typed: the one of that name, or the only one that begins so."""
    if prefix in tags:
        return prefix
    begun = [tag for tag in tags if prefix and tag.startswith(prefix)]
    return begun[0] if len(begun) == 1 else None


async def _sorted(names: Awaitable[Sequence[str]]) -> Sequence[str]:
    try:
        return sorted(await names)
    except InfluxDBError:
        return ()


async def _keys(fields: Awaitable[Mapping[str, str]]) -> Sequence[str]:
    return list(await fields)


async def _nothing() -> Sequence[str]:
    return ()
