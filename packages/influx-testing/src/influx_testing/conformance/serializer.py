"""The contract of a serializer: encodes points without state, and reports invalid ones."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import get_args

import pytest

from influx_core import DataPoint, EncodeError, PointLike
from influx_core.interfaces import Serializer
from influx_core.timestamps import Precision

__all__ = ["SerializerSuite"]

MOMENT = datetime(2020, 1, 2, 3, 0, tzinfo=UTC)
UNITS: dict[str, int] = {
    "ns": 1,
    "us": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}


def base() -> DataPoint:
    """A point; a new one each time, because a faulty serializer may change it."""
    return DataPoint("cpu", {"host": "a"}, {"f": 1.0}, 1)


def others() -> tuple[PointLike, ...]:
    """Points that differ from `base`, and from each other, in one respect."""
    return (
        DataPoint("mem", {"host": "a"}, {"f": 1.0}, 1),
        DataPoint("cpu", {}, {"f": 1.0}, 1),
        DataPoint("cpu", {"host": "b"}, {"f": 1.0}, 1),
        DataPoint("cpu", {"hose": "a"}, {"f": 1.0}, 1),
        DataPoint("cpu", {"host": "a", "room": "b"}, {"f": 1.0}, 1),
        DataPoint("cpu", {"host": "a"}, {"g": 1.0}, 1),
        DataPoint("cpu", {"host": "a"}, {"f": 1.5}, 1),
        DataPoint("cpu", {"host": "a"}, {"f": 1}, 1),
        DataPoint("cpu", {"host": "a"}, {"f": True}, 1),
        DataPoint("cpu", {"host": "a"}, {"f": "1"}, 1),
        DataPoint("cpu", {"host": "a"}, {"f": 1.0, "g": 1.0}, 1),
        DataPoint("cpu", {"host": "a"}, {"f": 1.0}, 2),
        DataPoint("cpu", {"host": "a"}, {"f": 1.0}),
    )


def neighbors() -> tuple[PointLike, ...]:
    """Points that differ in the last digit or character of a value."""
    values = (1.0, 1.0000000000000002, 2**62 + 1, 2**62 + 2, "a", "a ", "A", "a\nb", "a b")
    return (
        *(DataPoint("cpu", {"host": "a"}, {"f": value}, 1) for value in values),
        DataPoint("cpu", {"host": "a "}, {"f": 1.0}, 1),
        DataPoint("cpu", {"host": "a"}, {"f": 1.0}, 2**60 + 1),
        DataPoint("cpu", {"host": "a"}, {"f": 1.0}, 2**60 + 2),
    )


class SerializerSuite:
    """Tests for any serializer; a subclass creates it in `make`.

    Attributes:
        invalid: a point that the serializer cannot write.
    """

    invalid: PointLike = ("m", {}, {"f": float("nan")}, 1)

    def make(self) -> Serializer:
        """Return a new serializer."""
        raise NotImplementedError("make() must return the serializer")

    def points(self) -> Sequence[DataPoint]:
        """Points that can be written."""
        return [
            DataPoint("cpu load", {"host": "a,b=c"}, {"f": 0.5, "i": 2**63 - 1}, 1),
            DataPoint("cpu", {}, {"s": 'x "y"', "b": True}, -1),
            DataPoint("mem", {"host": "ü"}, {"f": -1e-07}),
        ]

    def test_it_names_its_content_type(self) -> None:
        assert "/" in self.make().content_type

    def test_no_points_are_no_bytes(self) -> None:
        assert self.make().dump([], "ns") == b""

    def test_the_result_is_bytes(self) -> None:
        assert type(self.make().dump(self.points(), "ns")) is bytes

    def test_a_tuple_is_as_good_as_a_point(self) -> None:
        tuples = [(p.measurement, p.tags, p.fields, p.timestamp) for p in self.points()]
        assert self.make().dump(tuples, "ns") == self.make().dump(self.points(), "ns") != b""

    def test_any_iterable_will_do(self) -> None:
        assert self.make().dump(iter(self.points()), "ns") == self.make().dump(self.points(), "ns")

    def test_a_single_point_is_written_as_one_of_several(self) -> None:
        serializer = self.make()
        dump_point = getattr(serializer, "dump_point", None)
        if dump_point is None:
            pytest.skip("the serializer has no dump_point")
        for point in (*self.points(), base(), *others()):
            for precision in get_args(Precision):
                assert dump_point(point, precision) == serializer.dump([point], precision)
        with pytest.raises(EncodeError) as single:
            dump_point(self.invalid, "ns")
        with pytest.raises(EncodeError) as several:
            serializer.dump([self.invalid], "ns")
        assert (str(single.value), single.value.index) == (str(several.value), 0)

    def test_it_keeps_no_state(self) -> None:
        serializer = self.make()
        first = serializer.dump(self.points(), "ns")
        serializer.dump([("other", {}, {"f": 1}, 1)], "s")
        assert serializer.dump(self.points(), "ns") == first

    def test_it_can_be_used_while_it_reads_points(self) -> None:
        serializer = self.make()

        def reading() -> Iterator[DataPoint]:
            for point in self.points():
                serializer.dump([base()], "s")
                yield point

        assert serializer.dump(reading(), "ns") == self.make().dump(self.points(), "ns")

    def test_points_are_left_as_they_were(self) -> None:
        points = self.points()
        before = copy.deepcopy(list(points))
        self.make().dump(points, "s")
        assert list(points) == before

    @pytest.mark.parametrize(
        "points", [lambda: (base(), *others()), neighbors], ids=["parts", "values"]
    )
    def test_points_that_differ_are_written_differently(
        self, points: Callable[[], Sequence[PointLike]]
    ) -> None:
        """In their measurement, tags, fields, the types of fields, time, or the last digit."""
        serializer, written = self.make(), dict[bytes, PointLike]()
        for point in points():
            body = serializer.dump([point], "ns")
            assert body not in written, f"{point} is written as {written[body]}"
            written[body] = point

    def test_every_point_is_written_in_order(self) -> None:
        serializer, first, second = self.make(), base(), others()[0]
        orders = ([1], [1, 1], [1, 2], [2, 1], [1, 2, 1])
        bodies = [
            serializer.dump([{1: first, 2: second}[number] for number in order], "ns")
            for order in orders
        ]
        assert len(set(bodies)) == len(bodies)

    @pytest.mark.parametrize("precision", get_args(Precision))
    def test_times_are_written_in_the_precision(self, precision: Precision) -> None:
        """An aware datetime is the integer in the unit of the call."""
        unit = UNITS.get(precision, 1)
        time = int(MOMENT.timestamp()) * 1_000_000_000 // unit
        serializer = self.make()
        written = serializer.dump([("m", {}, {"f": 1.0}, MOMENT)], precision)
        assert written == serializer.dump([("m", {}, {"f": 1.0}, time)], precision)

    def test_finer_times_are_rounded_down(self) -> None:
        serializer = self.make()
        for second in (0, -1):
            moment = datetime.fromtimestamp(second, UTC).replace(microsecond=999_999)
            written = serializer.dump([("m", {}, {"f": 1.0}, moment)], "s")
            assert written == serializer.dump([("m", {}, {"f": 1.0}, second)], "s")

    def test_a_point_that_cannot_be_written_is_an_error_with_its_index(self) -> None:
        with pytest.raises(EncodeError) as caught:
            self.make().dump([*self.points(), self.invalid], "ns")
        assert caught.value.index == len(self.points())

    def test_a_point_that_cannot_be_written_is_reported_and_left_out(self) -> None:
        told: list[tuple[int, EncodeError]] = []
        mixed = [self.invalid, *self.points(), self.invalid, base()]
        body = self.make().dump(mixed, "ns", lambda index, error: told.append((index, error)))
        assert [index for index, _ in told] == [0, len(mixed) - 2]
        assert all(isinstance(error, EncodeError) for _, error in told)
        assert body == self.make().dump([*self.points(), base()], "ns")
