"""Makes columns of records: what `map` and `array.from` need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.table.keyed_table import Repeated, TableColumn
from influx_testing._engine.flux.values.flux_types import (
    Value,
    is_column_type,
    type_name,
    wrapped,
)

__all__ = ["column_of", "columns_of_records"]


def column_of(
    label: str, values: Sequence[Value], default: str | None = None
) -> TableColumn | None:
    """Return the column of values of Flux; times beyond 64 bits wrap around, as in Go.

    Args:
        label: its name, for errors.
        values: the values; None for null.
        default: the type of a column of nulls alone.

    Returns:
        None if all values are null and there is no default.

    Raises:
        FluxError: the values have several types, or one that columns cannot hold.
    """
    if isinstance(values, Repeated):
        kinds: set[str] = {type_name(values.value)} if len(values) else set()
    else:
        kinds = {type_name(value) for value in _one_of_each_class(values)}
    kinds.discard("null")
    if not kinds:
        return None if default is None else TableColumn(default, values)
    if len(kinds) > 1:
        first, second, *_ = sorted(kinds)
        raise FluxError(
            f'schema collision detected: column "{label}" is both of type {first} and {second}'
        )
    kind = kinds.pop()
    if not is_column_type(kind):
        raise FluxError(
            f'map object property "{label}" is {kind} type which is not supported in a flux table'
        )
    if kind not in ("time", "uint"):
        return TableColumn(kind, values)
    stored = wrapped if kind == "time" else int
    if isinstance(values, Repeated):
        return TableColumn(kind, Repeated(stored(values.value), len(values)))
    return TableColumn(kind, [None if value is None else stored(value) for value in values])


def _one_of_each_class(values: Sequence[Value]) -> Iterable[Value]:
    return {value.__class__: value for value in values}.values()


def columns_of_records(
    records: Sequence[Mapping[str, Value]], defaults: Mapping[str, str] | None = None
) -> dict[str, TableColumn]:
    """Return the columns of records; labels in the order in which they come first.

    A label that a record lacks is null there; a column of nulls alone is left out, unless
    `defaults` has its type.

    Raises:
        FluxError: a column would have several types, or one that columns cannot hold.
    """
    labels: dict[str, None] = {}
    seen: set[tuple[str, ...]] = set()
    for record in records:
        own = tuple(record)
        if own not in seen:
            seen.add(own)
            labels.update(dict.fromkeys(own))
    columns: dict[str, TableColumn] = {}
    for label in labels:
        if len(seen) == 1:
            values: list[Value] = [record[label] for record in records]
        else:
            values = [record.get(label) for record in records]
        column = column_of(label, values, (defaults or {}).get(label))
        if column is not None:
            columns[label] = column
    return columns
