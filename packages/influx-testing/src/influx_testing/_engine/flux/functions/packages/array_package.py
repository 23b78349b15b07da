"""The function `from` of the packages array and experimental/array."""

from __future__ import annotations

from typing import Any

from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.group_key import EMPTY_KEY
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.records import columns_of_records
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import RecordArray

__all__ = ["from_"]


@flux_function("array", "from")
@flux_function("experimental/array", "from")
def from_(context: QueryContext, rows: list[dict[str, Any]]) -> TableStream:
    """Return one table of records, without a group key."""
    types = rows.types if isinstance(rows, RecordArray) else None
    table = KeyedTable(EMPTY_KEY, columns_of_records(rows, types), len(rows))
    return TableStream.of(context.budget, [table])
