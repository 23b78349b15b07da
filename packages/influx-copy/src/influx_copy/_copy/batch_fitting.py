"""Makes points fit into what a sink can keep, and refuses what may not be lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import cast

from influx_copy._row_selection import rows_of_batch
from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import ColumnarBatch, FieldType, PointSchema
from influx_copy.limits import LOSSES, Loss, SinkLimits
from influx_core.columns import Column, cast_column
from influx_core.timestamps import to_rfc3339

__all__ = ["BatchFitting", "losses_of", "unwritable_names"]

_EVERYTHING = SinkLimits()
_NULL = -(2**63)
"""The integer that stands for a missing value where missing booleans are false."""

_NUMBERS = frozenset({"float", "integer", "unsigned", "boolean"})


def losses_of(schema: PointSchema, limits: SinkLimits) -> Iterator[Loss]:
    """What is lost of a measurement with these fields, as far as they tell."""
    kinds = {kind for kinds in schema.fields.values() for kind in kinds}
    if limits.rounds and kinds & _NUMBERS:
        yield "digits"
    if limits.fills and "boolean" in kinds:
        yield "missing"
    if not limits.replaces:
        yield "repeats"
    if limits.left_out & kinds:
        yield "strings"
    if limits.instead.keys() & kinds:
        yield "types"


def unwritable_names(
    measurement: str, tags: Iterable[str], fields: Iterable[str], limits: SinkLimits
) -> Iterator[str]:
    """Yield why names of a measurement cannot be written to a sink."""
    pattern = limits.table_names
    if pattern is not None and (found := pattern.search(measurement)):
        yield f"the measurement {measurement!r} has {found.group()!r}"
    taken: set[str] = set()
    for kind, names in (("tag", tags), ("field", fields)):
        for name in names:
            if limits.one_table and name.lower() in taken:
                yield f"the {kind} {name!r} of {measurement!r} has the name of another column"
            taken.add(name.lower())
            if name.lower() in limits.reserved:
                yield f"the {kind} {name!r} of {measurement!r} has a name of the sink's own"
            elif limits.column_names is not None and (found := limits.column_names.search(name)):
                yield f"the {kind} {name!r} of {measurement!r} has {found.group()!r}"


class BatchFitting:
    """Makes batches as a sink can store them.

    Args:
        limits: what the sink cannot keep.
        accept: what may be lost.
    """

    def __init__(self, limits: SinkLimits, accept: Collection[Loss]) -> None:
        self._limits = limits
        self._accept = accept
        self._idle = limits == _EVERYTHING

    def apply(self, batch: ColumnarBatch) -> ColumnarBatch:
        """The batch as it is written.

        Raises:
            RangeIncomplete: something would be lost that may not be.
        """
        if self._idle or not len(batch):
            return batch
        self._check_names(batch)
        times = self._times(batch)
        fields = {
            name: self._column(batch, name, column)
            for name, column in batch.fields.items()
            if not self._leaves_out(batch, name, column)
        }
        written = ColumnarBatch(batch.measurement, batch.tags, fields, times)
        return written if len(fields) == len(batch.fields) else _with_fields(written)

    def as_read(self, batch: ColumnarBatch) -> Iterator[ColumnarBatch]:
        """Yield a batch that was written as a source of the sink reads it."""
        separator = self._limits.separator
        if separator is None:
            yield batch
            return
        for name, column in batch.fields.items():
            joined = f"{batch.measurement}{separator}{name}"
            yield ColumnarBatch(joined, batch.tags, {"value": column}, batch.times)

    def _check_names(self, batch: ColumnarBatch) -> None:
        for why in unwritable_names(batch.measurement, batch.tags, batch.fields, self._limits):
            raise RangeIncomplete(f"{why}, which the sink cannot store")
        pattern = self._limits.tag_values
        for key, tag in batch.tags.items() if pattern is not None else ():
            for value in {tag} if isinstance(tag, str) else set(tag.to_list()) - {None}:
                if pattern is not None and pattern.search(value):
                    raise RangeIncomplete(
                        f"the tag {key!r} of {batch.measurement!r} is {value!r}, which the sink "
                        "would read in another way"
                    )

    def _times(self, batch: ColumnarBatch) -> Column:
        limits, values = self._limits, batch.times.to_list()
        for time in (min(values), max(values)):
            if not limits.first <= time < limits.stop:
                raise RangeIncomplete(
                    f"{batch.measurement!r} has a point at {to_rfc3339(time)}; the sink keeps "
                    f"times from {to_rfc3339(limits.first)} to {to_rfc3339(limits.stop - 1)}: "
                    "select these"
                )
        unit = limits.time_unit
        if not any(time % unit for time in values):
            return batch.times
        self._require("times", batch.measurement)
        return Column.of([time - time % unit for time in values], "time", complete=True)

    def _leaves_out(self, batch: ColumnarBatch, name: str, column: Column) -> bool:
        if column.kind not in self._limits.left_out:
            return False
        self._require("strings", batch.measurement, name)
        return True

    def _column(self, batch: ColumnarBatch, name: str, column: Column) -> Column:
        kind = self._limits.instead.get(cast(FieldType, column.kind))
        if self._limits.rounds and column.kind in _NUMBERS:
            self._require("digits", batch.measurement, name)
        if self._limits.fills and column.kind == "boolean":
            self._require("missing", batch.measurement, name)
        if self._limits.fills and column.kind == "integer" and _NULL in column.to_list():
            raise RangeIncomplete(f"{batch.measurement!r} has {_NULL} in {name!r}: a null there")
        if kind is None:
            return column
        self._require("types", batch.measurement, name)
        if kind == "float":
            return Column.of(map(_float, column.to_list()), "float")
        try:
            return cast_column(column, kind)
        except ValueError as error:
            raise RangeIncomplete(f"the field {name!r} of {batch.measurement!r}: {error}") from None

    def _require(self, loss: Loss, measurement: str, name: str = "") -> None:
        if loss in self._accept:
            return
        place = f"the field {name!r} of {measurement!r}" if name else f"{measurement!r}"
        raise RangeIncomplete(
            f"{place}: {LOSSES[loss]}; allow it with accept=({loss!r}, ...), or select other points"
        )


def _with_fields(batch: ColumnarBatch) -> ColumnarBatch:
    """The points that have a field."""
    present = [column.presence() for column in batch.fields.values()]
    rows = [at for at in range(len(batch)) if any(column[at] for column in present)]
    return rows_of_batch(batch, rows)


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)
