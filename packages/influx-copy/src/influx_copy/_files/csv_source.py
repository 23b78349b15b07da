"""CSVSource: reads a CSV file whose header names the columns."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influx_copy._files.compression import open_reader
from influx_copy._files.file_parts import FileSource
from influx_copy._files.point_choice import chosen_points, next_batches
from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import (
    ColumnarBatch,
    CopyRange,
    FieldType,
    PointFilter,
    PointSchema,
    Selection,
)
from influx_core import ConfigError, DataPoint, Unsigned
from influx_core.timestamps import UNIT_NS, Precision, to_ns

__all__ = ["CSVLayout", "CSVSource"]

_BOOLEANS = {"true": True, "false": False, "True": True, "False": False, "t": True, "f": False}


@dataclass(frozen=True, slots=True)
class CSVLayout:
    """What the columns of a CSV file hold.

    Attributes:
        measurement: the measurement; empty if a column called `name` has it, as in the CSV that
            `influx -execute ... -format csv` writes.
        time: the column of times: RFC 3339, or integers.
        tags: the columns that are tags.
        types: the types of fields; by default a column is an integer, a float or a boolean if all
            its values look so, and a string otherwise. Integers that are out of range are unsigned
            if they can be; a column with integers that a float would round is no float.
        precision: the unit of times that are integers.
    """

    measurement: str = ""
    time: str = "time"
    tags: tuple[str, ...] = ()
    types: Mapping[str, FieldType] | None = None
    precision: Precision = "ns"


class CSVSource(FileSource):
    """Reads a CSV file, twice: first to find the types of its columns.

    An empty cell is a missing value. The column `tags` of the CSV of `influx`, `host=a,region=eu`,
    gives tags, unless it is chosen for something else.

    Args:
        path: the file.
        layout: what its columns hold.
    """

    def __init__(self, path: Path, layout: CSVLayout) -> None:
        if not path.exists():
            raise ConfigError(f"there is no file {path}")
        self._path = path
        self._layout = layout
        self._types: dict[str, FieldType] | None = None

    @property
    def identity(self) -> str:
        """The path."""
        return f"csv:{self._path}"

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        """The file is one range."""
        range_ = CopyRange("", "", self._layout.measurement, part=self._path.name)
        return [selection.clipped(range_)] if selection.has(range_) else []

    async def schema(self, range_: CopyRange) -> PointSchema:
        """The tags, and the fields with their types."""
        types = await asyncio.to_thread(self._found_types)
        return PointSchema(self._layout.tags, {name: (kind,) for name, kind in types.items()})

    async def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        """Yield the points of the file that are in the range.

        Raises:
            RangeIncomplete: a cell cannot be read; the message has its line and column.
        """
        types = await asyncio.to_thread(self._found_types)
        points = chosen_points(self._points(types), range_, where)
        while batches := await asyncio.to_thread(next_batches, points):
            for batch in batches:
                yield batch

    def _rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows with the number of their last line; cells that are missing are empty."""
        with open_reader(self._path) as raw:
            # strict: a quote without an end would make one cell of the rest of the file
            reader = csv.reader(io.TextIOWrapper(raw, "utf-8-sig", newline=""), strict=True)
            rows = self._parsed(reader)
            header = next(rows, list[str]())
            self._check_header(header)
            for row in rows:
                if len(row) != len(header) and row:
                    raise RangeIncomplete(
                        f"{self._path}, line {reader.line_num}: {len(row)} cells for "
                        f"{len(header)} columns"
                    )
                if row:
                    yield reader.line_num, dict(zip(header, row, strict=True))

    def _parsed(self, reader: Any) -> Iterator[list[str]]:
        try:
            yield from reader
        except csv.Error as error:
            raise RangeIncomplete(f"{self._path}, line {reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            where = f"near line {reader.line_num + 1}"
            raise RangeIncomplete(f"{self._path}, {where}: not valid UTF-8") from error

    def _check_header(self, header: Sequence[str]) -> None:
        layout = self._layout
        if layout.time not in header:
            raise RangeIncomplete(
                f"{self._path} has no column {layout.time!r}; its columns are "
                f"{', '.join(header)}: name the one with times, as in csv:FILE?time=when"
            )
        if not layout.measurement and "name" not in header:
            raise RangeIncomplete(
                f"{self._path} has no column 'name': say the measurement, as in "
                "csv:FILE?measurement=cpu"
            )
        for option, names in (("tags", layout.tags), ("types", layout.types or {})):
            for name in names:
                if name not in header:
                    raise RangeIncomplete(
                        f"{self._path} has no column {name!r}, which {option}= names; its columns "
                        f"are {', '.join(header)}"
                    )
        twice = next((name for name in header if header.count(name) > 1), None)
        if twice is not None:
            raise RangeIncomplete(f"{self._path} has two columns {twice!r}: rename one of them")

    def _found_types(self) -> dict[str, FieldType]:
        if self._types is None:
            possible: dict[str, list[FieldType]] = {}
            for _, row in self._rows():
                for name in self._field_names(row):
                    kinds = possible.setdefault(name, list(_READERS))
                    if row[name] and len(kinds) > 1:
                        kinds[:] = [kind for kind in kinds if _looks_exactly(kind, row[name])]
            found: dict[str, FieldType] = {name: kinds[0] for name, kinds in possible.items()}
            self._types = {**found, **(self._layout.types or {})}
        return self._types

    def _field_names(self, row: Mapping[str, str]) -> list[str]:
        others = {self._layout.time, *self._layout.tags}
        if not self._layout.measurement:
            others |= {"name", "tags"}
        return [name for name in row if name not in others]

    def _points(self, types: Mapping[str, FieldType]) -> Iterator[DataPoint]:
        for line, row in self._rows():
            point = self._point(line, row, types)
            if point is not None:
                yield point

    def _point(
        self, line: int, row: Mapping[str, str], types: Mapping[str, FieldType]
    ) -> DataPoint | None:
        tags = {key: row[key] for key in self._layout.tags if row.get(key)}
        if not self._layout.measurement and "tags" not in self._layout.tags:
            tags |= _printed_tags(row.get("tags", ""))
        fields: dict[str, Any] = {}
        for name in self._field_names(row):
            if row[name]:
                fields[name] = self._value(line, name, types[name], row[name])
        if not fields:
            return None
        time = self._time(line, row[self._layout.time])
        return DataPoint(self._layout.measurement or row["name"], tags, fields, time)

    def _value(self, line: int, name: str, kind: FieldType, text: str) -> Any:
        if not _looks(kind, text):
            raise RangeIncomplete(
                f"{self._path}, line {line}, column {name!r}: {text!r} is not of type {kind}"
            )
        return _READERS[kind](text)

    def _time(self, line: int, text: str) -> int:
        try:
            if text.lstrip("-").isdigit():
                return int(text) * UNIT_NS[self._layout.precision]
            return to_ns(text)
        except ValueError as error:
            raise RangeIncomplete(f"{self._path}, line {line}: {error}") from error


def _float(text: str) -> float:
    value = float(_number(text))
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("no server stores NaN or infinity")
    return value


def _integer(text: str) -> int:
    value = int(_number(text))
    if not -(2**63) <= value < 2**63:
        raise ValueError("more than 64 bits")
    return value


def _unsigned(text: str) -> Unsigned:
    value = int(_number(text))
    if not 0 <= value < 2**64:
        raise ValueError("not an unsigned integer of 64 bits")
    return Unsigned(value)


def _number(text: str) -> str:
    if "_" in text or not text.isascii():  # Python reads 1_000, too
        raise ValueError("not a number")
    return text


# In the order in which the types of a column are tried.
_READERS: Mapping[FieldType, Any] = {
    "integer": _integer,
    "unsigned": _unsigned,
    "float": _float,
    "boolean": _BOOLEANS.__getitem__,
    "string": str,
}


def _looks(kind: FieldType, text: str) -> bool:
    try:
        _READERS[kind](text)
    except (ValueError, KeyError):
        return False
    return True


def _looks_exactly(kind: FieldType, text: str) -> bool:
    """Whether a text is a value of a type that has all digits of an integer."""
    if kind != "float" or not text.strip().lstrip("+-").isdigit():
        return _looks(kind, text)
    return _looks(kind, text) and int(text) == float(text)


def _printed_tags(text: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in text.split(",") if pair)
    return {key: value for key, _, value in pairs if value}
