"""Makes the tables of gap filling: runs the query of a step in DataFusion and fills its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from influx_testing._flavors.sql.gapfill_rows import (
    FilledRows,
    fill_gaps,
    interpolated,
    last_places,
)
from influx_testing._flavors.sql.rewriting import GapFillStep, RewriteError

__all__ = ["TableSource", "filled_table"]

_DAY = 86_400_000_000_000
_MOST_BINS = 1_000_000


class TableSource(Protocol):
    """Runs DataFusion queries over tables."""

    def table(self, sql: str, params: Mapping[str, Any]) -> Any:
        """Run a query; returns an Arrow table."""
        ...

    def register(self, name: str, table: Any) -> None:
        """Add a table."""
        ...

    def deregister(self, name: str) -> None:
        """Remove a table."""
        ...


def filled_table(
    source: TableSource,
    step: GapFillStep,
    params: Mapping[str, Any],
    named: Callable[[str], str],
) -> Any:
    """Make the table of a step: its groups and its columns, with a row for each bin of each group.

    Args:
        source: runs the queries of the step.
        step: how the table is made.
        params: the parameters of the query.
        named: returns the name that the real server gives to a column of DataFusion.

    Returns:
        An Arrow table; its columns are named after their expressions: `locf(avg(cpu.user))`.

    Raises:
        RewriteError: bins cannot be made from the interval and the bounds.
    """
    rows = source.table(step.query, params)
    groups = rows.columns[: step.groups]
    keys = [_keys(column) for index, column in enumerate(groups) if index != step.time]
    bins = _bins(source, step, params)
    filled = fill_gaps(
        list(zip(*keys, strict=True)) or [()] * len(rows), _ns(groups[step.time]), bins
    )
    columns = [_taken(column, filled.samples) for column in groups]
    columns[step.time] = _times(filled.times, groups[step.time].type)
    shown = [named(name) for name in rows.column_names]
    names = shown[: step.groups]
    names[step.time] = names[step.time].replace("(", "_gapfill(", 1)
    for column in step.columns:
        name = shown[step.groups + column.source]
        names.append(f"{column.fill}({name})" if column.fill else name)
        columns.append(_filled(filled, rows.columns[step.groups + column.source], column.fill))
    return import_module("pyarrow").table(columns, names=names)


def _keys(column: Any) -> list[str]:
    """The keys of the groups; structs and lists are compared as text."""
    return [repr(value) for value in column.to_pylist()]


def _ns(column: Any) -> list[int | None]:
    """Convert times to ns since 1970."""
    arrow: Any = import_module("pyarrow")
    kind = column.type
    if not arrow.types.is_timestamp(kind):
        raise RewriteError(f"Error during planning: a bin must be a time, not of type {kind}")
    times: list[int | None] = (
        column.cast(arrow.timestamp("ns", kind.tz)).cast(arrow.int64()).to_pylist()
    )
    return times


def _times(times: Sequence[int | None], kind: Any) -> Any:
    arrow: Any = import_module("pyarrow")
    ns = arrow.array(times, arrow.int64()).cast(arrow.timestamp("ns", kind.tz))
    return ns.cast(kind)


def _taken(column: Any, places: Sequence[int | None]) -> Any:
    arrow: Any = import_module("pyarrow")
    return column.take(arrow.array(places, arrow.int64()))


def _filled(rows: FilledRows, column: Any, fill: str) -> Any:
    if fill == "locf":
        return _taken(column, last_places(rows, column.is_valid().to_pylist()))
    if fill == "interpolate":
        return _interpolated(rows, column)
    return _taken(column, rows.places)


def _interpolated(rows: FilledRows, column: Any) -> Any:
    """Interpolate numbers; of a selector its value, whose time is then null."""
    arrow: Any = import_module("pyarrow")
    kind = column.type
    if arrow.types.is_struct(kind) and kind.get_field_index("value") >= 0:
        whole = column.combine_chunks()
        whole = whole.chunk(0) if hasattr(whole, "chunk") else whole
        parts = [_taken(whole.field(field.name), rows.places) for field in kind]
        place = kind.get_field_index("value")
        parts[place] = _interpolated(rows, whole.field("value"))
        return arrow.StructArray.from_arrays(parts, fields=list(kind), mask=parts[place].is_null())
    if not (arrow.types.is_integer(kind) or arrow.types.is_floating(kind)):
        raise RewriteError(f"Error during planning: interpolate takes numbers, not {kind}")
    return arrow.array(interpolated(rows, column.to_pylist()), kind)


def _bins(source: TableSource, step: GapFillStep, params: Mapping[str, Any]) -> list[int]:
    """All bins between the bounds, ascending."""
    arrow: Any = import_module("pyarrow")
    start, end, width = _range(source, step, params)
    if start > end:
        return []
    spacing = width if "wallclock" not in step.bins else max(width // 4, 1)
    if (end - start) // spacing > _MOST_BINS:
        raise RewriteError(
            f"Resources exhausted: gap filling from {start} to {end} ns in steps of {width} ns "
            f"makes more than {_MOST_BINS:,} rows; give a shorter range or a longer interval"
        )
    times = [*range(start, end, spacing), end]
    name = f"{step.table}_times"
    source.register(name, arrow.table({"__time": arrow.array(times, arrow.timestamp("ns"))}))
    try:
        found = _ns(source.table(step.bins, params).column(0))
    finally:
        source.deregister(name)
    return [time for time in found if time is not None]


def _range(
    source: TableSource, step: GapFillStep, params: Mapping[str, Any]
) -> tuple[int, int, int]:
    """The lowest time, the highest time, and the width of a bin, in ns."""
    row = source.table(f"SELECT {', '.join(_constants(step))}", params)
    months, days, nanoseconds = row.column(0)[0].as_py()
    width = days * _DAY + nanoseconds
    if months or width <= 0:
        raise RewriteError(
            "Error during planning: gap filling needs an interval of more than 0, "
            f"without months and years, not {step.stride}"
        )
    lower: list[int] = []
    upper: list[int] = []
    for bound, column in zip(step.bounds, row.columns[1:], strict=True):
        time = _ns(column)[0]
        if time is None:
            raise RewriteError(f"Error during planning: {bound.value} is no time")
        shift = bound.excluded if bound.is_lower else -bound.excluded
        (lower if bound.is_lower else upper).append(time + shift)
    return max(lower), min(upper), width


def _constants(step: GapFillStep) -> Iterator[str]:
    """The interval and the bounds as expressions."""
    yield f"CAST({step.stride} AS INTERVAL) AS stride"
    for index, bound in enumerate(step.bounds):
        yield f"arrow_cast({bound.value}, 'Timestamp(Nanosecond, None)') AS bound_{index}"
