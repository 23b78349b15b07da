"""Functions of experimental that are those of universe for the column `_value`."""

from __future__ import annotations

from typing import Any, Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import Value

__all__: list[str] = []

_VALUE: Final = "_value"


def _universe(context: QueryContext, name: str, tables: TableStream, **given: Any) -> TableStream:
    """Call a function of universe; arguments that are None are left out."""
    arguments = {key: value for key, value in given.items() if value is not None}
    result: TableStream = context.member("", name).pipe(tables, **arguments)
    return result


def _register(name: str) -> None:
    @flux_function("experimental", name)
    def of_value(context: QueryContext, tables: TableStream) -> TableStream:
        return _universe(context, name, tables, column=_VALUE)


for _name in ("count", "distinct", "first", "last", "max", "mean", "min", "mode", "skew", "spread"):
    _register(_name)
for _name in ("sum", "unique"):
    _register(_name)


@flux_function("experimental", "fill")
def fill(
    context: QueryContext, tables: TableStream, value: Value = None, use_previous: bool = False
) -> TableStream:
    """Replace null."""
    previous = use_previous or None
    return _universe(context, "fill", tables, column=_VALUE, value=value, usePrevious=previous)


@flux_function("experimental", "stddev")
def stddev(context: QueryContext, tables: TableStream, mode: str = "sample") -> TableStream:
    """Return the standard deviation."""
    return _universe(context, "stddev", tables, column=_VALUE, mode=mode)


@flux_function("experimental", "quantile")
def quantile(
    context: QueryContext,
    tables: TableStream,
    q: float,
    compression: float | None = None,
    method: str | None = None,
) -> TableStream:
    """Return a quantile."""
    return _universe(
        context, "quantile", tables, column=_VALUE, q=q, compression=compression, method=method
    )


@flux_function("experimental", "kaufmansAMA")
def kaufmans_ama(context: QueryContext, tables: TableStream, n: int) -> TableStream:
    """Return Kaufman's adaptive moving average."""
    return _universe(context, "kaufmansAMA", tables, column=_VALUE, n=n)


@flux_function("experimental", "integral")
def integral(
    context: QueryContext,
    tables: TableStream,
    unit: FluxDuration | None = None,
    interpolate: str | None = None,
) -> TableStream:
    """Return the area under the values over time."""
    return _universe(context, "integral", tables, column=_VALUE, unit=unit, interpolate=interpolate)


@flux_function("experimental", "histogram")
def histogram(
    context: QueryContext, tables: TableStream, bins: list[float], normalize: bool = False
) -> TableStream:
    """Count the values below bounds, which are the column `le`."""
    return _universe(
        context,
        "histogram",
        tables,
        column=_VALUE,
        upperBoundColumn="le",
        countColumn=_VALUE,
        bins=bins,
        normalize=normalize,
    )


@flux_function("experimental", "histogramQuantile")
def histogram_quantile(
    context: QueryContext,
    tables: TableStream,
    quantile: float | None = None,
    min_value: float | None = None,
) -> TableStream:
    """Return a quantile of a histogram, whose bounds are the column `le`."""
    return _universe(
        context,
        "histogramQuantile",
        tables,
        countColumn=_VALUE,
        upperBoundColumn="le",
        valueColumn=_VALUE,
        quantile=quantile,
        minValue=min_value,
    )


@flux_function("experimental", "window")
def window(
    context: QueryContext,
    tables: TableStream,
    every: FluxDuration | None = None,
    period: FluxDuration | None = None,
    offset: FluxDuration | None = None,
    location: Value = None,
    create_empty: bool = False,
) -> TableStream:
    """Divide tables into windows of time."""
    return _universe(
        context,
        "window",
        tables,
        every=every,
        period=period,
        offset=offset,
        location=location,
        createEmpty=create_empty,
    )
