"""Makes rows: joins the streams of several functions, and evaluates expressions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from operator import eq
from typing import Any, NamedTuple

from influx_query.nodes import Expr, Fill
from influx_testing._engine.select.functions.fill import as_type
from influx_testing._engine.select.run.evaluate import ExpressionRules, compile_expression
from influx_testing._engine.select.run.points import Key, Point, Results

__all__ = ["PointScanner", "Row", "RowMaker", "without_nan"]


class Row(NamedTuple):
    """One row of a result: its group, time in ns, and values."""

    key: Key
    time: int
    values: list[Any]


class PointScanner:
    """A stream of points, and the positions of its values in a row.

    As on the server, it looks for a point twice for each row, unless it has one. A pause is none,
    and over then.

    Args:
        results: the stream.
        slot: the position of the value of a point; None if points have no value.
        beside: the position of the first of the other selected values.
        types: the types of the value and of the other selected values.
        fill: the replacement for missing values.
        filled_in: the measurements in which missing values are replaced; None means all.

    Attributes:
        results: the rest of the stream.
    """

    def __init__(
        self,
        results: Results,
        slot: int | None,
        beside: int,
        types: Sequence[str],
        fill: Fill,
        filled_in: frozenset[str] | None = None,
    ) -> None:
        self.results = iter(results)
        self._slot = slot
        self._beside = beside
        self._keeps = fill.kind == "previous"
        filled = fill.kind == "number"
        self._defaults = [as_type(fill.value, type_) if filled else None for type_ in types]
        self._filled_in = filled_in
        self._nothing: list[Any] = [None] * len(self._defaults)
        self._next: Point | None = None

    def peek(self) -> Point | None:
        """The next point; None at the end, or at a pause."""
        if self._next is None:
            self._next = next(self.results, None)
        return self._next

    def read(self, key: Key, time: int, row: list[Any]) -> None:
        """Set the values of a point in a row, or the replacements of missing values."""
        point = self.peek()
        if point is None or point[1] != time or point[0] != key:
            self._put(row, key, None, (None,) * (len(self._defaults) - 1))
        else:
            self.take(point, row)

    def take(self, point: Point, row: list[Any]) -> None:
        """Set the values of the point that was read last in a row."""
        key, _, value, beside = point
        if value is None or beside or self._slot is None:
            self._put(row, key, value, beside)
        else:
            row[self._slot] = value
        self._next = None

    def _put(self, row: list[Any], key: Key, value: Any, beside: Sequence[Any]) -> None:
        is_filled = self._filled_in is None or key[0] in self._filled_in
        defaults = self._defaults if is_filled else self._nothing
        if self._slot is not None:
            self._set(row, self._slot, value, defaults[0])
        for index, other in enumerate(beside):
            self._set(row, self._beside + index, other, defaults[index + 1])

    def _set(self, row: list[Any], slot: int, value: Any, default: Any) -> None:
        if value is not None:
            row[slot] = value
        elif not self._keeps:
            row[slot] = default


class RowMaker:
    """Joins scanners by group and time into rows.

    Without a point, the server returns the rows that it has, and looks once more; if it has none,
    that is the end.

    Args:
        scanners: the streams.
        fields: the expressions of the SELECT clause.
        slots: the positions of names and calls in the joined values.
        rules: the rules by which the expressions are evaluated.
        unsigned: the calls whose values are unsigned.
        ascending: whether rows are in ascending order of time.
    """

    def __init__(
        self,
        scanners: Sequence[PointScanner],
        fields: Sequence[Expr],
        slots: dict[Expr, int],
        rules: ExpressionRules,
        unsigned: Collection[Expr],
        *,
        ascending: bool,
    ) -> None:
        self._scanners = scanners
        self._fields = [compile_expression(field, slots, rules, unsigned) for field in fields]
        self._values: list[Any] = [None] * len(slots)
        self._ascending = ascending

    def __iter__(self) -> Iterator[Row]:
        return self._joined() if len(self._scanners) > 1 else self._single()

    def _single(self) -> Iterator[Row]:
        """The rows of one stream, which need no comparison of groups and times."""
        values, fields = self._values, self._fields
        for scanner in self._scanners:
            group: Key | None = None
            has_row = False
            results = scanner.results
            while (point := next(results, None)) is not None or has_row:
                if point is None:
                    has_row = False
                    continue
                key, time = point[0], point[1]
                if key != group:
                    group = key
                    values[:] = [None] * len(values)
                scanner.take(point, values)
                has_row = True
                yield Row(key, time, [function(values) for function in fields])

    def _joined(self) -> Iterator[Row]:
        group: Key | None = None
        has_row = False
        while (place := self._next_place()) is not None or has_row:
            if place is None:
                has_row = False
                continue
            key, time = place
            if key != group:
                group = key
                self._values[:] = [None] * len(self._values)
            for scanner in self._scanners:
                scanner.read(key, time, self._values)
            has_row = True
            yield Row(key, time, [function(self._values) for function in self._fields])

    def _next_place(self) -> tuple[Key, int] | None:
        points = (scanner.peek() for scanner in self._scanners)
        places = [point[:2] for point in points if point is not None]
        if len(places) < 2:
            return places[0] if places else None
        return min(places) if self._ascending else max(places)


def without_nan(row: Row) -> Row:
    """Replace NaN by missing values, as in results and in points that INTO writes."""
    values = row.values
    if all(map(eq, values, values)):
        return row
    return Row(row.key, row.time, [value if value == value else None for value in values])
