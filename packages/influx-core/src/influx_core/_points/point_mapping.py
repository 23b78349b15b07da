"""Typed points: a class whose annotated members are tags, fields and the time of a point.

    @dataclass
    class Load:
        host: Annotated[str, Tag]
        percent: Annotated[float, Field]
        time: Annotated[datetime | None, Time] = None

The class may be a dataclass, an attrs class, a msgspec Struct, or any other whose constructor
takes its annotated members by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from operator import attrgetter
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from influx_core._points.data_point import DataPoint
from influx_core.errors import ConfigError, DecodeError
from influx_core.timestamps import to_datetime, to_ns, to_rfc3339

if TYPE_CHECKING:
    from influx_core._results.keyed_tuple import KeyedTuple
    from influx_core._results.series import Series

__all__ = ["Field", "PointMapping", "Tag", "Time"]

_T = TypeVar("_T")
_Taker = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Tag:
    """Marks a member as a tag; `Tag("name")` if the tag has another name."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """Marks a member as a field; `Field("name")` if the field has another name."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """Marks the member with the time; an int counts units of the precision of the write."""


@dataclass(frozen=True, slots=True)
class _Member:
    """One annotated member: its attribute, its name in InfluxDB, and its type."""

    attribute: str
    name: str
    type: Any


class PointMapping(Generic[_T]):
    """Converts objects of one class to points, and points to objects.

    Args:
        cls: the class, with annotations that mark its members.
        measurement: the measurement; by default the class's `__measurement__`, or its name.

    Raises:
        ConfigError: a member has no mark or several marks, or the class has no field or several
            times.
    """

    def __init__(self, cls: type[_T], measurement: str | None = None) -> None:
        self.cls = cls
        default: str = getattr(cls, "__measurement__", cls.__name__)
        self.measurement = measurement or default
        self._tags, self._fields, times = _members(cls)
        self._time = times[0] if times else None
        self._take_tags = _taker(self._tags)
        self._take_fields = _taker(self._fields)
        self._take_time = attrgetter(self._time.attribute) if self._time else _no_time

    def to_point(self, item: _T) -> DataPoint:
        """Convert an object to a point; members that are None are left out when it is written.

        Raises:
            ValueError: no field has a value.
        """
        fields = {key: value for key, value in self._take_fields(item).items() if value is not None}
        return DataPoint(self.measurement, self._take_tags(item), fields, self._take_time(item))

    def to_points(self, items: Iterable[_T]) -> Iterator[DataPoint]:
        """Convert objects to points, lazily."""
        return map(self.to_point, items)

    def from_point(self, point: DataPoint) -> _T:
        """Convert a point, whose integer timestamp is in nanoseconds, to an object.

        Tags are strings in InfluxDB; they are converted to the types of their members. Members that
        the point lacks get their defaults.

        Raises:
            DecodeError: the point has another measurement, or a value is missing or has the wrong
                type.
        """
        self._check_measurement(point.measurement)
        return self._make(point.tags, point.fields, point.timestamp, point)

    def from_series(self, series: Series) -> Iterator[_T]:
        """Convert the rows of a series to objects, lazily.

        Tags are those of GROUP BY, or columns of the row (`SELECT *`). Members that a row lacks, or
        that are null there, get their defaults.

        Raises:
            DecodeError: the series has another measurement, or a value is missing or has the wrong
                type.
        """
        self._check_measurement(series.name)
        return map(self._from_row, repeat(series), series)

    def _from_row(self, series: Series, row: KeyedTuple) -> _T:
        values = row._asdict()
        time = row.time_ns if "time" in values else None
        return self._make({**values, **series.tags}, values, time, row)

    def _check_measurement(self, measurement: str) -> None:
        if measurement != self.measurement:
            mapped = f"{self.cls.__name__} maps the measurement {self.measurement!r}"
            raise DecodeError(f"{mapped}, not {measurement!r}")

    def _make(
        self, tags: Mapping[str, Any], fields: Mapping[str, Any], time: Any, source: object
    ) -> _T:
        members = _read(self._tags, tags) | _read(self._fields, fields)
        if self._time is not None and time is not None:
            members[self._time.attribute] = _read_time(time, self._time)
        try:
            return self.cls(**members)
        except TypeError as error:
            text = repr(source)[:200]
            raise DecodeError(f"cannot make a {self.cls.__name__} of {text}: {error}") from error


def _members(cls: type[Any]) -> tuple[list[_Member], list[_Member], list[_Member]]:
    found: dict[type, list[_Member]] = {Tag: [], Field: [], Time: []}
    for attribute, hint in _hints(cls).items():
        mark, plain = _mark(cls, attribute, hint)
        name = getattr(mark, "name", None) or attribute
        found[type(mark)].append(_Member(attribute, name, plain))
    if not found[Field]:
        raise ConfigError(f"{cls.__name__} has no member marked as Field")
    if len(found[Time]) > 1:
        raise ConfigError(f"{cls.__name__} has more than one member marked as Time")
    return found[Tag], found[Field], found[Time]


def _hints(cls: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {name: hint for name, hint in hints.items() if not name.startswith("__")}


def _mark(cls: type[Any], attribute: str, hint: Any) -> tuple[Tag | Field | Time, Any]:
    plain, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    marks = [extra() if isinstance(extra, type) else extra for extra in extras if _is_mark(extra)]
    if len(marks) != 1:
        place = f"{cls.__name__}.{attribute}"
        raise ConfigError(f"{place} must be marked once, as Annotated[..., Tag], Field or Time")
    return marks[0], plain


def _is_mark(extra: Any) -> bool:
    return extra in (Tag, Field, Time) or isinstance(extra, (Tag, Field, Time))


def _taker(members: list[_Member]) -> _Taker:
    """Return a function that reads these attributes of an object into a dict."""
    names = [member.name for member in members]
    if len(members) == 1:
        take, name = attrgetter(members[0].attribute), names[0]
        return lambda item: {name: take(item)}
    if not members:
        return lambda item: {}
    take_all = attrgetter(*(member.attribute for member in members))
    return lambda item: dict(zip(names, take_all(item), strict=True))


def _no_time(item: object) -> None:
    return None


def _read(members: list[_Member], values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        member.attribute: _convert(values[member.name], member)
        for member in members
        if values.get(member.name) is not None
    }


def _read_time(timestamp: Any, member: _Member) -> Any:
    ns = to_ns(timestamp)
    kinds = get_args(member.type) or (member.type,)
    if int in kinds:
        return ns
    return to_rfc3339(ns) if str in kinds else to_datetime(ns)


def _convert(value: Any, member: _Member) -> Any:
    try:
        return msgspec.convert(value, member.type, strict=False)
    except msgspec.ValidationError as error:
        raise DecodeError(f"{member.name!r} cannot be read: {error}") from error
