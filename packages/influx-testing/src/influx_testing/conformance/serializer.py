"""The contract of a serializer: a stateless loop over points, which names those it cannot write."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from influx_core import DataPoint, EncodeError, PointLike
from influx_core.interfaces import Serializer

__all__ = ["SerializerSuite"]


class SerializerSuite:
    """Inherit it, and say how the serializer is made.

    Attributes:
        invalid: a point that it cannot write.
    """

    invalid: PointLike = ("m", {}, {"f": float("nan")}, 1)

    def make(self) -> Serializer:
        """Make the serializer."""
        raise NotImplementedError("say how the serializer is made")

    def points(self) -> Sequence[DataPoint]:
        """Points that can be written."""
        return [
            DataPoint("cpu load", {"host": "a,b=c"}, {"f": 0.5, "i": 2**63 - 1}, 1),
            DataPoint("cpu", {}, {"s": 'x "y"', "b": True}, -1),
            DataPoint("mem", {"host": "ü"}, {"f": -1e-07}),
        ]

    def test_it_names_what_it_makes(self) -> None:
        assert "/" in self.make().content_type

    def test_no_points_are_no_bytes(self) -> None:
        assert self.make().dump([], "ns") == b""

    def test_a_tuple_is_as_good_as_a_point(self) -> None:
        tuples = [(p.measurement, p.tags, p.fields, p.timestamp) for p in self.points()]
        assert self.make().dump(tuples, "ns") == self.make().dump(self.points(), "ns") != b""

    def test_any_iterable_will_do(self) -> None:
        assert self.make().dump(iter(self.points()), "ns") == self.make().dump(self.points(), "ns")

    def test_it_remembers_nothing(self) -> None:
        serializer = self.make()
        first = serializer.dump(self.points(), "ns")
        serializer.dump([("other", {}, {"f": 1}, 1)], "s")
        assert serializer.dump(self.points(), "ns") == first

    def test_a_point_that_cannot_be_written_is_an_error_with_its_index(self) -> None:
        with pytest.raises(EncodeError) as caught:
            self.make().dump([*self.points(), self.invalid], "ns")
        assert caught.value.index == len(self.points())

    def test_or_it_is_told_and_left_out(self) -> None:
        told: list[int] = []
        mixed = [self.invalid, *self.points(), self.invalid]
        body = self.make().dump(mixed, "ns", lambda index, error: told.append(index))
        assert told == [0, len(mixed) - 1]
        assert body == self.make().dump(self.points(), "ns")
