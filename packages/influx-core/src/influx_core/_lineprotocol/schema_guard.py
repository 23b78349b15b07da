"""SchemaGuard: finds fields with a changed type before the server refuses them.

InfluxDB fixes a field's type with its first value. The server refuses a later value of another
type, and sometimes other points of the same request.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeGuard, get_args

from influx_core._known_words import check_word
from influx_core._lineprotocol.encode.point_line import point_members
from influx_core._lineprotocol.encode.values import FieldType, field_type
from influx_core._lineprotocol.serializer import LineProtocolSerializer
from influx_core.errors import ConfigError, EncodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from influx_core._points.data_point import PointLike
    from influx_core.interfaces import OnInvalid, Serializer
    from influx_core.timestamps import Precision

__all__ = ["OnConflict", "SchemaGuard"]

OnConflict: TypeAlias = Literal["refuse", "coerce"]


class SchemaGuard:
    """A serializer that checks the types of fields and passes valid points to another serializer.

    It keeps the types that are given in `types`, and the type of each field that it has encoded.

    Args:
        serializer: the serializer for valid points; pure-Python line protocol by default.
        on_conflict: `refuse` treats a point with a field of another type as invalid. `coerce` first
            converts an integer to a float, or a float to an integer, if that does not change the
            value.
        types: known types by measurement and field, as SHOW FIELD KEYS prints them.

    Raises:
        ConfigError: `on_conflict` or a type is unknown, or `types` has another shape.
    """

    def __init__(
        self,
        serializer: Serializer | None = None,
        *,
        on_conflict: OnConflict = "refuse",
        types: Mapping[str, Mapping[str, FieldType]] | None = None,
    ) -> None:
        self._serializer = serializer or LineProtocolSerializer()
        check_word("on_conflict", on_conflict, get_args(OnConflict))
        self._coerce = on_conflict == "coerce"
        self._types = _known_types(types or {})

    @property
    def content_type(self) -> str:
        """The MIME type of the other serializer."""
        return self._serializer.content_type

    @property
    def types(self) -> Mapping[str, Mapping[str, FieldType]]:
        """The known types by measurement and field."""
        return self._types

    def dump(
        self,
        points: Iterable[PointLike],
        precision: Precision,
        on_invalid: OnInvalid | None = None,
    ) -> bytes:
        """Check points, then encode the valid ones.

        Raises:
            EncodeError: a point has a field of another type than before, or cannot be written, and
                there is no `on_invalid`.
        """
        kept: list[PointLike] = []
        indices: list[int] = []
        for index, point in enumerate(points):
            try:
                kept.append(self._checked(point))
                indices.append(index)
            except EncodeError as error:
                error.index = index
                if on_invalid is None:
                    raise
                on_invalid(index, error)
        return self._serializer.dump(kept, precision, _at(indices, on_invalid))

    def _checked(self, point: PointLike) -> PointLike:
        """Return the point, with fields coerced if necessary, and remember their types."""
        measurement, tags, fields, timestamp = point_members(point)
        if not isinstance(measurement, str) or not _is_mapping(fields):
            return point  # the other serializer reports the error
        given = _types(measurement, fields)
        known = self._types.get(measurement, {})
        changed = {
            key: self._coerced(measurement, key, fields[key], known[key])
            for key, kind in given.items()
            if known.get(key, kind) != kind
        }
        self._types[measurement] = given | known
        return (measurement, tags, {**fields, **changed}, timestamp) if changed else point

    def _coerced(self, measurement: str, key: str, value: Any, known: FieldType) -> Any:
        if self._coerce and known in _COERCIONS:
            coerced = _COERCIONS[known](value)
            if coerced is not None:
                return coerced
        reason = f"the field holds values of type {known}, and {value!r} is {field_type(value)}"
        raise EncodeError(reason, measurement=measurement, key=key)


def _known_types(types: object) -> dict[str, dict[str, FieldType]]:
    if not _is_mapping(types) or not all(map(_is_mapping, types.values())):
        raise ConfigError(
            "types maps measurements to their fields and these to types, such as "
            '{"cpu": {"load": "float"}}'
        )
    return {
        measurement: {key: _known_type(measurement, key, kind) for key, kind in fields.items()}
        for measurement, fields in types.items()
    }


def _known_type(measurement: str, key: str, kind: FieldType) -> FieldType:
    if kind not in get_args(FieldType):
        known = ", ".join(get_args(FieldType))
        raise ConfigError(f"{measurement}.{key}: unknown type {kind!r}; known are {known}")
    return kind


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _types(measurement: str, fields: Mapping[str, Any]) -> dict[str, FieldType]:
    types: dict[str, FieldType] = {}
    for key, value in fields.items():
        try:
            if value is not None:
                types[key] = field_type(value)
        except TypeError as error:
            raise EncodeError(str(error), measurement=measurement, key=key) from error
    return types


def _as_float(value: Any) -> float | None:
    if field_type(value) != "integer":
        return None
    try:
        return float(value) if int(float(value)) == value else None
    except OverflowError:
        return None


def _as_integer(value: Any) -> int | None:
    if field_type(value) != "float" or not math.isfinite(value) or int(value) != value:
        return None
    return int(value)


_COERCIONS: Mapping[str, Callable[[Any], Any]] = {"float": _as_float, "integer": _as_integer}


def _at(indices: list[int], on_invalid: OnInvalid | None) -> OnInvalid | None:
    """Wrap `on_invalid` so that indices among valid points become indices among all points."""
    if on_invalid is None:
        return None

    def told(index: int, error: EncodeError) -> None:
        error.index = indices[index]
        on_invalid(indices[index], error)

    return told
