"""The contract of a serializer that reads what it writes: the points come back, or an error."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from influx_core import DataPoint, DecodeError
from influx_core.interfaces import ReadingSerializer

__all__ = ["ReadingSerializerSuite"]


class ReadingSerializerSuite:
    """Inherit it beside `SerializerSuite`, and say how the serializer is made.

    Attributes:
        junk: bytes that are no points.
    """

    junk: bytes = b"cpu load= 1\n"

    def make(self) -> ReadingSerializer:
        """Make the serializer."""
        raise NotImplementedError("say how the serializer is made")

    def written(self) -> Sequence[DataPoint]:
        """Points that come back as they are."""
        return [
            DataPoint("cpu load", {"host": "a,b=c"}, {"f": 0.5, "i": 2**63 - 1}, 1),
            DataPoint("cpu", {}, {"s": 'x "y"\\\n', "b": True}, -1),
            DataPoint("mem", {"host": "ü"}, {"f": -1e-07}, 2),
        ] * 9

    def test_what_it_writes_it_reads(self) -> None:
        codec = self.make()
        assert codec.load(codec.dump(self.written(), "ns"), "ns") == self.written()

    def test_no_bytes_are_no_points(self) -> None:
        assert self.make().load(b"", "ns") == []

    def test_times_come_out_in_nanoseconds(self) -> None:
        codec = self.make()
        (point,) = codec.load(codec.dump([("m", {}, {"f": 1.5}, 7)], "s"), "s")
        assert point.timestamp == 7 * 10**9

    def test_a_missing_time_is_the_default_rounded_down(self) -> None:
        codec = self.make()
        body = codec.dump([("m", {}, {"f": 1.5}, None)], "s")
        assert codec.load(body, "s")[0].timestamp is None
        assert codec.load(body, "s", 1_999_999_999)[0].timestamp == 10**9
        assert codec.load(body, "s", -1)[0].timestamp == -(10**9)

    def test_points_share_nothing(self) -> None:
        codec = self.make()
        body = codec.dump([("m", {"t": "a"}, {"f": 1.5}, 1)] * 20, "ns")
        first, *rest = codec.load(body, "ns")
        assert all(point.tags is not first.tags for point in rest)
        assert all(point.fields is not first.fields for point in rest)

    def test_junk_is_an_error(self) -> None:
        codec = self.make()
        with pytest.raises(DecodeError):
            codec.load(codec.dump(self.written(), "ns") + self.junk, "ns")
