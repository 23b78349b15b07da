"""The suites of serializers catch every one of these wrong parts, and no right one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from influx_core import DataPoint, EncodeError, PointLike
from influx_core.columns import Column
from influx_core.lineprotocol import decode, encode
from influx_core.timestamps import to_ns
from influx_testing.conformance import (
    ColumnSerializerSuite,
    IntakeSerializerSuite,
    ReadingSerializerSuite,
    SerializerSuite,
)

pytestmark = pytest.mark.slow

Points = Iterable[PointLike]
OnInvalid = Callable[[int, EncodeError], None] | None
Failing = Callable[[type], list[str]]


class Right:
    """Line protocol, by the functions of influx_core."""

    content_type = "text/plain"

    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        return encode(points, precision, on_invalid=on_invalid)

    def load(self, data: bytes, precision: Any, default_time: int | None = None) -> Any:
        return decode(data, precision, default_time)

    def dump_columns(
        self,
        measurement: Any,
        tags: Mapping[str, Any],
        fields: Mapping[str, Column],
        timestamps: Column | None,
        precision: Any,
        on_invalid: OnInvalid = None,
    ) -> bytes:
        _check_columns(measurement, tags, fields, timestamps)
        points = list(self.rows(measurement, tags, fields, timestamps, precision))
        return self.dump(points, precision, on_invalid)

    def rows(
        self, measurement: Any, tags: Any, fields: Any, timestamps: Any, precision: Any
    ) -> Iterator[PointLike]:
        for index in range(next(iter(fields.values())).length):
            row_tags = {key: self.tag(tag, index) for key, tag in tags.items()}
            row = {
                key: column.slice(index, index + 1).to_list()[0] for key, column in fields.items()
            }
            yield (
                self.name(measurement, index),
                {key: value for key, value in row_tags.items() if value},
                {key: value for key, value in row.items() if value is not None},
                self.time(timestamps, index, precision),
            )

    def tag(self, tag: Any, index: int) -> Any:
        return tag if isinstance(tag, str) else tag.slice(index, index + 1).to_list()[0]

    def name(self, measurement: Any, index: int) -> Any:
        return self.tag(measurement, index)

    def time(self, timestamps: Any, index: int, precision: Any) -> Any:
        if timestamps is None:
            return None
        unit = {"s": 10**9}.get(precision, 1)
        found = timestamps.slice(index, index + 1).to_list()[0]
        return None if found is None else found // unit


def _check_columns(measurement: Any, tags: Any, fields: Any, timestamps: Any) -> None:
    columns = [
        each for each in (measurement, *tags.values(), timestamps) if isinstance(each, Column)
    ]
    if len({column.length for column in (*columns, *fields.values())}) > 1:
        raise ValueError("the columns differ in length")
    if any(column.kind == "time" for column in fields.values()):
        raise ValueError("a time is not a field")


class WithoutPrecision(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        return super().dump(points, "ns", on_invalid)


class RoundsUp(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        unit = {"us": 10**3, "ms": 10**6, "s": 10**9, "m": 6 * 10**10, "h": 36 * 10**11}
        changed: list[PointLike] = []
        for point in points:
            name, tags, fields, time = _parts(point)
            if isinstance(time, datetime) and precision in unit:
                time = -(-to_ns(time) // unit[precision])
            changed.append((name, tags, fields, time))
        return super().dump(changed, precision, on_invalid)


def _parts(point: PointLike) -> Any:
    if isinstance(point, DataPoint):
        return point.measurement, point.tags, point.fields, point.timestamp
    return point


def changing(change: Callable[[Any, Any, Any, Any], Any]) -> type[Right]:
    """A serializer that changes every point before it writes it."""

    class Changing(Right):
        def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
            changed = [change(*_parts(point)) for point in points]
            return super().dump(changed, precision, on_invalid)

    return Changing


def changing_values(change: Callable[[Any], Any]) -> type[Right]:
    def changed(measurement: Any, tags: Any, fields: Any, time: Any) -> Any:
        return measurement, tags, {key: change(value) for key, value in fields.items()}, time

    return changing(changed)


class Sorts(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        lines = super().dump(points, precision, on_invalid).splitlines(keepends=True)
        return b"".join(sorted(lines))


class MergesEqualPoints(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        lines = super().dump(points, precision, on_invalid).splitlines(keepends=True)
        return b"".join(dict.fromkeys(lines))


class DropsTheLast(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        listed = list(points)
        return super().dump(listed[:-1] if len(listed) > 1 else listed, precision, on_invalid)


@dataclass
class Remembers(Right):
    written: list[bytes] = field(default_factory=list)

    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        self.written.append(super().dump(points, precision, on_invalid))
        return b"".join(self.written)


@dataclass
class NotReentrant(Right):
    buffer: list[bytes] = field(default_factory=list)

    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        self.buffer = []
        for point in points:
            self.buffer.append(super().dump([point], precision, on_invalid))
        return b"".join(self.buffer)


class ChangesPoints(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        listed = list(points)
        body = super().dump(listed, precision, on_invalid)
        for point in listed:
            _parts(point)[2].clear()
        return body


class NeedsAList(Right):
    def dump(self, points: Any, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        return super().dump(points, precision, on_invalid) if len(points) else b""


class IsText(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> Any:
        return super().dump(points, precision, on_invalid).decode()


class SkipsSilently(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        return super().dump(points, precision, on_invalid or (lambda index, error: None))


class CountsFromOne(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        def shifted(index: int, error: EncodeError) -> None:
            assert on_invalid is not None
            on_invalid(index + 1, error)

        return super().dump(points, precision, on_invalid and shifted)


class StopsAtTheFirst(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        written: list[PointLike] = []
        for index, point in enumerate(points):
            try:
                super().dump([point], precision)
            except EncodeError as error:
                if on_invalid is None:
                    raise
                on_invalid(index, error)
                break
            written.append(point)
        return super().dump(written, precision)


class NoIndex(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        try:
            return super().dump(points, precision, on_invalid)
        except EncodeError as error:
            raise EncodeError(str(error)) from None


class ForeignError(Right):
    def dump(self, points: Points, precision: Any, on_invalid: OnInvalid = None) -> bytes:
        try:
            return super().dump(points, precision, on_invalid)
        except EncodeError as error:
            raise ValueError(str(error)) from None


class NoContentType(Right):
    content_type = ""


BROKEN_SERIALIZERS = {
    "ignores the precision": WithoutPrecision,
    "rounds times up": RoundsUp,
    "drops tags": changing(lambda name, tags, fields, time: (name, {}, fields, time)),
    "drops times": changing(lambda name, tags, fields, time: (name, tags, fields, None)),
    "writes integers as floats": changing(
        lambda name, tags, fields, time: (
            name,
            tags,
            {k: float(v) if type(v) is int else v for k, v in fields.items()},
            time,
        )
    ),
    "writes booleans as integers": changing(
        lambda name, tags, fields, time: (
            name,
            tags,
            {k: int(v) if v is True else v for k, v in fields.items()},
            time,
        )
    ),
    "writes six digits": changing_values(
        lambda value: float(f"{value:g}") if type(value) is float else value
    ),
    "reads integers as floats": changing_values(
        lambda value: int(float(value)) if type(value) is int else value
    ),
    "strips text": changing_values(lambda value: value.strip() if type(value) is str else value),
    "joins lines": changing_values(
        lambda value: value.replace("\n", " ") if type(value) is str else value
    ),
    "reads times as floats": changing(
        lambda name, tags, fields, time: (
            name,
            tags,
            fields,
            int(float(time)) if type(time) is int else time,
        )
    ),
    "strips tags": changing(
        lambda name, tags, fields, time: (
            name,
            {k: v.strip() for k, v in tags.items()},
            fields,
            time,
        )
    ),
    "writes one field": changing(
        lambda name, tags, fields, time: (name, tags, dict(list(fields.items())[:1]), time)
    ),
    "sorts": Sorts,
    "merges equal points": MergesEqualPoints,
    "drops the last point": DropsTheLast,
    "remembers": Remembers,
    "is not reentrant": NotReentrant,
    "changes points": ChangesPoints,
    "needs a list": NeedsAList,
    "returns text": IsText,
    "skips silently": SkipsSilently,
    "counts from one": CountsFromOne,
    "stops at the first": StopsAtTheFirst,
    "names no index": NoIndex,
    "raises another error": ForeignError,
    "names no content type": NoContentType,
}


def reading(change: Callable[..., Any]) -> type[Right]:
    class Reading(Right):
        def load(self, data: bytes, precision: Any, default_time: int | None = None) -> Any:
            return change(data, precision, default_time)

    return Reading


def _floats(point: DataPoint) -> DataPoint:
    fields = {k: float(v) if type(v) is int else v for k, v in point.fields.items()}
    return DataPoint(point.measurement, point.tags, fields, point.timestamp)


def _shared(data: bytes, precision: Any, default: int | None) -> list[DataPoint]:
    points = decode(data, precision, default)
    return [DataPoint(p.measurement, points[0].tags, p.fields, p.timestamp) for p in points]


def _lenient(data: bytes, precision: Any, default: int | None) -> list[DataPoint]:
    points = []
    for line in data.splitlines(keepends=True):
        try:
            points += decode(line, precision, default)
        except ValueError:
            continue
    return points


def _until_junk(data: bytes, precision: Any, default: int | None) -> list[DataPoint]:
    try:
        return decode(data, precision, default)
    except ValueError:
        if data.startswith(b"cpu load= 1"):
            raise
        return []


def _unrounded(data: bytes, precision: Any, default: int | None) -> list[DataPoint]:
    return [
        DataPoint(p.measurement, p.tags, p.fields, default if p.timestamp is None else p.timestamp)
        for p in decode(data, precision)
    ]


def _default_for_all(data: bytes, precision: Any, default: int | None) -> list[DataPoint]:
    points = decode(data, precision, default)
    if default is None:
        return points
    return [DataPoint(p.measurement, p.tags, p.fields, default) for p in points]


@dataclass
class KeepsPoints(Right):
    read: list[DataPoint] = field(default_factory=list)

    def load(self, data: bytes, precision: Any, default_time: int | None = None) -> Any:
        self.read += decode(data, precision, default_time)
        return list(self.read)


BROKEN_READERS = {
    "ignores the precision": reading(lambda data, precision, default: decode(data, "ns", default)),
    "ignores the default time": reading(lambda data, precision, default: decode(data, precision)),
    "does not round the default time": reading(_unrounded),
    "uses the default time for all": reading(_default_for_all),
    "returns an iterator": reading(lambda *arguments: iter(decode(*arguments))),
    "drops the last point": reading(lambda *arguments: decode(*arguments)[:-1]),
    "reads integers as floats": reading(
        lambda *arguments: [_floats(point) for point in decode(*arguments)]
    ),
    "shares tags": reading(_shared),
    "skips bad lines": reading(_lenient),
    "ignores what follows junk": reading(_until_junk),
    "keeps points": KeepsPoints,
    "refuses no bytes": reading(lambda data, *more: decode(data, *more) or 1 / 0),
}


class WithoutNulls(Right):
    def dump_columns(self, *arguments: Any) -> bytes:
        measurement, tags, fields, *rest = arguments
        filled = {
            name: Column.of([0.0 if v is None else v for v in c.to_list()], "float")
            if c.kind == "float"
            else c
            for name, c in fields.items()
        }
        return super().dump_columns(measurement, tags, filled, *rest)


class IgnoresMissingTags(Right):
    def tag(self, tag: Any, index: int) -> Any:
        return super().tag(tag, index) or "none"


class IgnoresTheMeasurement(Right):
    def name(self, measurement: Any, index: int) -> Any:
        return self.tag(measurement, 0)


class IgnoresSlices(Right):
    """Reads a sliced column from its first value."""

    def tag(self, tag: Any, index: int) -> Any:
        if isinstance(tag, Column) and tag.dictionary is not None and tag.offset:
            position = tag.values[index]
            return tag.dictionary.to_list()[position] if position >= 0 else None
        return super().tag(tag, index)


class RoundsTowardZero(Right):
    def time(self, timestamps: Any, index: int, precision: Any) -> Any:
        exact = super().time(timestamps, index, "ns")
        return exact if exact is None or precision == "ns" else int(exact / 10**9)


class NoTimes(Right):
    def time(self, timestamps: Any, index: int, precision: Any) -> Any:
        return None


class FloatIntegers(Right):
    def rows(self, *arguments: Any) -> Iterator[PointLike]:
        for name, tags, fields, time in map(_parts, super().rows(*arguments)):
            rounded = {k: _through_float(v) for k, v in fields.items()}
            yield name, tags, rounded, time


def _through_float(value: Any) -> Any:
    if type(value) is not int:
        return value
    return max(min(int(float(value)), 2**63 - 1), -(2**63))


class AnyLength(Right):
    def dump_columns(self, measurement: Any, tags: Any, fields: Any, *rest: Any) -> bytes:
        shortest = min(column.length for column in fields.values())
        cut = {name: column.slice(0, shortest) for name, column in fields.items()}
        return super().dump_columns(measurement, tags, cut, *rest)


class TimesAsFields(Right):
    def dump_columns(self, measurement: Any, tags: Any, fields: Any, *rest: Any) -> bytes:
        numbers = {
            name: Column.of(column.to_list(), "integer") if column.kind == "time" else column
            for name, column in fields.items()
        }
        return super().dump_columns(measurement, tags, numbers, *rest)


class CutsViews(Right):
    """Takes what is in a view for all of its text."""

    def tag(self, tag: Any, index: int) -> Any:
        text = super().tag(tag, index)
        viewed = isinstance(tag, Column) and (tag.dictionary or tag).texts is not None
        return text[:12] if viewed and text else text


class SkipsRowsSilently(Right):
    def dump_columns(self, *arguments: Any) -> bytes:
        *most, on_invalid = arguments if len(arguments) == 6 else (*arguments, None)
        return super().dump_columns(*most, on_invalid or (lambda index, error: None))


class WritesNaN(Right):
    def rows(self, *arguments: Any) -> Iterator[PointLike]:
        for name, tags, fields, time in map(_parts, super().rows(*arguments)):
            finite = {
                k: 0.0 if isinstance(v, float) and not math.isfinite(v) else v
                for k, v in fields.items()
            }
            yield name, tags, finite, time


BROKEN_COLUMN_SERIALIZERS = {
    "writes nulls as zeros": WithoutNulls,
    "writes missing tags": IgnoresMissingTags,
    "takes one measurement for all": IgnoresTheMeasurement,
    "ignores slices": IgnoresSlices,
    "rounds toward zero": RoundsTowardZero,
    "drops times": NoTimes,
    "loses digits of integers": FloatIntegers,
    "takes columns of any length": AnyLength,
    "takes times as fields": TimesAsFields,
    "cuts strings as views": CutsViews,
    "skips rows silently": SkipsRowsSilently,
    "writes NaN as a number": WritesNaN,
}


class Intake:
    """Takes points by `dump_point`; its methods are what wrong ones change."""

    def __init__(
        self, precision: Any, run: Any, receipt: Any, chunk: Any, now: Callable[[], int]
    ) -> None:
        self.precision, self.now = precision, now
        self.make_run, self.make_receipt, self.make_chunk = run, receipt, chunk
        self.points = self.room = 0
        self.begin()

    def begin(self) -> None:
        self.run, self.lines = self.make_run(), list[bytes]()

    def allow(self, points: int, size: int) -> None:
        self.points, self.room = points, size

    def taken(self) -> tuple[int, int]:
        return len(self.lines), len(b"".join(self.lines))

    def take(self, point: PointLike) -> Any:
        line = self.line(point)
        if line is None or not self.fits(line):
            return None
        self.points, self.room = self.points - 1, self.room - len(line)
        receipt = self.receipt(len(self.lines))
        self.lines.append(line)
        return receipt

    def fits(self, line: bytes) -> bool:
        return self.points > 0 and len(line) <= self.room

    def line(self, point: PointLike) -> bytes | None:
        name, tags, fields, time = _parts(point)
        try:
            return encode(
                [(name, tags, fields, self.now() if time is None else time)], self.precision
            )
        except EncodeError:
            return None

    def receipt(self, index: int) -> Any:
        return self.make_receipt(self.run, index)

    def end_run(self, chunks: list[Any]) -> tuple[int, int]:
        taken = self.taken()
        if self.lines:
            chunks.append(self.chunk())
        self.begin()
        return taken

    def chunk(self) -> Any:
        return self.make_chunk(b"".join(self.lines), len(self.lines), self.span(), self.run)

    def span(self) -> tuple[int, int]:
        times = self.times()
        return min(times), max(times)

    def times(self) -> list[int]:
        return [int(line.rsplit(b" ", 1)[1]) for line in self.lines]


class AppendsNothing(Intake):
    def end_run(self, chunks: list[Any]) -> tuple[int, int]:
        return super().end_run([])


class AppendsTwice(Intake):
    def end_run(self, chunks: list[Any]) -> tuple[int, int]:
        taken = super().end_run(chunks)
        chunks += chunks[-1:]
        return taken


class AppendsAChunkAPoint(Intake):
    def end_run(self, chunks: list[Any]) -> tuple[int, int]:
        taken = super().end_run(more := [])
        if more:
            lines, _, times, run = more[0]
            each = lines.splitlines(keepends=True)
            chunks += [self.make_chunk(line, 1, times, run) for line in each]
        return taken


class AppendsEmptyChunks(Intake):
    def end_run(self, chunks: list[Any]) -> tuple[int, int]:
        if not self.lines:
            chunks.append(self.make_chunk(b"", 0, (0, 0), self.run))
        return super().end_run(chunks)


class WritesNanoseconds(Intake):
    def line(self, point: PointLike) -> bytes | None:
        self.precision = "ns"
        return super().line(point)


class TimesOfNow(Intake):
    def span(self) -> tuple[int, int]:
        return self.now(), self.now()


class TimesOfTheEnds(Intake):
    def span(self) -> tuple[int, int]:
        times = self.times()
        return times[0], times[-1]


class TimesOfTheLast(Intake):
    def span(self) -> tuple[int, int]:
        return (self.times()[-1],) * 2


class Reverses(Intake):
    def chunk(self) -> Any:
        self.lines.reverse()
        return super().chunk()


class CountsBytesAsPoints(Intake):
    def chunk(self) -> Any:
        lines = b"".join(self.lines)
        return self.make_chunk(lines, len(lines), self.span(), self.run)


class NeverBegins(Intake):
    """Keeps the points of the runs before."""

    def begin(self) -> None:
        if not hasattr(self, "run"):
            super().begin()


class CountsAllRuns(Intake):
    before = 0, 0

    def taken(self) -> tuple[int, int]:
        points, size = super().taken()
        return self.before[0] + points, self.before[1] + size

    def begin(self) -> None:
        if hasattr(self, "run"):
            self.before = self.taken()
        super().begin()


class CountsNothingAtTheEnd(Intake):
    def end_run(self, chunks: list[Any]) -> tuple[int, int]:
        super().end_run(chunks)
        return 0, 0


class EndsWhenItIsAsked(Intake):
    def taken(self) -> tuple[int, int]:
        taken = super().taken()
        self.lines = []
        return taken


class OneRun(Intake):
    def begin(self) -> None:
        first = getattr(self, "run", None)
        super().begin()
        self.run = first or self.run


class ARunForEachPoint(Intake):
    def receipt(self, index: int) -> Any:
        self.run = self.make_run()
        return super().receipt(index)


class OneReceipt(Intake):
    def receipt(self, index: int) -> Any:
        return super().receipt(0)


class CountsPlacesFromOne(Intake):
    def receipt(self, index: int) -> Any:
        return super().receipt(index + 1)


class CountsPlacesInAllRuns(Intake):
    total = -1

    def receipt(self, index: int) -> Any:
        self.total += 1
        return super().receipt(self.total)


class CountsWhatItLeaves(Intake):
    left = 0

    def take(self, point: PointLike) -> Any:
        receipt = super().take(point)
        self.left += receipt is None
        return receipt

    def receipt(self, index: int) -> Any:
        return super().receipt(index + self.left)


class IgnoresTheLimitOfPoints(Intake):
    def fits(self, line: bytes) -> bool:
        return len(line) <= self.room


class IgnoresTheLimitOfBytes(Intake):
    def fits(self, line: bytes) -> bool:
        return self.points > 0


class AllowsFromTheBeginning(Intake):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.allow(10**6, 10**6)


class AddsWhatIsAllowed(Intake):
    def allow(self, points: int, size: int) -> None:
        self.points, self.room = self.points + points, self.room + size


class AllowsAgainInTheNextRun(Intake):
    allowed = 0, 0

    def allow(self, points: int, size: int) -> None:
        super().allow(points, size)
        self.allowed = points, size

    def begin(self) -> None:
        self.points, self.room = self.allowed
        super().begin()


class AllowsNothingInTheNextRun(Intake):
    def begin(self) -> None:
        self.points = self.room = 0
        super().begin()


class ForgetsWhatItTook(Intake):
    def allow(self, points: int, size: int) -> None:
        super().allow(points, size)
        self.lines = []


class TakesInvalidPoints(Intake):
    def line(self, point: PointLike) -> bytes | None:
        return super().line(point) or b"cpu f=0 1"


class TakesNothing(Intake):
    def line(self, point: PointLike) -> bytes | None:
        return None


class WithIntake(Right):
    """Line protocol, with an intake."""

    intake = Intake

    def dump_point(self, point: PointLike, precision: Any) -> bytes:
        return encode([point], precision)

    def point_intake(self, *arguments: Any) -> Intake:
        return self.intake(*arguments)


def intake(kind: type[Intake]) -> type[WithIntake]:
    return type(kind.__name__, (WithIntake,), {"intake": kind})


class SharedIntake(WithIntake):
    """All intakes are the first one."""

    made: Intake | None = None

    def point_intake(self, *arguments: Any) -> Intake:
        self.made = self.made or super().point_intake(*arguments)
        return self.made


BROKEN_INTAKES = {
    "appends nothing": intake(AppendsNothing),
    "appends twice": intake(AppendsTwice),
    "appends a chunk a point": intake(AppendsAChunkAPoint),
    "appends empty chunks": intake(AppendsEmptyChunks),
    "ignores the precision": intake(WritesNanoseconds),
    "has the time of now": intake(TimesOfNow),
    "has the first and the last time": intake(TimesOfTheEnds),
    "has the time of the last point": intake(TimesOfTheLast),
    "reverses": intake(Reverses),
    "counts bytes as points": intake(CountsBytesAsPoints),
    "keeps the points of earlier runs": intake(NeverBegins),
    "counts the points of earlier runs": intake(CountsAllRuns),
    "counts nothing at the end": intake(CountsNothingAtTheEnd),
    "ends the run when it is asked": intake(EndsWhenItIsAsked),
    "has one run": intake(OneRun),
    "has a run for each point": intake(ARunForEachPoint),
    "has one receipt": intake(OneReceipt),
    "counts places from one": intake(CountsPlacesFromOne),
    "counts places in all runs": intake(CountsPlacesInAllRuns),
    "counts places of what it leaves": intake(CountsWhatItLeaves),
    "ignores the limit of points": intake(IgnoresTheLimitOfPoints),
    "ignores the limit of bytes": intake(IgnoresTheLimitOfBytes),
    "takes points before it may": intake(AllowsFromTheBeginning),
    "adds what is allowed": intake(AddsWhatIsAllowed),
    "allows as much again in the next run": intake(AllowsAgainInTheNextRun),
    "allows nothing in the next run": intake(AllowsNothingInTheNextRun),
    "forgets what it took": intake(ForgetsWhatItTook),
    "takes invalid points": intake(TakesInvalidPoints),
    "takes nothing": intake(TakesNothing),
    "has one intake for all": SharedIntake,
}


ALL = (
    (SerializerSuite, BROKEN_SERIALIZERS),
    (ReadingSerializerSuite, BROKEN_READERS),
    (ColumnSerializerSuite, BROKEN_COLUMN_SERIALIZERS),
    (IntakeSerializerSuite, BROKEN_INTAKES),
)


def suite(base: type, part: type) -> type:
    return type("Suite", (base,), {"make": lambda self: part()})


@pytest.mark.parametrize("base", [base for base, _ in ALL])
def test_a_right_part_passes(failing: Failing, base: type) -> None:
    assert failing(suite(base, WithIntake)) == []


@pytest.mark.parametrize(
    ("base", "parts", "name"),
    [(base, parts, name) for base, parts in ALL for name in parts],
)
def test_a_wrong_part_is_caught(
    failing: Failing, base: type, parts: dict[str, type], name: str
) -> None:
    assert failing(suite(base, parts[name])) != []
