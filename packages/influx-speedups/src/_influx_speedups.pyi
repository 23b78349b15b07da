from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar, overload

from influx_core import DataPoint, KeyedTuple, PointLike
from influx_core.columns import Buffer, Kind

_Run = TypeVar("_Run")
_Receipt = TypeVar("_Receipt")
_Chunk = TypeVar("_Chunk")

SOURCE_DIGEST: str

def encode(
    points: Iterable[PointLike],
    unit: int,
    point_type: type[DataPoint],
    fallback: Callable[[int, list[PointLike]], bytes],
) -> bytes: ...
def encode_point(point: PointLike, unit: int, point_type: type[DataPoint]) -> bytes | None: ...

class PointIntake(Generic[_Chunk, _Receipt]):
    def take(self, point: PointLike, /) -> _Receipt | None: ...
    def allow(self, points: int, size: int, /) -> None: ...
    def taken(self) -> tuple[int, int]: ...
    def end_run(self, chunks: list[_Chunk], /) -> tuple[int, int]: ...

def point_intake(
    unit: int,
    point_type: type[DataPoint],
    run: Callable[[], _Run],
    receipt: Callable[[_Run, int], _Receipt],
    chunk: Callable[[bytes, int, tuple[int, int], _Run], _Chunk],
    now: Callable[[], int],
    /,
) -> PointIntake[_Chunk, _Receipt]: ...

class _LineReader: ...

def line_reader(
    data: bytes, unit: int, default_time: int | None, point_type: type[DataPoint]
) -> _LineReader: ...
def read_lines(reader: _LineReader, position: int, most: int) -> tuple[list[DataPoint], int]: ...
def summarize_lines(
    data: bytes, final: bool, /
) -> tuple[int, int, int, bool, bool, int | None, int | None]: ...
def point_keys(data: bytes, by_field: bool, /) -> frozenset[object] | None: ...
def encode_columns(
    length: int,
    unit: int,
    names: Sequence[tuple[bytes, bytes, Any]],
    rest: bytes,
    fields: Sequence[tuple[bytes, Any]],
    times: Any,
    threads: int,
    fallback: Callable[[int], bytes],
) -> bytes: ...

Tags: TypeAlias = dict[str, str]
DictionaryParts: TypeAlias = tuple[int, Buffer, Buffer]
"""Length, text, offsets."""
ColumnParts: TypeAlias = tuple[
    Kind, int, Buffer | list[Any], Buffer | None, Buffer | None, DictionaryParts | None
]
"""Kind, length, values, offsets, valid bits, dictionary."""
SeriesByRow: TypeAlias = tuple[str, tuple[str, ...], Table, Tags, bool]
"""Name, names of the columns, values, tags, whether more rows follow."""
SeriesByColumn: TypeAlias = tuple[str, tuple[str, ...], tuple[ColumnParts, ...], Tags, bool]

class Table:
    def __len__(self) -> int: ...
    def lists(self, stop: int, /) -> list[list[Any]]: ...
    def shown(self, column: int, unit: int, /) -> list[list[Any]] | None: ...
    @overload
    def csv(self, before: str, /) -> str: ...
    @overload
    def csv(self, before: str, column: int, unit: int, /) -> str | None: ...
    def increasing(self, column: int, /) -> tuple[int, int] | None: ...
    @classmethod
    def joined(cls, tables: Sequence[Table], /) -> Table: ...

class Rows:
    def __iter__(self) -> Iterator[KeyedTuple]: ...

ResultsByRow: TypeAlias = list[tuple[int, tuple[SeriesByRow, ...], bool]]
"""For each result its statement, its series, whether more series follow."""
ResultsByColumn: TypeAlias = list[tuple[int, tuple[SeriesByColumn, ...], bool]]

def read_json_tables(document: bytes | memoryview, /) -> ResultsByRow | None: ...
def read_json_columns(document: bytes | memoryview, /) -> ResultsByColumn | None: ...
def read_msgpack_tables(document: bytes, /) -> ResultsByRow | None: ...
def read_msgpack_columns(document: bytes, /) -> ResultsByColumn | None: ...
def read_csv_tables(
    records: bytes, start: int, kinds: str, keys: int, /
) -> tuple[list[tuple[str, str, Table, list[int]]], int] | None: ...
def read_csv_columns(
    records: bytes, start: int, kinds: str, keys: int, /
) -> tuple[list[tuple[str, str, tuple[ColumnParts, ...], list[int]]], int] | None: ...
def skip_msgpack(data: bytearray, position: int, values: int, most: int, /) -> tuple[int, int]: ...

FluxColumnParts: TypeAlias = tuple[Kind, int, bytes, bytes | None, bytes | None]
"""Kind, length, values, offsets, valid bits."""

def read_flux_rows(
    rows: bytes, delimiter: str, places: str, /
) -> tuple[list[tuple[str, str, tuple[str, ...], int]], list[FluxColumnParts]] | None: ...
def datetime_of(ns: int, /) -> datetime: ...
def row_type(base: type[KeyedTuple], /) -> type[KeyedTuple]: ...
def rows(row_type: type[KeyedTuple], table: Table, columns: dict[str, int], /) -> Rows: ...
def fit_smoothing(
    series: list[float], season: int, start: list[float], epsilon: float, /
) -> tuple[float, list[float]] | None: ...
