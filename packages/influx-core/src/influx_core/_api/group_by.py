"""Groups the flat rows of InfluxDB 3 into series, one for each combination of GROUP BY tags.

InfluxDB 3 returns the tags of GROUP BY as columns, and leaves out columns that are null. The
statement determines which columns are tags; if it does not, they stay columns. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, repeat
from typing import Any

from influx_core._columns.column_types import TIME
from influx_core._parsers.column_hints import ColumnHints
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series
from influx_query import InfluxQLSyntaxError, parse, walk
from influx_query.nodes import Call, Field, Node, RegexLiteral, SelectStatement, VarRef, Wildcard

__all__ = ["GroupByAdapter", "Shape", "column_hints"]

MOST_REMEMBERED = 4_000
"""Characters of a query that is parsed once, although it is looked at twice."""

ROW_PICKERS = frozenset({"top", "bottom"})
"""Functions that add the tags they were given to the columns."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a SELECT says about the columns of its answer.

    Attributes:
        tags: the tags it groups by, sorted as in series of InfluxDB 1.x; None for all columns that
            are no fields: of GROUP BY with a wildcard or a pattern.
        fields: the names of what it selects, in order; None where only the server knows them.
    """

    tags: tuple[str, ...] | None
    fields: tuple[str, ...] | None

    @staticmethod
    def of(text: str, params: Mapping[str, object] | None = None) -> Shape | None:
        """The shape of the answer to a query; None where rows are best left as they come."""
        select = _only_select(text, params)
        return None if select is None else _shape(select)

    def is_tag(self, column: str) -> bool:
        """Whether a column of the answer holds a tag of GROUP BY."""
        if self.tags is not None:
            return column in self.tags
        return column not in (TIME, *(self.fields or ()))

    def split(self, series: Series) -> Iterator[Series]:
        """One series for each run of rows with the same tags, in the order they come."""
        tags = self._tags(series.columns)
        columns = self._columns(series.columns, tags)
        if columns == series.columns and not tags:
            yield series
            return
        for stretch, values in _runs(series, tags):
            yield _cut(series, columns, stretch, self._named(tags, values))

    def _named(self, tags: Sequence[str], values: Sequence[str]) -> dict[str, str]:
        """Tags and values; of a wildcard or a pattern, the tags that the rows have."""
        named = zip(tags, values, strict=True)
        return {tag: value for tag, value in named if value or self.tags is not None}

    def _tags(self, columns: Sequence[str]) -> Sequence[str]:
        if self.tags is not None:
            return self.tags
        return sorted(filter(self.is_tag, columns))

    def _columns(self, columns: Sequence[str], tags: Sequence[str]) -> tuple[str, ...]:
        fields = () if self.fields is None else (TIME, *self.fields)
        return (*fields, *(c for c in columns if c not in fields and c not in tags))


class GroupByAdapter:
    """Splits series by their tags.

    The last series of every piece is held back until it is known whether more of it follows.
    """

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._held: StatementResult | None = None

    def adapt(self, results: list[StatementResult]) -> list[StatementResult]:
        """Return the pieces that the results finish."""
        return [piece for given in results for piece in self._split(given)]

    def finish(self) -> list[StatementResult]:
        """Return what was held."""
        return list(self._released(following=None))

    def _split(self, given: StatementResult) -> Iterator[StatementResult]:
        for whole in given.series:
            for series in self._shape.split(whole):
                yield from self._released(following=series)
                self._held = replace(given, series=(series,), messages=())
        if not given.series or given.messages:
            yield replace(given, series=())

    def _released(self, following: Series | None) -> Iterator[StatementResult]:
        if self._held is not None:
            (series,) = self._held.series
            series.partial = following is not None and _key(following) == _key(series)
            yield self._held
            self._held = None


def column_hints(text: str, params: Mapping[str, object] | None = None) -> ColumnHints:
    """What InfluxQL tells about the columns of its answer.

    Only `time` holds times, under its name or another one, and tags of GROUP BY are text.
    """
    select = _only_select(text, params)
    times = {TIME}
    if select is not None:
        times.update(field.alias for field in select.fields if field.alias and _is_time(field.expr))
    shape = None if select is None else _shape(select)
    return ColumnHints(times.__contains__, _no_tag if shape is None else shape.is_tag)


def _no_tag(column: str) -> bool:
    return False


def _is_time(expr: Node) -> bool:
    return isinstance(expr, VarRef) and expr.name == TIME


def _only_select(text: str, params: Mapping[str, object] | None) -> SelectStatement | None:
    if params or len(text) > MOST_REMEMBERED:
        return _parsed(text, params)
    return _remembered(text)


@lru_cache(maxsize=64)
def _remembered(text: str) -> SelectStatement | None:
    return _parsed(text, None)


def _parsed(text: str, params: Mapping[str, object] | None) -> SelectStatement | None:
    try:
        statements = parse(text, params)
    except InfluxQLSyntaxError:
        return None  # the server has to judge it
    if len(statements) != 1 or not isinstance(statements[0], SelectStatement):
        return None
    return statements[0]


def _shape(select: SelectStatement) -> Shape | None:
    grouped = [d.expr for d in select.dimensions if not isinstance(d.expr, Call)]
    tags = tuple(sorted({expr.name for expr in grouped if isinstance(expr, VarRef)}))
    by_pattern = not all(isinstance(expr, VarRef) for expr in grouped)
    fields = _names(select.fields)
    if by_pattern and fields is None:
        return None  # any column may be a tag, or a field
    renamed = {field.alias or "" for field in select.fields} | {
        field.expr.name for field in select.fields if isinstance(field.expr, Call)
    }
    if renamed & set(tags):
        return None  # one name for two columns: nobody knows which of them came
    return Shape(None if by_pattern else tags, fields)


def _names(fields: Iterable[Field]) -> tuple[str, ...] | None:
    """What the columns of these fields are called; None if one of them has no certain name."""
    names = tuple(name for field in fields if (name := _name(field)) != TIME)
    known = all(names) and len(set(names)) == len(names)
    return names if known else None


def _name(field: Field) -> str:
    if any(isinstance(node, Wildcard | RegexLiteral) for node in walk(field.expr)):
        return ""
    match field:
        case Field(alias=alias) if alias:
            return alias
        case Field(expr=VarRef(name=name)):
            return name
        case Field(expr=Call(name=name)) if name not in ROW_PICKERS:
            return name
        case _:
            return ""


def _runs(series: Series, tags: Sequence[str]) -> Iterator[tuple[slice, tuple[str, ...]]]:
    """Where rows with the same tags begin and end, and those tags' values."""
    values = zip(*(_texts(series, tag) for tag in tags), strict=True)
    start = 0
    for shared, rows in groupby(values if tags else repeat((), len(series))):
        stop = start + sum(1 for _ in rows)
        yield slice(start, stop), shared
        start = stop


def _texts(series: Series, tag: str) -> list[str]:
    """The values of a tag, empty where a row has none."""
    if tag not in series.columns:
        return [""] * len(series)
    position = series.columns.index(tag)
    if isinstance(series, ColumnSeries):
        values = series.data[position].to_list()
    else:
        values = [row[position] for row in series.rows]
    return [value if isinstance(value, str) else "" for value in values]


def _cut(series: Series, columns: Sequence[str], stretch: slice, tags: Mapping[str, str]) -> Series:
    """Some rows of a series, and some of its columns; nulls in one that did not come."""
    if isinstance(series, ColumnSeries):
        return series.part(columns, stretch.start, stretch.stop, tags)
    positions = {name: i for i, name in enumerate(series.columns)}
    picked = [positions.get(column) for column in columns]
    rows = [[None if i is None else row[i] for i in picked] for row in series.rows[stretch]]
    return Series(series.name, columns, rows, tags=tags, times=series.times)


def _key(series: Series) -> tuple[Any, ...]:
    return series.name, series.tags
