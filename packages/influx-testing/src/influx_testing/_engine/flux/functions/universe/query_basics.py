"""The functions and options that every query uses: `now`, `location`, `yield`, `filter`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext, YieldedResult
from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.storage.storage_stream import StorageStream
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.row_functions import RowPredicate, evaluating
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import MAX_INT, FluxTime

__all__ = ["filter_", "now", "yield_"]

flux_value("universe", "inf", FluxDuration(0, MAX_INT))
flux_value("universe", "location", {"zone": "UTC", "offset": FluxDuration()})


@flux_function("universe", "now")
def now(context: QueryContext) -> FluxTime:
    """Return the time at which the query runs."""
    return FluxTime(context.start)


@flux_function("universe", "yield")
def yield_(context: QueryContext, tables: TableStream, name: str = "_result") -> TableStream:
    """Add tables to the results of the query, under a name."""
    tables.add_reader()
    context.yields.append(YieldedResult(name, tables))
    return tables


@flux_function("universe", "filter")
def filter_(tables: TableStream, fn: FluxFunction, on_empty: str = "drop") -> TableStream:
    """Keep the rows for which a function returns true."""
    if on_empty not in ("drop", "keep"):
        raise FluxError(f'unknown onEmpty value: "{on_empty}"')
    predicate = RowPredicate.of(fn)
    if isinstance(tables, StorageStream) and on_empty == "drop":
        return tables.narrowed(tables.read.where(predicate.parts))

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        for table in source:
            with evaluating("filter"):
                selected = predicate.select(table)
            if len(selected) or on_empty == "keep":
                yield selected

    return tables.derive(run)
