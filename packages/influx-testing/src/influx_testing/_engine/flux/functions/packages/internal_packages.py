"""The few functions of internal packages that queries of others use."""

from __future__ import annotations

from typing import Final

from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import MAX_INT, MIN_INT, FluxTime, Value

__all__: list[str] = []

_DEBUG: Final = "internal/debug"

flux_value("internal/influxql", "epoch", FluxTime(0))
flux_value("internal/influxql", "minTime", FluxTime(MIN_INT + 2))
flux_value("internal/influxql", "maxTime", FluxTime(MAX_INT - 1))


def _register_pass(name: str) -> None:
    @flux_function(_DEBUG, name)
    def unchanged(tables: TableStream) -> TableStream:
        return tables


for _name in ("opaque", "pass", "slurp"):
    _register_pass(_name)


@flux_function(_DEBUG, "sink")
def sink(tables: TableStream) -> TableStream:
    """Discard all tables."""
    return tables.each(lambda table: None)


@flux_function(_DEBUG, "null")
def null(type_: str = "") -> Value:
    """Return null."""
    return None
