"""Encodes points as line protocol; a point that cannot be represented is an error.

A block of points is encoded at once, column by column. If that fails, points with the same keys are
encoded together, in smaller and smaller parts, until the points that cannot be encoded are found.
"""

from __future__ import annotations

from io import BytesIO
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from influx_core._lineprotocol.encode.point_line import LineEncoder
from influx_core._lineprotocol.encode.uniform_points import UniformPointsEncoder
from influx_core._points.data_point import DataPoint
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import EncodeError
from influx_core.timestamps import precision as canonical_precision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from influx_core._lineprotocol.decode.line_parts import Rules
    from influx_core._lineprotocol.encode.uniform_points import Row
    from influx_core._points.data_point import PointLike
    from influx_core.interfaces import OnInvalid
    from influx_core.timestamps import Naive, Precision

__all__ = ["PointsEncoder", "encode"]

_BLOCK = 500
"""The number of points that are encoded at once; larger blocks exceed the processor's caches."""

_FEW = 3
"""Up to this number, points are encoded one by one, because that is faster."""

_members = attrgetter("measurement", "tags", "fields", "timestamp")


def encode(
    points: Iterable[PointLike],
    precision: Precision = "ns",
    *,
    on_invalid: OnInvalid | None = None,
    naive: Naive = "raise",
    unsigned: bool = False,
    rules: Rules | None = None,
) -> bytes:
    """Encode points, each as one line that ends with a newline.

    Tags with the value None or an empty string and fields with the value None are left out, because
    InfluxDB has no such values. Nothing else is left out or changed.

    Args:
        points: DataPoints or tuples `(measurement, tags, fields, timestamp)`.
        precision: the unit of the timestamps written, and of integer timestamps in the points;
            finer times are rounded down.
        on_invalid: called with the index and the error of each point that cannot be written, in
            order; these points are left out.
        naive: how datetimes without a time zone are read.
        unsigned: whether the server has unsigned integers, as 2.x and 3.x do.
        rules: the rules by which the server decodes names. `1.x` allows control characters, which
            InfluxDB 1.x stores; `v2` is the specification. By default, both rules must decode a
            name unchanged.

    Raises:
        EncodeError: the first point that cannot be written, if there is no `on_invalid`.
    """
    encoder = PointsEncoder(canonical_precision(precision), naive, unsigned=unsigned, rules=rules)
    remaining = iter(points)
    start, body = 0, BytesIO()
    while block := list(islice(remaining, _BLOCK)):
        body.write(encoder.encode(start, block))
        start += len(block)
    encoder.report(on_invalid)
    return body.getvalue()


def _rows(points: Sequence[PointLike]) -> Sequence[Row]:
    """Return points as tuples; an object that is not a point stays unchanged, to be refused."""
    kinds = set(map(type, points))
    if kinds == {tuple}:
        return cast("Sequence[Row]", points)
    if kinds == {DataPoint}:
        return list(map(_members, points))
    return list(map(_row, points))


def _row(point: PointLike) -> Row:
    return _members(point) if isinstance(point, DataPoint) else point


class PointsEncoder:
    """Encodes blocks of points, and keeps the errors of those that cannot be encoded.

    Args:
        precision: the unit of the timestamps written, and of integer timestamps in the points.
        naive: the meaning of datetimes without a time zone.
        unsigned: whether the server has unsigned integers, as 2.x and 3.x do.
        rules: see `encode`.
    """

    def __init__(
        self, precision: Precision, naive: Naive, *, unsigned: bool, rules: Rules | None = None
    ) -> None:
        self._errors: dict[int, EncodeError] = {}
        self._rows = LineEncoder(precision, naive, unsigned=unsigned, rules=rules)
        self._columns = UniformPointsEncoder(self._rows)

    def report(self, on_invalid: OnInvalid | None) -> None:
        """Report the points that could not be encoded, in the order of their indices.

        Raises:
            EncodeError: a point could not be encoded, and there is no `on_invalid`.
        """
        for index, error in sorted(self._errors.items()):
            if on_invalid is None:
                raise error
            on_invalid(index, error)

    def encode(self, start: int, points: Sequence[PointLike]) -> bytes:
        """Encode points; the index of the first one is `start`."""
        rows = _rows(points)
        if len(rows) <= _FEW:
            return b"".join(self._singles(dict(enumerate(rows, start))).values())
        try:
            with gc_paused():
                return self._columns.write(rows).together().encode()
        except Exception:  # the steps below find out which point is invalid, and why
            lines: dict[int, bytes] = {}
            for shape in _by_shape(rows, start):
                lines.update(self._lines(shape))
            return b"".join(lines[index] for index in sorted(lines))

    def _lines(self, rows: dict[int, Row]) -> dict[int, bytes]:
        """Encode points with the same keys, by index; if that fails, encode each half of them."""
        if len(rows) <= _FEW:
            return self._singles(rows)
        try:
            lines = map(str.encode, self._columns.write(list(rows.values())).singly())
            return dict(zip(rows, lines, strict=True))
        except Exception:  # the halves find out which point is invalid, and why
            items, middle = list(rows.items()), len(rows) // 2
            return self._lines(dict(items[:middle])) | self._lines(dict(items[middle:]))

    def _singles(self, rows: dict[int, Row]) -> dict[int, bytes]:
        lines: dict[int, bytes] = {}
        for index, row in rows.items():
            try:
                lines[index] = self._rows.line(row)
            except EncodeError as error:
                error.index = index
                self._errors[index] = error
        return lines


def _by_shape(rows: Sequence[Row], start: int) -> Iterable[dict[int, Row]]:
    """Group points with the same keys, after removing fields without a value."""
    shapes: dict[Any, dict[int, Row]] = {}
    for index, row in enumerate(rows, start):
        try:
            measurement, tags, fields, timestamp = row
            present = {key: value for key, value in fields.items() if value is not None}
            shape = tuple(tags or ()), tuple(present)
            alike: Row = (measurement, tags, present, timestamp)
        except (AttributeError, TypeError, ValueError):
            shape, alike = ((), ()), row  # not a point; reported when it is encoded alone
        shapes.setdefault(shape, {})[index] = alike
    return shapes.values()
