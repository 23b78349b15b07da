"""LineProtocolSerializer: line protocol as a serializer of a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_core._lineprotocol.encode.columnar_encode import encode_columns
from influx_core._lineprotocol.encode.point_line import LineEncoder
from influx_core._lineprotocol.encode.points_encoder import encode
from influx_core._lineprotocol.escaping import escaper
from influx_core.errors import EncodeError
from influx_core.timestamps import Naive, naive_rule
from influx_core.timestamps import precision as canonical_precision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from influx_core._columns.arrow_layout import Column
    from influx_core._lineprotocol.decode.line_parts import Rules
    from influx_core._points.data_point import DataPoint, PointLike
    from influx_core.interfaces import OnInvalid
    from influx_core.timestamps import Precision

__all__ = ["LineProtocolSerializer"]


class LineProtocolSerializer:
    """Serializes points as line protocol, in pure Python.

    Args:
        naive: how datetimes without a time zone are read.
        unsigned: whether the server has unsigned integers, as 2.x and 3.x do.
        rules: the server's rules for names; see `encode`.
    """

    content_type = "text/plain; charset=utf-8"

    def __init__(
        self,
        *,
        naive: Naive = "raise",
        unsigned: bool = False,
        rules: Rules | None = None,
    ) -> None:
        escaper(rules)  # refuses unknown rules now, not at the first write
        self._naive: Naive = naive_rule(naive)
        self._unsigned = unsigned
        self._rules: Rules | None = rules
        self._line_encoders: dict[Precision, LineEncoder] = {}

    def dump(
        self,
        points: Iterable[PointLike],
        precision: Precision,
        on_invalid: OnInvalid | None = None,
    ) -> bytes:
        """Encode points; see `encode`."""
        return encode(
            points,
            precision,
            on_invalid=on_invalid,
            naive=self._naive,
            unsigned=self._unsigned,
            rules=self._rules,
        )

    def dump_point(self, point: PointLike, precision: Precision) -> bytes:
        """Encode one point; see `encode`.

        Raises:
            EncodeError: the point cannot be written.
        """
        encoder = self._line_encoders.get(precision)
        if encoder is None:
            unit = canonical_precision(precision)
            encoder = LineEncoder(
                unit, self._naive, unsigned=self._unsigned, rules=self._rules, keep_series=True
            )
            self._line_encoders[precision] = encoder
        try:
            return encoder.line(point)
        except EncodeError as error:
            error.index = 0
            raise

    def load(
        self,
        data: bytes,
        precision: Precision = "ns",
        default_time: int | None = None,
        *,
        rules: Rules = "v2",
    ) -> list[DataPoint]:
        """Decode points; see `decode`."""
        from influx_core._lineprotocol.decode.decoder import decode

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
        """Encode rows given as columns; see `encode_columns`."""
        return encode_columns(
            measurement,
            tags,
            fields,
            timestamps,
            precision,
            on_invalid,
            unsigned=self._unsigned,
            rules=self._rules,
        )
