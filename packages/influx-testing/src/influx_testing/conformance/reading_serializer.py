"""The contract of a serializer that decodes: the same points as encoded, or an error."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from influx_core import DataPoint, DecodeError
from influx_core.interfaces import ReadingSerializer
from influx_core.timestamps import Precision

__all__ = ["ReadingSerializerSuite"]


class ReadingSerializerSuite:
    """Tests to inherit in addition to `SerializerSuite`; a subclass creates it in `make`.

    Attributes:
        junk: bytes that are not points.
    """

    junk: bytes = b"cpu load= 1\n"

    def make(self) -> ReadingSerializer:
        """Return a new serializer."""
        raise NotImplementedError("make() must return the serializer")

    def written(self) -> Sequence[DataPoint]:
        """Points that can be written and read."""
        return [
            DataPoint("cpu load", {"host": "a,b=c", "room": "x"}, {"f": 0.5, "i": 2**63 - 1}, 1),
            DataPoint("cpu", {}, {"s": 'x "y"\\\n', "b": True}, -1),
            DataPoint("mem", {"host": "ü"}, {"f": -1e-07, "whole": 3.0, "n": 3}, 2),
            DataPoint("mem", {"host": "ü"}, {"s": "", "no": False}),
        ] * 9

    def test_the_points_are_the_written_ones(self) -> None:
        codec = self.make()
        found = codec.load(codec.dump(self.written(), "ns"), "ns")
        assert type(found) is list
        assert found == self.written()

    def test_the_types_of_fields_are_the_written_ones(self) -> None:
        """1, 1.0 and True are equal in Python, but not in InfluxDB."""
        codec = self.make()
        found = codec.load(codec.dump(self.written(), "ns"), "ns")
        assert [_types(point) for point in found] == [_types(point) for point in self.written()]

    def test_no_bytes_are_no_points(self) -> None:
        assert self.make().load(b"", "ns") == []

    @pytest.mark.parametrize(
        ("precision", "unit"), [("ns", 1), ("us", 10**3), ("ms", 10**6), ("s", 10**9)]
    )
    def test_times_come_out_in_nanoseconds(self, precision: Precision, unit: int) -> None:
        codec = self.make()
        body = codec.dump([("m", {}, {"f": 1.5}, 7), ("m", {}, {"f": 1.5}, -7)], precision)
        assert [point.timestamp for point in codec.load(body, precision)] == [7 * unit, -7 * unit]

    def test_a_missing_time_is_the_default_rounded_down(self) -> None:
        codec = self.make()
        body = codec.dump([("m", {}, {"f": 1.5}, None)], "s")
        assert codec.load(body, "s")[0].timestamp is None
        assert codec.load(body, "s", 1_999_999_999)[0].timestamp == 10**9
        assert codec.load(body, "s", -1)[0].timestamp == -(10**9)

    def test_the_default_time_is_only_for_missing_times(self) -> None:
        codec = self.make()
        body = codec.dump([("m", {}, {"f": 1.5}, 5), ("m", {}, {"f": 1.5}, None)], "ns")
        assert [point.timestamp for point in codec.load(body, "ns", 9)] == [5, 9]

    def test_points_share_nothing(self) -> None:
        codec = self.make()
        body = codec.dump([("m", {"t": "a"}, {"f": 1.5}, 1)] * 20, "ns")
        first, *rest = codec.load(body, "ns")
        assert all(point.tags is not first.tags for point in rest)
        assert all(point.fields is not first.fields for point in rest)

    def test_it_keeps_no_state(self) -> None:
        codec = self.make()
        body = codec.dump(self.written(), "ns")
        first = codec.load(body, "ns")
        codec.load(codec.dump([("other", {}, {"f": 1}, 1)], "s"), "s")
        assert codec.load(body, "ns") == first

    @pytest.mark.parametrize("before", [True, False], ids=["after points", "before points"])
    def test_junk_is_an_error(self, before: bool) -> None:
        codec = self.make()
        body = codec.dump(self.written(), "ns")
        with pytest.raises(DecodeError):
            codec.load(body + self.junk if before else self.junk + body, "ns")


def _types(point: DataPoint) -> dict[str, type]:
    return {name: type(value) for name, value in point.fields.items()}
