"""The contract of a serializer that queues single points itself: the chunks of its own lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

import pytest

from influx_core import DataPoint, PointLike
from influx_core.interfaces import IntakeSerializer, PointIntake
from influx_core.timestamps import Precision

__all__ = ["IntakeSerializerSuite"]

NOW = 42
ROOM = 1_000_000


class Chunk(NamedTuple):
    """What an intake makes of a point."""

    line: bytes
    points: int
    times: tuple[int, int]
    receipt: object


class IntakeSerializerSuite:
    """Tests to inherit in addition to `SerializerSuite`; a subclass creates it in `make`.

    An intake may leave any point to `dump_point`, but takes a plain one.

    Attributes:
        invalid: a point that no serializer can write.
    """

    invalid: PointLike = ("m", {}, {"f": float("nan")}, 1)

    def make(self) -> IntakeSerializer:
        """Return a new serializer, which has an intake."""
        raise NotImplementedError("make() must return the serializer")

    def single_points(self) -> Sequence[PointLike]:
        """Points that can be written, the first of which an intake takes."""
        return (
            DataPoint("cpu", {"host": "a"}, {"f": 1.0}, 1_600_000_000_123_456_789),
            DataPoint("cpu", {"host": "b"}, {"f": 2.5, "n": 3}),
            ("mem", {}, {"free": -7, "s": 'a "b"', "ok": True}, -5),
            DataPoint("cpu load", {"host": "a b,c=d"}, {"a b": 1.5}, 7),
        )

    def _intake(self, precision: Precision, chunks: list[Chunk]) -> PointIntake[object]:
        intake = self.make().point_intake(precision, chunks, object, Chunk, lambda: NOW)
        assert intake is not None
        return intake

    @pytest.mark.parametrize("precision", get_args(Precision))
    def test_chunks_hold_the_lines_of_dump_point_and_their_times(
        self, precision: Precision
    ) -> None:
        serializer = self.make()
        chunks: list[Chunk] = []
        intake = self._intake(precision, chunks)
        intake.allow(ROOM, ROOM)
        for point in (*self.single_points(), *self.single_points()):
            before = len(chunks)
            receipt = intake.take(point)
            assert len(chunks) == before + (receipt is not None)
            if receipt is not None:
                line = serializer.dump_point(_timed(point), precision)
                time = int(line.rsplit(b" ", 1)[1])
                assert chunks[-1] == Chunk(line, 1, (time, time), receipt)
        assert chunks

    def test_each_point_has_a_receipt_of_its_own(self) -> None:
        chunks: list[Chunk] = []
        intake = self._intake("ns", chunks)
        intake.allow(ROOM, ROOM)
        receipts = [intake.take(self.single_points()[0]) for _ in range(3)]
        assert None not in receipts
        assert len(set(map(id, receipts))) == 3

    def test_it_leaves_an_invalid_point_to_dump_point(self) -> None:
        chunks: list[Chunk] = []
        intake = self._intake("ns", chunks)
        intake.allow(ROOM, ROOM)
        assert intake.take(self.invalid) is None
        assert (chunks, intake.taken()) == ([], (0, 0))

    def test_it_takes_nothing_before_it_is_allowed_to(self) -> None:
        chunks: list[Chunk] = []
        intake = self._intake("ns", chunks)
        assert intake.take(self.single_points()[0]) is None
        assert (chunks, intake.taken()) == ([], (0, 0))

    def test_it_takes_no_more_than_it_is_allowed(self) -> None:
        point = self.single_points()[0]
        size = len(self.make().dump_point(point, "ns"))
        chunks: list[Chunk] = []
        intake = self._intake("ns", chunks)
        total = 0
        for points, room, taken in [
            (2, 9 * size, 2),
            (9, 3 * size, 3),
            (9, size - 1, 0),
            (0, 9 * size, 0),
            (1, size, 1),
        ]:
            chunks.clear()
            intake.allow(points, room)
            receipts: list[Any] = [intake.take(point) for _ in range(5)]
            assert len(chunks) == sum(receipt is not None for receipt in receipts) == taken
            total += taken
            assert intake.taken() == (total, total * size)

    def test_intakes_of_one_serializer_are_independent(self) -> None:
        serializer, point = self.make(), self.single_points()[0]
        several: list[list[Chunk]] = [[], []]
        made = [
            serializer.point_intake("ns", chunks, object, Chunk, lambda: NOW) for chunks in several
        ]
        first, second = (intake for intake in made if intake is not None)
        first.allow(ROOM, ROOM)
        second.allow(1, ROOM)
        assert [first.take(point), second.take(point), second.take(point)].count(None) == 1
        assert list(map(len, several)) == [1, 1]
        assert first.taken() == second.taken()


def _timed(point: PointLike) -> PointLike:
    """The point, with the time of the intake if it has none."""
    if isinstance(point, DataPoint) and point.timestamp is None:
        return DataPoint(point.measurement, point.tags, point.fields, NOW)
    return point
