"""MeasurementSource: asks a server for the schema and the times of a measurement."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterable, Sequence
from typing import Any, cast

from influx_copy import Selection, open_source
from influx_core import ConfigError, InfluxDBClient
from influx_core.columns import Kind
from influx_dask._cluster.server_url import ServerURL
from influx_dask._read.measurement_query import NUMBERS, FieldTypes
from influx_dask._read.statement_shape import KnownColumns
from influx_dask._read.time_bounds import Bounds, equal_parts, finer_step, merged
from influx_query import quote_ident, render, show
from influx_query.nodes import Measurement

__all__ = ["MeasurementSource"]

_COUNTED_FIELDS = 20
_COUNTS_AT_ONCE = 4


class MeasurementSource:
    """Asks about one measurement.

    Args:
        client: a client of the database.
        url: the server.
        measurement: the measurement.
        policy: its retention policy; empty for the default one.
    """

    def __init__(
        self, client: InfluxDBClient, url: ServerURL, measurement: str, policy: str
    ) -> None:
        self._client = client
        self._url = url
        self._measurement = measurement
        self._policy = policy

    async def check(self) -> None:
        """Refuse a measurement that does not exist.

        Raises:
            ConfigError: there is no such measurement.
            DatabaseNotFound: there is no such database.
        """
        known = await self._client.measurements()
        if self._measurement not in known:
            raise ConfigError(
                f"database {self._url.database!r} has no measurement {self._measurement!r}; "
                + _known("it has", known, self._measurement)
            )

    async def columns(
        self, chosen: Sequence[str] | None, filtered: Iterable[str], drop_empty_rows: bool
    ) -> tuple[tuple[str, ...], tuple[tuple[str, Kind], ...], FieldTypes]:
        """The tags; the fields with their types; and the fields of which a row has one.

        Args:
            chosen: the names of tags and fields that are read; None for all.
            filtered: the names of tags that are compared.
            drop_empty_rows: whether a row has one of the chosen fields, instead of any.

        Raises:
            ConfigError: there is no such column, no type fits all values of a field, or rows are
                to have chosen fields and none is chosen.
        """
        tags = await self._client.tag_keys(self._measurement)
        kinds = await self._kinds()
        for name in filtered:
            self._require(name, tags, "tag")
        for name in chosen or ():
            self._require(name, [*tags, *kinds], "tag or field")
        read_tags = tuple(tag for tag in tags if chosen is None or tag in chosen)
        names = [field for field in kinds if chosen is None or field in chosen]
        if drop_empty_rows and not names:
            raise ConfigError(
                "drop_empty_rows leaves the rows with a value in one of the columns that are "
                "fields, but all columns are tags: choose a field too"
            )
        fields = tuple(self._typed(name, kinds[name]) for name in names)
        of_rows = names if drop_empty_rows else list(kinds)
        return read_tags, fields, tuple((name, tuple(sorted(kinds[name]))) for name in of_rows)

    async def schema(self) -> KnownColumns:
        """The tags, and the fields that have one kind in all shards or are numbers."""
        kinds = await self._kinds()
        tags = await self._client.tag_keys(self._measurement)
        fields: dict[str, Kind] = {}
        for name, several in kinds.items():
            kind = _common_kind(several)
            if kind is not None:
                fields[name] = kind
        return KnownColumns(frozenset(tags), fields)

    async def shards(self, start: int, stop: int) -> list[Bounds]:
        """The ranges of time that may have points: shards, or on 2.x and 3.x whole days."""
        one_policy = self._url.api == "v1"
        policy = (self._policy or await self._default_policy()) if one_policy else ""
        selection = Selection(
            (self._url.database,),
            (policy,) if policy else (),
            (self._measurement,),
            start,
            stop,
        )
        source = open_source(self._url.copy_url)
        try:
            ranges = await source.ranges(selection)
        finally:
            await source.aclose()
        return merged((range_.start, range_.stop) for range_ in ranges)

    async def equal_ranges(self, ranges: Sequence[Bounds], rows: int) -> list[Bounds]:
        """Ranges with about equal numbers of points, found by counting them in steps.

        Args:
            ranges: the ranges that have points.
            rows: the number of points that a range should have.
        """
        if not ranges:
            return []
        fields = list(await self._kinds())[:_COUNTED_FIELDS]
        found: list[Bounds] = []
        pending = [(ranges[0][0], ranges[-1][1])]
        limit = asyncio.Semaphore(_COUNTS_AT_ONCE)
        while pending:
            steps = [finer_step(bounds) for bounds in pending]
            counted = await asyncio.gather(
                *(
                    self._counts(bounds, step, fields, limit)
                    for bounds, step in zip(pending, steps, strict=True)
                )
            )
            larger: list[Bounds] = []
            for bounds, step, counts in zip(pending, steps, counted, strict=True):
                parts, large = equal_parts(bounds, counts, step, rows)
                found += parts
                larger += large
            pending = larger
        return sorted(found)

    async def _counts(
        self, bounds: Bounds, step: int, fields: Sequence[str], limit: asyncio.Semaphore
    ) -> dict[int, int]:
        counts = ", ".join(f"count({quote_ident(field)}::field)" for field in fields)
        source = ".".join(quote_ident(name) for name in (self._policy, self._measurement) if name)
        async with limit:
            result = await self._client.execute(
                f"SELECT {counts} FROM {source} WHERE time >= {bounds[0]} AND time < {bounds[1]} "  # noqa: S608
                f"GROUP BY time({step}ns) fill(none)"
            )
        return {
            cast(int, row.time_ns): max(value or 0 for value in list(row)[1:])
            for row in result.rows()
        }

    async def _kinds(self) -> dict[str, set[str]]:
        """The fields in the retention policy, each with its types."""
        source = Measurement(name=self._measurement, retention_policy=self._policy)
        result = await self._client.execute(render(show.field_keys((source,))))
        kinds: dict[str, set[str]] = {}
        for row in result.rows():
            kinds.setdefault(row["fieldKey"], set()).add(row["fieldType"])
        if not kinds:
            policy = f"policy {self._policy!r}" if self._policy else "default policy"
            raise ConfigError(
                f"measurement {self._measurement!r} has no points in the {policy}: name the "
                "retention policy that has them, as in http://localhost:8086/mydb?rp=week"
            )
        return kinds

    async def _default_policy(self) -> str:
        policies = await self._client.admin.retention_policies()
        return next((policy.name for policy in policies if policy.default), "")

    def _require(self, name: str, known: Sequence[str], what: str) -> None:
        if name not in known:
            raise ConfigError(
                f"measurement {self._measurement!r} has no {what} {name!r}; "
                + _known("it has", known, name)
            )

    def _typed(self, field: str, kinds: set[str]) -> tuple[str, Kind]:
        kind = _common_kind(kinds)
        if kind is None:
            raise ConfigError(
                f"field {field!r} of {self._measurement!r} has the types "
                f"{', '.join(sorted(kinds))}, for which a frame has no common one: leave it out "
                "with columns=[...]"
            )
        return field, kind


def _common_kind(kinds: set[str]) -> Kind | None:
    """The kind that holds the values of a field of these types; None if there is none."""
    if len(kinds) == 1:
        return cast(Kind, next(iter(kinds)))
    return "float" if kinds <= NUMBERS else None


def _known(intro: str, names: Sequence[str], wanted: Any) -> str:
    """What there is, the names that are like the wanted one first."""
    like = difflib.get_close_matches(str(wanted), names, 3)
    shown = list(dict.fromkeys([*like, *sorted(names)]))
    rest = f" and {len(shown) - 10} more" if len(shown) > 10 else ""
    return f"{intro} {', '.join(map(repr, shown[:10])) or 'none'}{rest}"
