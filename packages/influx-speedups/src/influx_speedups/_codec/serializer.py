"""The compiled line protocol serializer, for clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from _influx_speedups import encode_point, point_intake
from influx_core import DataPoint
from influx_core.codec import escaper
from influx_core.timestamps import UNIT_NS, naive_rule
from influx_speedups._codec.column_encoder import encode_columns
from influx_speedups._codec.point_encoder import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from influx_core import PointLike
    from influx_core.columns import Column
    from influx_core.interfaces import OnInvalid, PointIntake
    from influx_core.lineprotocol import Rules
    from influx_core.timestamps import Naive, Precision

__all__ = ["CompiledLineProtocolSerializer"]

RunT = TypeVar("RunT")
ReceiptT = TypeVar("ReceiptT")
ChunkT = TypeVar("ChunkT")


class CompiledLineProtocolSerializer:
    """Serializes points as line protocol, in compiled code.

    Args:
        naive: the meaning of datetimes without a time zone.
        unsigned: whether the server supports unsigned integers, as 2.x and 3.x do.
        rules: the server's rules for names; see `influx_core.lineprotocol.encode`.
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
        if precision in UNIT_NS:
            line = encode_point(point, UNIT_NS[precision], DataPoint)
            if line is not None:
                return line
        return self.dump((point,), precision)

    def point_intake(
        self,
        precision: Precision,
        run: Callable[[], RunT],
        receipt: Callable[[RunT, int], ReceiptT],
        chunk: Callable[[bytes, int, tuple[int, int], RunT], ChunkT],
        now: Callable[[], int],
    ) -> PointIntake[ChunkT, ReceiptT] | None:
        """Make an intake for single points; None if a subclass encodes points in its own way.

        See `influx_core.interfaces.IntakeSerializer`.
        """
        kind, own = type(self), CompiledLineProtocolSerializer
        if kind.dump is not own.dump or kind.dump_point is not own.dump_point:
            return None
        return point_intake(UNIT_NS[precision], DataPoint, run, receipt, chunk, now)

    def load(
        self,
        data: bytes,
        precision: Precision = "ns",
        default_time: int | None = None,
        *,
        rules: Rules = "v2",
    ) -> list[DataPoint]:
        """Decode points; see `decode`."""
        from influx_speedups._codec.line_scanner import decode

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
        """Encode rows given as columns; see `influx_speedups.codec.encode_columns`."""
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
