"""Writing line protocol: compiled code for what is plainly regular, influx_core's for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import _influx_speedups as compiled
from influx_core import DataPoint
from influx_core.codec import ColumnWriter, RowWriter, members
from influx_core.errors import EncodeError
from influx_core.lineprotocol import encode as encode_in_python
from influx_core.timestamps import UNIT_NS
from influx_core.timestamps import precision as canonical_precision
from influx_speedups.columns import encode_columns
from influx_speedups.lines import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from influx_core.codec import PointLike
    from influx_core.columns import Column
    from influx_core.interfaces import OnInvalid
    from influx_core.lineprotocol import Rules
    from influx_core.timestamps import Naive, Precision

__all__ = ["LineProtocolSerializer", "encode"]


def encode(
    points: Iterable[PointLike],
    precision: Precision = "ns",
    *,
    on_invalid: OnInvalid | None = None,
    naive: Naive = "raise",
    unsigned: bool = False,
) -> bytes:
    """Write points, exactly as `influx_core._lineprotocol.encode.encoder` does.

    Raises:
        EncodeError: the first point that cannot be written, if there is no `on_invalid`.
    """
    precision = canonical_precision(precision)
    irregular = _Irregular(precision, naive, unsigned)
    body = compiled.encode(points, UNIT_NS[precision], DataPoint, irregular.write)
    for index, error in irregular.refused:
        if on_invalid is None:
            raise error
        on_invalid(index, error)
    return body


class _Irregular:
    """Writes the points that the compiled code leaves, and keeps those that cannot be written."""

    __slots__ = ("_columns", "_naive", "_precision", "_unsigned", "refused")

    def __init__(self, precision: Precision, naive: Naive, unsigned: bool) -> None:
        self._precision: Precision = precision
        self._naive: Naive = naive
        self._unsigned = unsigned
        self._columns: ColumnWriter | None = None
        self.refused: list[tuple[int, EncodeError]] = []

    def write(self, first: int, points: Sequence[PointLike]) -> bytes:
        """Write points that stand in a row, but those that are refused.

        Args:
            first: the index of the first of them.
            points: at least one.
        """
        if self._columns is None:  # it remembers heads, from one row of points to the next
            writer = RowWriter(self._precision, self._naive, unsigned=self._unsigned)
            self._columns = ColumnWriter(writer)
        try:
            return self._columns.write(list(map(members, points))).together().encode()
        except Exception:  # influx_core finds out which of them, and says why
            return self._sort_out(first, points)

    def _sort_out(self, first: int, points: Sequence[PointLike]) -> bytes:
        return encode_in_python(
            points,
            self._precision,
            on_invalid=lambda index, error: self._refuse(first + index, error),
            naive=self._naive,
            unsigned=self._unsigned,
        )

    def _refuse(self, index: int, error: EncodeError) -> None:
        error.index = index
        self.refused.append((index, error))


class LineProtocolSerializer:
    """Serializes points as line protocol, in compiled code.

    Args:
        naive: what datetimes without a time zone mean.
        unsigned: whether the server has unsigned integers, as 2.x and 3.x do.
    """

    auto_rank = 2
    content_type = "text/plain; charset=utf-8"

    def __init__(self, *, naive: Naive = "raise", unsigned: bool = False) -> None:
        self._naive: Naive = naive
        self._unsigned = unsigned

    def dump(
        self,
        points: Iterable[PointLike],
        precision: Precision,
        on_invalid: OnInvalid | None = None,
    ) -> bytes:
        """Encode points; see `encode`."""
        return encode(
            points, precision, on_invalid=on_invalid, naive=self._naive, unsigned=self._unsigned
        )

    def load(
        self,
        data: bytes,
        precision: Precision = "ns",
        default_time: int | None = None,
        *,
        rules: Rules = "v2",
    ) -> list[DataPoint]:
        """Decode points; see `decode`."""
        return decode(data, precision, default_time, rules=rules)

    def dump_columns(
        self,
        measurement: str | Column,
        tags: Mapping[str, Column | str],
        fields: Mapping[str, Column],
        timestamps: Column | None,
        precision: Precision,
        on_invalid: OnInvalid | None = None,
    ) -> bytes:
        """Encode the rows that columns make; see `influx_speedups.columns.encode_columns`."""
        return encode_columns(
            measurement,
            tags,
            fields,
            timestamps,
            precision,
            on_invalid,
            unsigned=self._unsigned,
        )
