"""verify: compares a source with a copy of it, range by range."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace

from influx_copy._copy.batch_fitting import BatchFitting
from influx_copy._copy.field_rules import FieldRules
from influx_copy._copy.joined_schemas import joined_schema
from influx_copy._copy.options import CopyOptions, stored_options, target_of
from influx_copy._copy.selected_names import require_selected
from influx_copy._opened_ends import opened_sink, opened_source
from influx_copy._plan.plan import Plan
from influx_copy._verify.compared_ranges import ComparedRanges
from influx_copy._verify.file_fingerprints import FileFingerprints, holds_many_ranges
from influx_copy._verify.fingerprint import FieldFingerprint, Fingerprinter
from influx_copy.errors import PlanMismatch, RangeTooLarge
from influx_copy.interfaces import (
    ALL_TIME,
    ColumnarBatch,
    CopyRange,
    CopySink,
    CopySource,
    ListingSource,
    PointSchema,
    Selection,
    Target,
)
from influx_copy.limits import LOSSES
from influx_core import ConfigError, InfluxDBError

__all__ = ["Difference", "RangeVerified", "VerifyReport", "verify"]

_Fields = Mapping[tuple[str, str], FieldFingerprint]

_Seen = Callable[[ColumnarBatch, PointSchema], Iterable[ColumnarBatch]]
"""Returns what is counted of a batch."""

_SUM_TOLERANCE = 1e-9
"""Sums of floats depend on their order; the relative difference that is allowed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs in a range.

    Attributes:
        range: the range, with the names of the source; with those of the copy if it is not in the
            source.
        measurement: the measurement.
        field: the field; empty if the range could not be read.
        what: what differs: `missing`, `unexpected`, `types`, `count`, `sum`, `first`, `last`,
            `hash`, or the error with which a side could not be read.
        source: the values of the source; None if it has none.
        copy: the values of the copy; None if it has none.
    """

    range: CopyRange
    measurement: str
    field: str
    what: tuple[str, ...]
    source: FieldFingerprint | None = None
    copy: FieldFingerprint | None = None

    def __str__(self) -> str:
        return f"{self.range}: field {self.field!r}: {', '.join(self.what)}"


@dataclass(frozen=True, slots=True)
class RangeVerified:
    """A range was compared.

    Attributes:
        range: the range.
        values: the values of all fields of the source.
        sampled: how many of them were compared one by one.
        differences: the fields that differ.
    """

    range: CopyRange
    values: int
    sampled: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a comparison found.

    Attributes:
        ranges: the ranges that were compared.
        values: the values of all fields of the source.
        sampled: how many of them were compared one by one.
        differences: all fields that differ, in the order of the ranges.
    """

    ranges: int
    values: int
    sampled: int
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


async def verify(
    source: str | CopySource,
    copy: str | CopySource,
    *,
    sink: str | CopySink | None = None,
    plan: Plan | None = None,
    selection: Selection | None = None,
    options: CopyOptions | None = None,
    one_in: int = 64,
    extra: bool = True,
    on_range: Callable[[RangeVerified], None] | None = None,
) -> VerifyReport:
    """Compare the points of a source with those of a copy, range by range.

    Both sides are read once, in constant memory. Count, sum, first and last time of each field are
    compared for all values, and a hash of a sample, which is chosen by time and is the same on both
    sides. Then the rest of the databases of the copy is read: measurements and times that the
    source does not have are differences too.

    Args:
        source: a URL, see `open_source`, or a source.
        copy: the copy as a source: a URL, or a source.
        sink: the sink that says where the points of a database and policy went; that of the URL of
            the copy by default.
        plan: compares the ranges of this plan; those that the source lists by default.
        selection: what is compared; by default everything, or what the plan selected.
        options: the options of the copy; by default those of the plan, or none.
        one_in: one value in this number is compared by itself; 1 compares all.
        extra: whether points are looked for that the copy alone has; no if points of others are in
            its databases.
        on_range: called for each range.

    Raises:
        ConfigError: the copy is not a URL, and there is no sink.
        PlanMismatch: no copy has filled the plan.
    """
    if one_in < 1:
        raise ConfigError(f"one_in is a number from 1, not {one_in}")
    if plan is not None and not plan.settings:
        raise PlanMismatch(f"the plan {plan.path} has no copy: it was not begun")
    selection = selection or (Selection() if plan is None else plan.selection)
    async with AsyncExitStack() as stack:
        left, right = opened_source(source, stack), opened_source(copy, stack)
        opened = opened_sink(_place(copy, sink), stack)
        planned = CopyOptions() if plan is None else stored_options(plan)
        chosen = replace(options or planned, where=selection.points)
        if plan is None:
            await require_selected(left, selection)
        ranges = (
            await left.ranges(selection)
            if plan is None
            else [planned.range for planned in plan.ranges()]
        )
        comparison = _RangeComparison(left, right, opened, chosen, one_in)
        units = list(_units(ranges, lambda range_: target_of(range_, opened, chosen)))
        await comparison.read_files([_together(unit) for unit in units])
        found = [await comparison.verified(unit, on_range) for unit in units]
        if "unreadable" not in chosen.accept and isinstance(left, ListingSource):
            for hidden in await left.unreadable(selection):
                told = Difference(hidden, hidden.measurement, "", (LOSSES["unreadable"],))
                found.append(RangeVerified(hidden, 0, 0, (told,)))
                if on_range is not None:
                    on_range(found[-1])
        if extra:
            found += [each async for each in comparison.only_in_copy(selection, on_range)]
    return VerifyReport(
        len(found),
        sum(each.values for each in found),
        sum(each.sampled for each in found),
        tuple(difference for each in found for difference in each.differences),
    )


def _place(copy: str | CopySource, sink: str | CopySink | None) -> str | CopySink:
    """The sink of a copy, or its URL."""
    if sink is not None:
        return sink
    if isinstance(copy, str):
        return copy
    raise ConfigError("verify() needs sink=, which says where the points went")


class _RangeComparison:
    """Compares ranges of two sources."""

    def __init__(
        self,
        source: CopySource,
        copy: CopySource,
        sink: CopySink,
        options: CopyOptions,
        one_in: int,
    ) -> None:
        self._source = source
        self._copy = copy
        self._sink = sink
        self._options = options
        self._one_in = one_in
        self._compared_there: list[CopyRange] = []
        self._in_files: dict[CopyRange, Fingerprinter | InfluxDBError] = {}

    async def read_files(self, ranges: Iterable[CopyRange]) -> None:
        """Read a copy in files that hold points of many ranges, once for all of them.

        Args:
            ranges: the ranges that will be compared, with the names of the source.
        """
        if (await self._sink.limits()).separator is not None:
            return
        named: dict[Target, list[CopyRange]] = {}
        for range_ in ranges:
            if range_.measurement:
                target = target_of(range_, self._sink, self._options)
                named.setdefault(target, []).append(_renamed(range_, target))
        for target, wanted in named.items():
            parts = await self._copy.ranges(self._all_of(target))
            if len(wanted) > 1 and holds_many_ranges(parts):
                await self._read_files(parts, wanted)

    async def _read_files(self, parts: Sequence[CopyRange], wanted: Sequence[CopyRange]) -> None:
        found = FileFingerprints(wanted, self._one_in)
        try:
            for part in parts:
                async with aclosing(self._copy.read(part, self._options.where)) as batches:
                    async for batch in batches:
                        found.add(batch)
        except InfluxDBError as error:
            self._in_files.update(dict.fromkeys(wanted, error))
        else:
            self._in_files.update({range_: found[range_] for range_ in wanted})

    async def only_in_copy(
        self, selection: Selection, on_range: Callable[[RangeVerified], None] | None
    ) -> AsyncGenerator[RangeVerified]:
        """Yield what the copy has besides the ranges that were compared."""
        compared = ComparedRanges(self._compared_there)
        if not compared.databases:
            return
        joined = (await self._sink.limits()).separator is not None
        wanted = replace(
            selection,
            databases=tuple(filter(None, compared.databases)),
            policies=compared.policies,
            measurements=() if joined else selection.measurements,
        )
        for listed in await self._copy.ranges(wanted):
            for rest in compared.rest(listed):
                differences = await self._only_there(rest, compared)
                if differences:
                    result = RangeVerified(rest, 0, 0, differences)
                    if on_range is not None:
                        on_range(result)
                    yield result

    async def _only_there(
        self, range_: CopyRange, compared: ComparedRanges
    ) -> tuple[Difference, ...]:
        found = Fingerprinter(2**64)
        try:
            await self._read(
                self._copy, range_, found, lambda batch, _: [compared.outside(range_, batch)]
            )
        except InfluxDBError as error:
            what = (f"{type(error).__name__}: {error}",)
            return (Difference(range_, range_.measurement, "", what),)
        return tuple(_differences(range_, {}, found.result(), rounded=False))

    async def verified(
        self, unit: Sequence[CopyRange], on_range: Callable[[RangeVerified], None] | None
    ) -> RangeVerified:
        range_ = _together(unit)
        try:
            result = await self._compared(range_, unit)
        except InfluxDBError as error:
            what = (f"{type(error).__name__}: {error}",)
            result = RangeVerified(
                range_, 0, 0, (Difference(range_, range_.measurement, "", what),)
            )
        if on_range is not None:
            on_range(result)
        return result

    async def _compared(self, range_: CopyRange, unit: Sequence[CopyRange]) -> RangeVerified:
        limits = await self._sink.limits()
        fitting = BatchFitting(limits, self._options.accept)
        left = Fingerprinter(self._one_in)
        right = Fingerprinter(self._one_in)

        others = list({(part.database, part.policy): part for part in unit}.values())
        joined = await joined_schema(self._source, others[0], others[1:]) if others[1:] else None

        def as_written(batch: ColumnarBatch, schema: PointSchema) -> Iterable[ColumnarBatch]:
            treated = FieldRules(batch.measurement, joined or schema, self._options).apply(batch)
            return fitting.as_read(fitting.apply(treated))

        for part in unit:
            await self._read(self._source, part, left, as_written)
        before = left.result()
        names = dict.fromkeys(name for name, _ in before)
        for there in await self._there(range_, names):
            self._compared_there.append(there)
            await self._read_there(there, right)
        after = right.result()
        return RangeVerified(
            range_,
            sum(field.count for field in before.values()),
            0 if limits.rounds else sum(field.sampled for field in before.values()),
            tuple(_differences(range_, before, after, rounded=limits.rounds)),
        )

    async def _there(self, range_: CopyRange, names: Iterable[str]) -> Sequence[CopyRange]:
        """The same range with the names of the copy; its own ranges for several measurements.

        Args:
            range_: the range of the source.
            names: the measurements that its points have in the copy.
        """
        target = target_of(range_, self._sink, self._options)
        if range_.measurement:
            named, measurements = _renamed(range_, target), list(names) or [range_.measurement]
            return [replace(named, measurement=name) for name in measurements]
        return await self._copy.ranges(self._all_of(target))

    def _all_of(self, target: Target) -> Selection:
        """What the copy has of a database and policy."""
        places = [[name] if name else [] for name in (target.database, target.policy)]
        databases, policies = map(tuple, places)
        return Selection(databases, policies, self._options.where.measurements)

    async def _read_there(self, range_: CopyRange, into: Fingerprinter) -> None:
        """Add a range of the copy, unless its files were read before."""
        found = self._in_files.get(range_)
        if isinstance(found, InfluxDBError):
            raise found
        if found is None:
            await self._read(self._copy, range_, into, _as_it_is)
        else:
            into.merge(found)

    async def _read(
        self, side: CopySource, range_: CopyRange, into: Fingerprinter, seen: _Seen
    ) -> None:
        """Read a range, in halves where the server needs that."""
        own = Fingerprinter(self._one_in)
        try:
            await self._read_whole(side, range_, own, seen)
        except RangeTooLarge:
            halves = range_.halves()
            if halves is None:
                raise
            for half in halves:
                await self._read(side, half, into, seen)
        else:
            into.merge(own)

    async def _read_whole(
        self, side: CopySource, range_: CopyRange, into: Fingerprinter, seen: _Seen
    ) -> None:
        schema = await side.schema(range_)
        async with aclosing(side.read(range_, self._options.where)) as batches:
            async for batch in batches:
                for made in seen(batch, schema):
                    into.add(made)


def _as_it_is(batch: ColumnarBatch, schema: PointSchema) -> Iterable[ColumnarBatch]:
    return (batch,)


def _units(
    ranges: Iterable[CopyRange], target: Callable[[CopyRange], Target]
) -> Iterable[Sequence[CopyRange]]:
    """The ranges that are compared together.

    Parts of files have no bounds in another source. Points of several databases or policies that
    went to one place cannot be told apart there: all ranges of such a measurement are one unit.
    """
    ranges = list(ranges)
    origins: dict[tuple[Target, str], set[tuple[str, str]]] = {}
    for range_ in ranges:
        place = (target(range_), range_.measurement)
        origins.setdefault(place, set()).add((range_.database, range_.policy))
    units: dict[object, list[CopyRange]] = {}
    for range_ in ranges:
        place = (target(range_), range_.measurement)
        bounds = ALL_TIME if range_.part else (range_.start, range_.stop)
        key = place if len(origins[place]) > 1 else (*place, *bounds)
        units.setdefault(key, []).append(range_)
    return units.values()


def _renamed(range_: CopyRange, target: Target) -> CopyRange:
    """A range with the names of the copy."""
    return replace(range_, database=target.database, policy=target.policy)


def _together(unit: Sequence[CopyRange]) -> CopyRange:
    """The range of a unit."""
    start, stop = min(part.start for part in unit), max(part.stop for part in unit)
    return replace(unit[0], start=start, stop=stop, part="")


def _differences(
    range_: CopyRange, before: _Fields, after: _Fields, *, rounded: bool
) -> Iterable[Difference]:
    for key in dict.fromkeys((*before, *after)):
        left, right = before.get(key), after.get(key)
        what = _differing(left, right, rounded=rounded)
        if what:
            yield Difference(range_, *key, what, left, right)


def _differing(
    left: FieldFingerprint | None, right: FieldFingerprint | None, *, rounded: bool = False
) -> tuple[str, ...]:
    if right is None:
        return ("missing",)
    if left is None:
        return ("unexpected",)
    found = [
        name
        for name in ("count", "first", "last", "hash")
        if not (rounded and name == "hash") and getattr(left, name) != getattr(right, name)
    ]
    if left.kinds != right.kinds:
        found.append("types")
    absolute = _SUM_TOLERANCE * (left.count if rounded else 1)
    if not math.isclose(left.sum, right.sum, rel_tol=_SUM_TOLERANCE, abs_tol=absolute):
        found.append("sum")
    return tuple(sorted(found))
