"""Functions that choose, name and copy columns: `keep`, `drop`, `rename`, `duplicate`, `set`.

A column of the group key that is dropped leaves the key; tables that have the same key then become
one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.key_merging import merged_by_key
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction

__all__ = ["drop", "duplicate", "keep", "rename", "set_"]


def _changed(tables: TableStream, change: Callable[[KeyedTable], KeyedTable]) -> TableStream:
    """The tables with other columns; a table that has lost all of them has no rows."""

    def changed(table: KeyedTable) -> KeyedTable:
        made = change(table)
        return made if made.columns else made.empty()

    return tables.derive(lambda source: merged_by_key(map(changed, source)))


def _check_choice(
    function: str, columns: object, fn: object, other: str, other_given_too: str
) -> None:
    """Refuse to choose columns by two arguments, or by none."""
    if columns is None and fn is None:
        raise FluxError(f"{function} error: neither column list nor {other} provided")
    if columns is not None and fn is not None:
        raise FluxError(f"{function} error: both column list and {other_given_too} provided")


def _column_test(
    function: str, columns: Iterable[str] | None, fn: FluxFunction | None
) -> Callable[[str], bool]:
    """The condition that chooses columns, from the one argument that is given."""
    _check_choice(function, columns, fn, "predicate function", "predicate")
    if fn is not None:
        call = fn.of_one("column")
        return lambda label: call(label) is True
    return frozenset(columns or ()).__contains__


@flux_function("universe", "keep")
def keep(
    tables: TableStream, columns: list[str] | None = None, fn: FluxFunction | None = None
) -> TableStream:
    """Keep some columns, by name or by a function of the name."""
    chosen = _column_test("keep", columns, fn)
    return _changed(tables, lambda table: table.keeping(filter(chosen, table.labels)))


@flux_function("universe", "drop")
def drop(
    tables: TableStream, columns: list[str] | None = None, fn: FluxFunction | None = None
) -> TableStream:
    """Drop some columns, by name or by a function of the name."""
    chosen = _column_test("drop", columns, fn)
    return _changed(tables, lambda table: table.dropping(list(filter(chosen, table.labels))))


@flux_function("universe", "rename")
def rename(
    tables: TableStream,
    columns: Mapping[str, str] | None = None,
    fn: FluxFunction | None = None,
) -> TableStream:
    """Rename columns: by a record of old and new names, or by a function of the name."""
    _check_choice("rename", columns, fn, "map function", "map function")

    def change(table: KeyedTable) -> KeyedTable:
        return _renamed(table, _new_names(table, columns, fn))

    return _changed(tables, change)


def _new_names(
    table: KeyedTable, columns: Mapping[str, str] | None, fn: FluxFunction | None
) -> dict[str, str]:
    if fn is not None:
        call = fn.of_one("column")
        return {label: call(label) for label in table.labels}
    names = columns or {}
    missing = next((label for label in names if label not in table), None)
    if missing is not None:
        raise FluxError(f'rename error: column "{missing}" doesn\'t exist')
    return dict(names)


def _renamed(table: KeyedTable, names: dict[str, str]) -> KeyedTable:
    columns = {names.get(label, label): column for label, column in table.columns.items()}
    if len(columns) < len(table.columns):
        news = [names.get(label, label) for label in table.labels]
        twice = next(label for label in news if news.count(label) > 1)
        raise FluxError(f'rename error: column "{twice}" already exists')
    return KeyedTable(table.key.renamed(names), columns, len(table))


@flux_function("universe", "duplicate")
def duplicate(tables: TableStream, column: str, as_: str) -> TableStream:
    """Copy a column under another name, or over another column.

    The copy is part of the group key if the column that it replaces was.
    """

    def change(table: KeyedTable) -> KeyedTable:
        source = table.columns.get(column)
        if source is None:
            raise FluxError(f'duplicate error: column "{column}" doesn\'t exist')
        if as_ in table.key and column in table.key:
            return table.with_key_column(as_, source.type, table.key[column])
        return table.with_column(as_, source.type, source.values)

    return _changed(tables, change)


@flux_function("universe", "set")
def set_(tables: TableStream, key: str, value: str) -> TableStream:
    """Set a column to a text in all rows; in the group key too if the column is part of it."""

    def change(table: KeyedTable) -> KeyedTable:
        if key in table.key:
            return table.with_key_column(key, "string", value)
        return table.with_column(key, "string", [value] * len(table))

    return _changed(tables, change)
