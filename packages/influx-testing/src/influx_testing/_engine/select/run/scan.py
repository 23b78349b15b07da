"""Reads points from storage: selects the series, orders them, adds the requested columns.

Whole columns are read; work is done per column, not per point, where possible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, compress, islice, pairwise, repeat
from typing import Any

from influx_query.nodes import Expr, VarRef
from influx_testing._engine.select.merging.joined_shares import merged_shares
from influx_testing._engine.select.merging.series_merging import (
    Merged,
    merged,
    merged_by_bucket,
    merged_in_order,
    merged_streams,
)
from influx_testing._engine.select.plan.measurement_views import MeasurementView
from influx_testing._engine.select.run.arithmetic import truncated, truncated_unsigned
from influx_testing._engine.select.run.buckets import limited
from influx_testing._engine.select.run.evaluate import (
    ExpressionRules,
    compile_expression,
    names_to_read,
)
from influx_testing._engine.select.run.point_runs import PointRun, runs_of
from influx_testing._engine.select.run.points import Key, Point, ReadOptions, subset
from influx_testing._engine.select.run.series_filters import SeriesFilter, series_filter
from influx_testing._engine.storage.columns import NUMBER_TYPES, FieldType
from influx_testing._engine.storage.shards import SeriesData, Shard, StoredSeries

__all__ = ["reads", "scan"]

_Chosen = tuple[SeriesData, "Expr | bool"]
"""A series, and the condition that is left for its points."""

_Part = tuple[Key, SeriesData, "Expr | bool"]


def scan(view: MeasurementView, driver: VarRef | None, options: ReadOptions) -> Iterator[PointRun]:
    """Read the points of a view.

    Args:
        view: the measurement and its shards.
        driver: the field that has the values of the points. With None, there is a point at every
            time at which any field in `options.beside` has a value.
        options: the options for reading.
    """
    condition = series_filter(options.condition)
    options = replace(options, start=max(options.start, view.start))
    groups = [_parts(view, shard, condition, options) for shard in view.shards]
    if options.share is not None and _share_buckets(view, options):
        streams = [_shares(parts, driver, options) for parts in groups]
        shares = merged_streams(streams, options, by_bucket=True)
        yield from runs_of(shares, options.dimensions, ascending=options.ascending)
        return
    for group in sorted(set(chain.from_iterable(groups)), reverse=not options.ascending):
        for parts in groups if options.ascending else reversed(groups):
            runs = _runs(parts.get(group, ()), driver, options)
            if runs:
                yield from _first(_merged(runs, options), options)


def _share_buckets(view: MeasurementView, options: ReadOptions) -> bool:
    """Whether a bucket can have points of several shards."""
    shards = [shard for shard in view.shards if shard.series.get(view.name)]
    return any(
        options.window(one.end - 1)[0] == options.window(other.start)[0]
        for one, other in pairwise(shards)
    )


def _shares(
    parts: dict[Key, list[_Part]], driver: VarRef | None, options: ReadOptions
) -> Iterator[Point]:
    """Read the points of a shard as shares."""
    for group in sorted(parts, reverse=not options.ascending):
        runs = _runs(parts[group], driver, options)
        if runs:
            yield from merged_shares(runs, options)


def _runs(parts: Iterable[_Part], driver: VarRef | None, options: ReadOptions) -> list[PointRun]:
    """Read the points of each series that has any.

    For shares and selectors, these are also series of which no point meets the condition: they
    count where the server divides the series among goroutines.
    """
    read = (_run(part, driver, options) for part in parts)
    found = [_bounded(run, options) for run in read if run is not None]
    with_points = [run for run in found if run.times]
    keeps = options.share is not None or options.selects
    return found if with_points and keeps else with_points


def _merged(runs: Sequence[PointRun], options: ReadOptions) -> Merged:
    if options.dialect.sorts_rows:
        return merged_in_order(runs)
    if options.share is not None and len(runs) > 1:
        return merged_shares(runs, options)
    if not options.selects:
        return merged(runs, ascending=options.ascending)

    def bucket(time: int) -> int:
        return options.window(time)[0]

    return merged_by_bucket(runs, bucket, ascending=options.ascending)


def _bounded(run: PointRun, options: ReadOptions) -> PointRun:
    """With `limits_shards`, read the points of a series that LIMIT and OFFSET need, plus one."""
    if not options.limits_shards:
        return run
    most = options.limit + options.offset + 1
    return run.cut(slice(most) if options.ascending else slice(-most, None))


def _first(found: Merged, options: ReadOptions) -> Iterable[PointRun]:
    """The points of a group in a shard that LIMIT and OFFSET need."""
    if options.limits_shards:
        points = limited(found.points() if isinstance(found, PointRun) else found, options)
    elif isinstance(found, PointRun):
        return (found if options.first is None else found.cut(slice(options.first)),)
    else:
        points = islice(found, options.first)
    return runs_of(points, options.dimensions, ascending=options.ascending)


def _fits(type_: FieldType, ref: VarRef) -> bool:
    """Whether a field of a type can be read as the type of a name."""
    castable = type_ in NUMBER_TYPES and ref.data_type in NUMBER_TYPES
    return castable or ref.data_type in {"", "field", type_}


def reads(view: MeasurementView, ref: VarRef | None, options: ReadOptions) -> bool:
    """Whether the server reads a field of any selected series; with None, any series at all.

    It reads the field if the measurement has it in the shard of the series, even if the series has
    no value of it.
    """
    condition = series_filter(options.condition)
    return any(
        _has(view, shard, ref) and _parts(view, shard, condition, options) for shard in view.shards
    )


def _has(view: MeasurementView, shard: Shard, ref: VarRef | None) -> bool:
    """Whether a measurement has a field in a shard, of a type that fits."""
    if ref is None:
        return True
    type_ = shard.fields.get(view.name, {}).get(ref.name)
    return type_ is not None and _fits(type_, ref)


def _parts(
    view: MeasurementView, shard: Shard, condition: SeriesFilter, options: ReadOptions
) -> dict[Key, list[_Part]]:
    """The selected series of a shard, by outermost group."""
    chosen: list[_Chosen] = [
        (data, rest)
        for data in sorted(shard.of(view.name), key=_series_order(view, options))
        if (rest := condition(data.series)) is not False
    ]
    groups: dict[Key, list[_Part]] = defaultdict(list)
    for data, rest in _limited(chosen, options):
        key = _key(data.series, options.group_by)
        groups[subset(key, options.dimensions)].append((key, data, rest))
    return groups


def _series_order(view: MeasurementView, options: ReadOptions) -> Callable[[SeriesData], Any]:
    """Return the sort key of series in a shard: their keys, or their tags, missing ones first."""
    if not options.dialect.sorts_rows:
        return lambda data: data.series.key
    names = sorted(view.tag_keys())
    return lambda data: [data.series.tag(name) for name in names]


def _key(series: StoredSeries, names: tuple[str, ...]) -> Key:
    return series.measurement, tuple((name, series.tag(name)) for name in names)


def _limited(chosen: list[_Chosen], options: ReadOptions) -> list[_Chosen]:
    """Apply SLIMIT and SOFFSET to the tag sets of a shard."""
    if not options.slimit and not options.soffset:
        return chosen
    sets: dict[str, list[_Chosen]] = defaultdict(list)
    for data, rest in chosen:
        sets[_tag_set(data.series, options.dimensions)].append((data, rest))
    wanted = sorted(sets)[options.soffset : options.soffset + options.slimit]
    return list(chain.from_iterable(sets[name] for name in wanted))


def _tag_set(series: StoredSeries, dimensions: tuple[str, ...]) -> str:
    """The tag set to which SLIMIT counts a series: the keys of its tags, then their values.

    Finer groups of a subquery do not count; a tag that GROUP BY has twice is in the text twice.
    """
    present = [name for name in dimensions if series.tag(name)]
    return "|".join([*present, *map(series.tag, present)])


def _run(part: _Part, driver: VarRef | None, options: ReadOptions) -> PointRun | None:
    """Read the points of a series that meet the condition; None if it has none at all."""
    key, data, rest = part
    reader = _ColumnReader(data, options)
    if driver is None:
        times: Sequence[int] = reader.times(options.beside)
        values: Sequence[Any] = [None] * len(times)
    else:
        times, values = reader.column(driver)
    if not times:
        return None
    options.usage.take_points(len(times))
    columns = [times, values, *(reader.aligned(ref, times) for ref in options.beside)]
    if not isinstance(rest, bool):
        kept = list(_kept(rest, reader, times, options.dialect.in_where))
        columns = [list(compress(column, kept)) for column in columns]
    return PointRun(key, columns[0], columns[1], tuple(columns[2:]))


def _kept(
    rest: Expr, reader: _ColumnReader, times: Sequence[int], rules: ExpressionRules
) -> Iterator[bool]:
    """Keep the points that meet the condition."""
    names = names_to_read(rest, rules)
    refs = list(dict.fromkeys(names.values()))
    slots: dict[Expr, int] = {use: refs.index(ref) for use, ref in names.items()}
    holds = compile_expression(rest, slots, rules)
    if not refs:
        return repeat(holds(()) is True, len(times))
    columns = [reader.aligned(ref, times) for ref in refs]
    return (holds(row) is True for row in zip(*columns, strict=False))


_CASTS: dict[str, Callable[[Any], Any]] = {
    "float": float,
    "integer": truncated,
    "unsigned": truncated_unsigned,
}


class _ColumnReader:
    """Reads columns of one series in the time range."""

    def __init__(self, data: SeriesData, options: ReadOptions) -> None:
        self._data = data
        self._span = options.start, options.end

    def column(self, ref: VarRef) -> tuple[Sequence[int], Sequence[Any]]:
        """The times and values of a field; empty if there is no field of that type."""
        column = self._data.columns.get(ref.name)
        if column is None or not _fits(column.type, ref):
            return (), ()
        times, values = column.read(*self._span)
        if ref.data_type in NUMBER_TYPES and ref.data_type != column.type:
            return times, list(map(_CASTS[ref.data_type], values))
        return times, values

    def times(self, refs: Iterable[VarRef]) -> Sequence[int]:
        """The times at which any of the fields has a value."""
        found = [times for times, _ in map(self.column, refs) if times]
        if not found:
            return ()
        if all(times == found[0] for times in found[1:]):
            return found[0]
        return sorted(set(chain.from_iterable(found)))

    def aligned(self, ref: VarRef, times: Sequence[int]) -> Sequence[Any]:
        """The values of a field or a tag at some times; None where a value is missing."""
        own_times, values = self.column(ref)
        if own_times:
            if own_times == times:
                return values
            return list(map(dict(zip(own_times, values, strict=True)).get, times))
        is_tag = ref.data_type in {"", "tag"}
        return [self._data.series.values.get(ref.name) if is_tag else None] * len(times)
