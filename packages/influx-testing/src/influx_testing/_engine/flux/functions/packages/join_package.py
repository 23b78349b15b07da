"""Package join, and `experimental.join`: join two streams on the group key and other columns.

Source: https://docs.influxdata.com/flux/v0/stdlib/join/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from influx_flux.nodes import BinaryExpression, Expression
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.language.row_analysis import (
    columns_read,
    conjuncts,
    member_label,
)
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.records import columns_of_records
from influx_testing._engine.flux.table.table_collector import TableCollector
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import Value, as_column_value, reader_of

__all__: list[str] = []

_ROW_COST: Final = 8
"""What a joined row counts in the budget, compared with one that is passed on."""
_METHODS: Final = ("inner", "left", "right", "full")
_JoinKey = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Join:
    """What to join.

    Attributes:
        left_labels: the columns of the left side that have to be equal to those of the right.
        right_labels: the columns of the right side.
        method: which rows stay without a partner: none, those of a side, or all.
        merge: makes a record of two.
        reads: the columns of the left and of the right side that `merge` reads, as far as known.
    """

    left_labels: Sequence[str]
    right_labels: Sequence[str]
    method: str
    merge: Callable[[dict[str, Value], dict[str, Value]], Value]
    reads: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())

    @property
    def keeps_left(self) -> bool:
        return self.method in ("left", "full")

    @property
    def keeps_right(self) -> bool:
        return self.method in ("right", "full")


@flux_function("join", "tables")
def tables(
    context: QueryContext,
    left: TableStream,
    right: TableStream,
    on: FluxFunction,
    as_: FluxFunction,
    method: str,
) -> TableStream:
    """Join rows of tables with equal group keys, where some columns are equal.

    Raises:
        FluxError: the method is unknown, or `on` is more than comparisons by `==`.
    """
    if method not in _METHODS:
        raise FluxError(
            f'"{method}" is not a valid join method: must be "inner", "left", "right" or "full"'
        )
    return _joined(context, left, right, _of_functions(on, as_, method))


def _of_functions(on: FluxFunction, as_: FluxFunction, method: str) -> _Join:
    left_labels, right_labels = _equal_columns(on)
    return _Join(left_labels, right_labels, method, _merger(as_), _reads(as_))


def _register(method: str) -> None:
    @flux_function("join", method)
    def join(
        context: QueryContext,
        left: TableStream,
        right: TableStream,
        on: FluxFunction,
        as_: FluxFunction,
    ) -> TableStream:
        return _joined(context, left, right, _of_functions(on, as_, method))


for _method in _METHODS:
    _register(_method)


@flux_function("join", "time")
def time(
    context: QueryContext,
    left: TableStream,
    right: TableStream,
    as_: FluxFunction,
    method: str = "inner",
) -> TableStream:
    """Join rows with equal times."""
    if method not in _METHODS:
        raise FluxError(f'"{method}" is not a valid join method')
    join = _Join(("_time",), ("_time",), method, _merger(as_), _reads(as_))
    return _joined(context, left, right, join)


@flux_function("experimental", "join")
def experimental_join(
    context: QueryContext, left: TableStream, right: TableStream, fn: FluxFunction
) -> TableStream:
    """Join rows with equal times, and leave out groups of one side."""

    def merge(left_row: dict[str, Value], right_row: dict[str, Value]) -> Value:
        return fn(left=left_row, right=right_row)

    return _joined(context, left, right, _Join(("_time",), ("_time",), "inner", merge))


def _merger(as_: FluxFunction) -> Callable[[dict[str, Value], dict[str, Value]], Value]:
    return lambda left, right: as_(l=left, r=right)


def _reads(as_: FluxFunction) -> tuple[frozenset[str], frozenset[str]]:
    """Return the columns that a function of two rows reads; none of a row that it takes whole."""
    body = as_.expression
    if body is None:
        return frozenset(), frozenset()
    left, right = (columns_read(body, name) or frozenset() for name in ("l", "r"))
    return left, right


def _equal_columns(on: FluxFunction) -> tuple[list[str], list[str]]:
    """Return the columns that a function `(l, r) => l.a == r.b and ...` compares."""
    if on.expression is None:
        raise FluxError("join: the function 'on' must be one expression")
    pairs = [_pair(node) for node in conjuncts(on.expression)]
    return [left for left, _ in pairs], [right for _, right in pairs]


def _pair(node: Expression) -> tuple[str, str]:
    if isinstance(node, BinaryExpression) and node.operator == "==":
        sides = (node.left, node.right)
        for first, second in (sides, sides[::-1]):
            left, right = member_label(first, "l"), member_label(second, "r")
            if left is not None and right is not None:
                return left, right
    raise FluxError(
        "join: the function 'on' takes comparisons of columns, as in l.a == r.b, joined by and"
    )


def _joined(
    context: QueryContext, left: TableStream, right: TableStream, join: _Join
) -> TableStream:
    left.add_reader()
    right.add_reader()

    def make() -> Iterator[KeyedTable]:
        sides = _by_key(left), _by_key(right)
        _check_sides(*sides)
        schemas = tuple(_types(side.values()) for side in sides)
        _check_columns(join, schemas)
        made: dict[GroupKey, list[Value]] = {}
        for key in dict.fromkeys((*sides[0], *sides[1])):
            both = (sides[0].get(key), sides[1].get(key))
            records = list(_records(context, join, key, both, schemas))
            if records:
                made[key] = records
        yield from _tables(made, {**schemas[1], **schemas[0]})

    return context.tables(make)


def _by_key(stream: TableStream) -> dict[GroupKey, KeyedTable]:
    """Return the tables that have rows, one for each group key."""
    collector = TableCollector()
    for table in stream:
        if len(table):
            collector.add(table.key, table)
    return {table.key: table for table in collector.tables()}


def _check_sides(left: Mapping[GroupKey, KeyedTable], right: Mapping[GroupKey, KeyedTable]) -> None:
    for name, side, other in (("left", left, right), ("right", right, left)):
        if other and not side:
            raise FluxError(f"error preparing {name} side of join: cannot join on an empty table")


def _check_columns(join: _Join, schemas: tuple[Mapping[str, str], ...]) -> None:
    for name, reads, types in zip(("left", "right"), join.reads, schemas, strict=True):
        missing = sorted(reads - types.keys())
        if types and missing:
            raise FluxError(
                f"error preparing {name} side of join: table is missing label {missing[0]}"
            )


def _types(side: Iterable[KeyedTable]) -> dict[str, str]:
    return {label: column.type for table in side for label, column in table.columns.items()}


def _records(
    context: QueryContext,
    join: _Join,
    key: GroupKey,
    both: tuple[KeyedTable | None, KeyedTable | None],
    schemas: tuple[Mapping[str, str], ...],
) -> Iterator[Value]:
    """Yield the joined records of one group key, in order of the columns that they share."""
    left = _rows_by(both[0], join.left_labels, "left")
    right = _rows_by(both[1], join.right_labels, "right")
    left_default, right_default = (_default_row(key, schema) for schema in schemas)
    for found in sorted({**left, **right}, key=_order):
        left_rows, right_rows = left.get(found), right.get(found)
        if left_rows is None:
            left_rows = [left_default] if join.keeps_right else []
        if right_rows is None:
            right_rows = [right_default] if join.keeps_left else []
        context.budget.take(_ROW_COST * len(left_rows) * len(right_rows))
        for left_row in left_rows:
            for right_row in right_rows:
                record = join.merge(left_row, right_row)
                _check_key(key, record)
                yield record


def _rows_by(
    table: KeyedTable | None, labels: Sequence[str], side: str
) -> dict[_JoinKey, list[dict[str, Value]]]:
    """Return the rows by the values of some columns; null is equal to nothing."""
    if table is None:
        return {}
    for label in labels:
        if label not in table:
            raise FluxError(
                f"cannot set join columns in {side} table stream: table is missing column '{label}'"
            )
    found: dict[_JoinKey, list[dict[str, Value]]] = {}
    for number, row in enumerate(table.rows()):
        values = tuple(row[label] for label in labels)
        unequal = (side, number) if None in values else ()
        found.setdefault((values, unequal), []).append(row)
    return found


def _order(found: _JoinKey) -> Any:
    values, unequal = found
    return ([(value is not None, value if value is not None else 0) for value in values], unequal)


def _default_row(key: GroupKey, types: Mapping[str, str]) -> dict[str, Value]:
    """Return the row of a side without a partner: null, but for the group key."""
    known = {
        label: reader(value) if (reader := reader_of(type_)) and value is not None else value
        for label, type_, value in key
    }
    return {label: known.get(label) for label in types}


def _check_key(key: GroupKey, record: dict[str, Value]) -> None:
    for label, type_, value in key:
        if label not in record or as_column_value(record[label]) != value:
            raise FluxError(
                "join cannot modify group key: output record has a missing or invalid value for "
                f"column '{label}:{type_}'"
            )


def _tables(
    made: Mapping[GroupKey, Sequence[dict[str, Value]]], types: Mapping[str, str]
) -> Iterator[KeyedTable]:
    """Yield the tables of records, with their columns in order of their labels.

    A column that is null in all rows of a table has the type that it has in others.
    """
    known = dict(types)
    tables = {key: columns_of_records(records) for key, records in made.items()}
    for columns in tables.values():
        known.update((label, column.type) for label, column in columns.items())
    for key, records in made.items():
        columns = tables[key]
        if len(columns) < len(records[0]):
            columns = columns_of_records(records, known)
        yield KeyedTable(key, {label: columns[label] for label in sorted(columns)}, len(records))
