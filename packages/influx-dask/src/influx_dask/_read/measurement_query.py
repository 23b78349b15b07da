"""MeasurementQuery: the InfluxQL that reads the points of a measurement in a range of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from influx_core import ConfigError
from influx_core.columns import Kind
from influx_dask._read.frame_shape import FrameShape
from influx_query import quote_ident, quote_string

__all__ = ["NUMBERS", "FieldTypes", "MeasurementQuery", "TagFilters", "filters"]

NUMBERS = frozenset({"float", "integer", "unsigned"})
"""Types that a server converts to one, if a field has several of them."""

FieldTypes = tuple[tuple[str, tuple[str, ...]], ...]
"""Fields, each with the types that its values have."""

TagFilters = Mapping[str, str | Sequence[str]]
"""For tags, the value or the values that are selected."""


@dataclass(frozen=True, slots=True)
class MeasurementQuery:
    """Selects tags and fields of a measurement; tags are columns, so rows come by time.

    InfluxQL returns the points that have a value in one of the selected fields. So all of
    `row_fields` are selected, whatever columns are needed: the rows are the same.

    Attributes:
        measurement: the measurement.
        policy: its retention policy; empty for the default one.
        tag_keys: the tags that are read.
        field_kinds: the fields that are read, with their kinds.
        row_fields: a row is a point with a value in one of these fields; it has all fields that
            are read.
        where: for tags, the values that are selected.
    """

    measurement: str
    policy: str
    tag_keys: tuple[str, ...]
    field_kinds: tuple[tuple[str, Kind], ...]
    row_fields: FieldTypes
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def shape(self) -> FrameShape:
        """The columns; a field with the name of a tag gets a number, as in a frame of a query."""
        return FrameShape(
            self.tag_keys, tuple((self._name(field), kind) for field, kind in self.field_kinds)
        )

    def text(self, start: int, stop: int, columns: Sequence[str] | None) -> str:
        """The query for a range of time, from the first nanosecond to the one after the last.

        Args:
            start: the first nanosecond.
            stop: the nanosecond after the last one.
            columns: the columns of the frame that are needed; None for all.
        """
        selected = ", ".join(self._selected(columns))
        conditions = [f"time >= {start}", f"time < {stop}", *self._conditions()]
        return f"SELECT {selected} FROM {self._source()} WHERE {' AND '.join(conditions)}"  # noqa: S608 - quoted

    def _selected(self, columns: Sequence[str] | None) -> list[str]:
        needed = self.shape.columns if columns is None else columns
        fields = [field for field, _ in self.field_kinds if self._name(field) in needed]
        return [
            *(
                f"{quote_ident(field)}::field AS {quote_ident(self._name(field))}"
                for field in fields
            ),
            *(f"{quote_ident(tag)}::tag" for tag in self.tag_keys if tag in needed),
            *self._beside(fields),
        ]

    def _beside(self, fields: Sequence[str]) -> list[str]:
        """The fields that are selected for their rows alone; their columns are dropped."""
        read = [
            f"{quote_ident(field)}::{type_}"
            for field, types in self.row_fields
            if field not in fields
            for type_ in (("field",) if NUMBERS.issuperset(types) else types)
        ]
        names = (_distinct_name(f"row {n}", self.shape.columns) for n in range(len(read)))
        return [f"{field} AS {quote_ident(name)}" for field, name in zip(read, names, strict=True)]

    def _source(self) -> str:
        return ".".join(quote_ident(name) for name in (self.policy, self.measurement) if name)

    def _conditions(self) -> list[str]:
        return [_any_of(tag, values) for tag, values in self.where]

    def _name(self, field: str) -> str:
        return _distinct_name(field, self.tag_keys)


def _distinct_name(field: str, taken: Sequence[str]) -> str:
    """The name of a field's column: with a number if another column has its name."""
    name, number = field, 0
    while name in taken:
        number += 1
        name = f"{field}_{number}"
    return name


def _any_of(tag: str, values: Sequence[str]) -> str:
    equal = [f"{quote_ident(tag)}::tag = {quote_string(value)}" for value in values]
    return equal[0] if len(equal) == 1 else f"({' OR '.join(equal)})"


def filters(tags: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The values of tags that are selected, as `MeasurementQuery.where` has them.

    Raises:
        ConfigError: a tag has no values, or one that is no text.
    """
    if tags is None:
        return ()
    if not isinstance(tags, Mapping):
        raise ConfigError(f'tags are values by name, {{"host": "a"}}, not {tags!r}')
    given = cast(Mapping[str, object], tags)
    return tuple((tag, _texts(tag, values)) for tag, values in given.items())


def _texts(tag: str, values: object) -> tuple[str, ...]:
    """One value, or several."""
    if isinstance(values, str):
        return (values,)
    if not isinstance(values, Iterable):
        raise ConfigError(f"the tag {tag!r} has text as its value, or a list of texts: {values!r}")
    found: list[str] = []
    for value in cast(Iterable[object], values):
        if not isinstance(value, str):
            raise ConfigError(f"the values of the tag {tag!r} are texts, not {value!r}")
        found.append(value)
    if not found:
        raise ConfigError(f"no values are given for the tag {tag!r}")
    return tuple(found)
