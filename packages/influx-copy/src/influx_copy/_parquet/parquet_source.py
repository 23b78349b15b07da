"""ParquetSource: reads Parquet files, whose folders may name database, policy and measurement."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from influx_copy._files.file_parts import FileSource
from influx_copy._files.hive_names import range_of_path
from influx_copy._parquet.arrow_columns import (
    TIME,
    ColumnRole,
    batch_of_table,
    import_pyarrow,
    kind_of,
    roles_of_schema,
    rows_at,
)
from influx_copy._text.text_source import files_below
from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import (
    ALL_TIME,
    ColumnarBatch,
    CopyRange,
    FieldType,
    PointFilter,
    PointSchema,
    Selection,
)

__all__ = ["ParquetSource"]

_ROWS = 20_000


class ParquetSource(FileSource):
    """Reads Parquet.

    Args:
        path: a file, or a directory of files, in folders `db=/rp=/measurement=/date=` or not.
        measurement: the measurement of files whose folder names none.
        tags: the columns that are tags, in files of other programs; dictionaries by default.

    Raises:
        ConfigError: pyarrow is not installed.
    """

    def __init__(self, path: Path, measurement: str = "", tags: Sequence[str] = ()) -> None:
        self._parquet = import_pyarrow("pyarrow.parquet")
        self._path = path
        self._folder = path if path.is_dir() else path.parent
        self._measurement = measurement
        self._tags = tuple(tags)
        self._listed: list[CopyRange] | None = None
        self._schemas: dict[tuple[str, str, str], PointSchema] = {}

    @property
    def identity(self) -> str:
        """The path."""
        return f"parquet:{self._path}"

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        """List the files."""
        listed = await asyncio.to_thread(self._files)
        return [selection.clipped(range_) for range_ in listed if selection.has(range_)]

    async def schema(self, range_: CopyRange) -> PointSchema:
        """The tags and fields of a measurement in a policy, over all its files."""
        key = (range_.database, range_.policy, range_.measurement)
        if key not in self._schemas:
            self._schemas[key] = await asyncio.to_thread(self._schema_of, *key)
        return self._schemas[key]

    async def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        """Yield the points of a file, or those of all files that are in a range."""
        for found in await asyncio.to_thread(self._parts, range_):
            reader = self._parquet.ParquetFile(self._folder / found.part)
            with reader:
                roles = roles_of_schema(reader.schema_arrow, self._tags)
                pieces = reader.iter_batches(_ROWS)
                while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                    chosen = _chosen(piece, roles, range_, where)
                    if chosen.num_rows:
                        yield batch_of_table(found.measurement, chosen, roles)

    def _files(self) -> list[CopyRange]:
        if self._listed is None:
            self._listed = [
                replace(named, measurement=named.measurement or self._name())
                for named in map(self._named, files_below(self._path, (".parquet",)))
            ]
        return self._listed

    def _named(self, path: Path) -> CopyRange:
        return range_of_path(path.relative_to(self._folder))

    def _name(self) -> str:
        if not self._measurement:
            raise RangeIncomplete(
                f"no folder of {self._path} names a measurement: add one to the URL, as in "
                f"parquet:{self._path}?measurement=cpu"
            )
        return self._measurement

    def _parts(self, range_: CopyRange) -> Iterator[CopyRange]:
        if range_.part:
            return iter([range_])
        times = Selection(start=range_.start, stop=range_.stop)
        return iter(
            [
                found
                for found in self._files()
                if times.has(found)
                and (found.database, found.policy, found.measurement)
                == (range_.database, range_.policy, range_.measurement)
            ]
        )

    def _schema_of(self, *names: str) -> PointSchema:
        tags: dict[str, None] = {}
        fields: dict[str, set[FieldType]] = {}
        for found in self._files():
            if (found.database, found.policy, found.measurement) != names:
                continue
            schema = self._parquet.read_schema(self._folder / found.part)
            roles = roles_of_schema(schema, self._tags)
            for role, column in zip(roles, schema, strict=True):
                if role.role == "tag":
                    tags[role.name] = None
                elif role.role == "field":
                    kind = cast(FieldType, kind_of(role, column.type)[0])
                    fields.setdefault(role.name, set()).add(kind)
        return PointSchema(
            tuple(tags), {name: tuple(sorted(kinds)) for name, kinds in fields.items()}
        )


def _chosen(piece: Any, roles: Sequence[ColumnRole], range_: CopyRange, where: PointFilter) -> Any:
    """The rows of a record batch that are in a range and have the tags that are asked for."""
    columns = dict(zip(roles, piece.columns, strict=True))
    chosen: Iterable[int] = range(piece.num_rows)
    if (times := columns.get(TIME)) is not None:
        moments = _nanoseconds(times)
        chosen = [at for at in chosen if range_.start <= moments[at] < range_.stop]
    for key, value in where.tags.items():
        column = columns.get(ColumnRole("tag", key))
        values: list[object] = [] if column is None else column.to_pylist()
        chosen = [at for at in chosen if values and values[at] == value]
    rows = list(chosen)
    return piece if len(rows) == piece.num_rows else rows_at(piece, rows)


def _nanoseconds(times: Any) -> list[int]:
    pa = import_pyarrow()
    exact = times.cast(pa.timestamp("ns", getattr(times.type, "tz", None)))
    found: list[int | None] = exact.cast(pa.int64()).to_pylist()
    return [ALL_TIME[0] if moment is None else moment for moment in found]
