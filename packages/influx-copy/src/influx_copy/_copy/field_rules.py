"""FieldRules: how the fields of a measurement are renamed and cast, by the options of a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from influx_copy._copy.options import CopyOptions
from influx_copy.errors import RangeIncomplete, TypesDiffer
from influx_copy.interfaces import ColumnarBatch, FieldType, PointSchema
from influx_core.columns import Column, cast_column

__all__ = ["FieldRules"]

_ORDER: tuple[FieldType, ...] = ("float", "integer", "unsigned", "string", "boolean")
"""The first of several types keeps the name of the field when they are split."""

_NUMBERS = frozenset({"float", "integer", "unsigned"})


def _differing(schema: PointSchema) -> dict[str, tuple[FieldType, ...]]:
    """The fields with several types."""
    return {name: types for name, types in schema.fields.items() if len(set(types)) > 1}


class FieldRules:
    """Renames and casts the fields of one measurement.

    Args:
        measurement: the measurement.
        schema: all its tags and fields.
        options: what is asked for.

    Raises:
        TypesDiffer: a field has several types, and that is to be refused.
        RangeIncomplete: a new name belongs to another field.
    """

    def __init__(self, measurement: str, schema: PointSchema, options: CopyOptions) -> None:
        several = _differing(schema)
        if several and options.types == "refuse":
            raise TypesDiffer((measurement, name, types) for name, types in several.items())
        self._casts = _casts(several) if options.types == "cast" else {}
        self._splits = several if options.types == "split" else {}
        self._renamed = (
            frozenset(schema.tags) & schema.fields.keys()
            if options.shared_names == "rename"
            else frozenset[str]()
        )
        self._refuse_clashes(measurement, schema)
        self._idle = not (self._casts or self._splits or self._renamed)

    def apply(self, batch: ColumnarBatch) -> ColumnarBatch:
        """The batch as it is written.

        Raises:
            RangeIncomplete: an integer would change when it becomes a float.
        """
        if self._idle:
            return batch
        fields = {
            self._name(name, cast(FieldType, column.kind)): self._cast(name, column)
            for name, column in batch.fields.items()
        }
        return ColumnarBatch(batch.measurement, batch.tags, fields, batch.times)

    def _name(self, name: str, kind: FieldType) -> str:
        types = self._splits.get(name, ())
        first = min(types, key=_ORDER.index, default=kind)
        renamed = f"{name}_field" if name in self._renamed else name
        return renamed if kind == first else f"{renamed}_{kind}"

    def _cast(self, name: str, column: Column) -> Column:
        wanted = self._casts.get(name)
        if wanted is None or column.kind in (wanted, "null"):
            return column
        if wanted == "string":
            return Column.of(map(_text, column.to_list()), "string")
        made = cast_column(column, wanted)
        _refuse_loss(name, column.to_list(), made.to_list())
        return made

    def _refuse_clashes(self, measurement: str, schema: PointSchema) -> None:
        known = {*schema.fields, *schema.tags}
        for name, types in schema.fields.items():
            for kind in types:
                new = self._name(name, kind)
                if new != name and new in known:
                    raise RangeIncomplete(
                        f"the field {name!r} of {measurement!r} would be written as {new!r}, which "
                        "exists: copy this measurement with other options"
                    )


def _casts(several: Mapping[str, Iterable[FieldType]]) -> dict[str, FieldType]:
    return {
        name: "float" if set(types) <= _NUMBERS else "string" for name, types in several.items()
    }


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_loss(name: str, before: list[Any], after: list[Any]) -> None:
    """Refuse integers that no float holds; Python compares both exactly."""
    for old, new in zip(before, after, strict=True):
        if old != new:
            raise RangeIncomplete(
                f"the integer {old} of the field {name!r} cannot become a float without changing: "
                "use types='split'"
            )
