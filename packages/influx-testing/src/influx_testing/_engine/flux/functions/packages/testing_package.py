"""Packages testing and planner, and `experimental.diff`: compare streams of tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.scalars.value_texts import displayed
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.table.group_key import EMPTY_KEY, GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn
from influx_testing._engine.flux.table.records import columns_of_records
from influx_testing._engine.flux.table.table_collector import TableCollector
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_dictionary import FluxDictionary
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_regexp import FluxRegexp
from influx_testing._engine.flux.values.flux_types import Value

__all__: list[str] = []

_DIFF: Final = "_diff"
_Row = tuple[Any, ...]

flux_value("testing", "tags", [])
flux_value("planner", "disableLogicalRules", [])
flux_value("planner", "disablePhysicalRules", [])


@flux_function("testing/expect", "planner")
def planner(rules: FluxDictionary) -> dict[str, Value]:
    """Return an empty record: the fake has no planner whose rules could be counted."""
    return {}


@flux_function("testing", "load")
def load(tables: TableStream) -> TableStream:
    """Return the tables as they are: the place where tests put them through a storage."""
    return tables


@flux_function("testing", "assertEmpty")
def assert_empty(tables: TableStream) -> TableStream:
    """Return the tables if none has a row.

    Raises:
        FluxError: a table has rows.
    """

    def check(table: KeyedTable) -> KeyedTable:
        if len(table):
            raise FluxError("found non-empty table", "aborted")
        return table

    return tables.each(check)


@flux_function("testing", "assertEquals")
def assert_equals(
    context: QueryContext, name: str, got: TableStream, want: TableStream
) -> TableStream:
    """Return the tables if they are those that are wanted.

    Raises:
        FluxError: they are not.
    """

    def check(differences: Iterator[KeyedTable]) -> Iterator[KeyedTable]:
        for table in differences:
            if len(table):
                raise FluxError(f"test {name}: tables are not equal", "aborted")
        yield from got

    got.add_reader()
    differing = diff(context, got, want)
    return context.tables(lambda: check(iter(differing)))


@flux_function("testing", "assertEqualValues", nulls=True)
def assert_equal_values(context: QueryContext, got: Value, want: Value) -> TableStream:
    """Return a table without rows if two values are equal, else one with both of them."""
    rows = [] if got == want else [{_DIFF: "-", "v": want}, {_DIFF: "+", "v": got}]
    return TableStream.of(
        context.budget, [KeyedTable(EMPTY_KEY, columns_of_records(rows), len(rows))]
    )


@flux_function("testing", "shouldError")
def should_error(context: QueryContext, fn: FluxFunction, want: FluxRegexp) -> TableStream:
    """Return a table without rows if a function fails as wanted.

    Raises:
        FluxError: it does not.
    """
    try:
        value = fn()
    except FluxError as error:
        if want.matches(error.message):
            columns = {"v": TableColumn("string", [])}
            return TableStream.of(context.budget, [KeyedTable(EMPTY_KEY, columns, 0)])
        raise FluxError(
            f"shouldError expected an error that matches {want.pattern}, got {error.message}"
        ) from None
    raise FluxError(f"shouldError expected an error, got {displayed(value)}")


@flux_function("testing", "diff")
def diff(
    context: QueryContext,
    got: TableStream,
    want: TableStream,
    epsilon: Value = 1e-6,
    nans_equal: Value = False,
    verbose: Value = False,
) -> TableStream:
    """Return the rows that differ: `-` for those that are missing, `+` for those too many.

    Rows are compared one by one; floats may differ by `epsilon`.
    """
    tolerance = float(epsilon)

    def same(left: Any, right: Any) -> bool:
        if type(left) is float and type(right) is float:
            if math.isnan(left) and math.isnan(right):
                return bool(nans_equal)
            return left == right or abs(left - right) <= tolerance
        return bool(left == right)

    def compare(wanted: Sequence[_Row], found: Sequence[_Row]) -> Iterator[tuple[str, _Row]]:
        for number in range(max(len(wanted), len(found))):
            before, after = wanted[number : number + 1], found[number : number + 1]
            if before and after and all(map(same, before[0], after[0])):
                if verbose:
                    yield "", after[0]
                continue
            yield from (("-", row) for row in before)
            yield from (("+", row) for row in after)

    return _compared(context, got, want, compare)


@flux_function("experimental", "diff")
def experimental_diff(context: QueryContext, got: TableStream, want: TableStream) -> TableStream:
    """Return the rows of tables that differ, with the fewest `-` and `+`, in their order."""

    def compare(wanted: Sequence[_Row], found: Sequence[_Row]) -> Iterator[tuple[str, _Row]]:
        if list(wanted) == list(found):
            return
        matcher = SequenceMatcher(None, wanted, found, autojunk=False)
        for tag, start, stop, begin, end in matcher.get_opcodes():
            if tag == "equal":
                yield from (("", row) for row in wanted[start:stop])
            else:
                yield from (("-", row) for row in wanted[start:stop])
                yield from (("+", row) for row in found[begin:end])

    return _compared(context, got, want, compare)


def _compared(
    context: QueryContext, got: TableStream, want: TableStream, compare: Any
) -> TableStream:
    """Return the differences between the tables of equal group keys."""
    got.add_reader()
    want.add_reader()

    def make() -> Iterator[KeyedTable]:
        found, wanted = _by_key(got), _by_key(want)
        for key in dict.fromkeys((*wanted, *found)):
            types = _types(key, wanted.get(key), found.get(key))
            rows = list(compare(_rows(wanted.get(key), types), _rows(found.get(key), types)))
            if rows:
                yield _difference(key, types, rows)

    return context.tables(make)


def _by_key(stream: TableStream) -> dict[GroupKey, KeyedTable]:
    collector = TableCollector()
    for table in stream:
        collector.add(table.key, table)
    return {table.key: table for table in collector.tables()}


def _types(key: GroupKey, want: KeyedTable | None, got: KeyedTable | None) -> dict[str, str]:
    """Return the types of the columns of both tables."""
    types: dict[str, str] = {}
    for table in filter(None, (want, got)):
        for label, column in table.columns.items():
            if types.setdefault(label, column.type) != column.type:
                raise FluxError(
                    f"column types differ: {label} is {types[label]} and {column.type} in the "
                    f"tables of {key!r}",
                    "failed precondition",
                )
    return types


def _rows(table: KeyedTable | None, types: Mapping[str, str]) -> list[_Row]:
    if table is None:
        return []
    nulls: Sequence[Any] = [None] * len(table)
    columns = [table.values(label) if label in table else nulls for label in types]
    return list(zip(*columns, strict=True))


def _difference(
    key: GroupKey, types: Mapping[str, str], rows: Sequence[tuple[str, _Row]]
) -> KeyedTable:
    columns = {_DIFF: TableColumn("string", [mark for mark, _ in rows])}
    for at, (label, type_) in enumerate(types.items()):
        columns[label] = TableColumn(type_, [row[at] for _, row in rows])
    return KeyedTable(key, columns, len(rows))
