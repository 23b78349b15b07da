"""The contract of a serializer that queues single points itself: the chunks of its own lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, get_args

import pytest

from influx_core import DataPoint, PointLike
from influx_core.interfaces import IntakeSerializer, PointIntake
from influx_core.timestamps import Precision

__all__ = ["IntakeSerializerSuite"]

NOW = 42
ROOM = 1_000_000


class PlaceInRun(NamedTuple):
    """What an intake returns for a point."""

    run: object
    place: int


class Chunk(NamedTuple):
    """What an intake makes of a run."""

    lines: bytes
    points: int
    times: tuple[int, int]
    run: object


Intake = PointIntake[Chunk, PlaceInRun]


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

    def _intake(self, precision: Precision = "ns") -> Intake:
        intake = self.make().point_intake(precision, object, PlaceInRun, Chunk, lambda: NOW)
        assert intake is not None
        return intake

    @pytest.mark.parametrize("precision", get_args(Precision))
    def test_a_chunk_holds_the_lines_of_dump_point_and_their_earliest_and_latest_time(
        self, precision: Precision
    ) -> None:
        serializer = self.make()
        intake = self._intake(precision)
        intake.allow(ROOM, ROOM)
        points = self.single_points()
        for several in ((*points, *points), points[::-1], points):
            receipts = [intake.take(point) for point in several]
            lines = [
                serializer.dump_point(_timed(point), precision)
                for point, receipt in zip(several, receipts, strict=True)
                if receipt is not None
            ]
            taken = len(lines), len(b"".join(lines))
            assert taken[0]
            assert intake.taken() == taken
            chunks: list[Chunk] = []
            assert intake.end_run(chunks) == taken
            (chunk,) = chunks
            times = [int(line.rsplit(b" ", 1)[1]) for line in lines]
            assert chunk[:3] == (b"".join(lines), len(lines), (min(times), max(times)))

    def test_a_receipt_has_the_run_of_its_chunk_and_its_place_in_it(self) -> None:
        intake = self._intake()
        intake.allow(ROOM, ROOM)
        runs = []
        for count in (1, 3, 2):
            receipts = [intake.take(self.single_points()[0]) for _ in range(count)]
            chunks: list[Chunk] = []
            intake.end_run(chunks)
            (chunk,) = chunks
            assert receipts == [(chunk.run, index) for index in range(count)]
            runs.append(chunk.run)
        assert len(set(map(id, runs))) == 3

    def test_points_that_it_leaves_have_no_place_in_the_run(self) -> None:
        point = self.single_points()[0]
        intake = self._intake()
        intake.allow(ROOM, ROOM)
        receipts = [intake.take(each) for each in (point, self.invalid, point)]
        assert [receipt and receipt.place for receipt in receipts] == [0, None, 1]
        assert intake.taken()[0] == 2

    def test_it_leaves_an_invalid_point_to_dump_point(self) -> None:
        intake = self._intake()
        intake.allow(ROOM, ROOM)
        assert intake.take(self.invalid) is None
        assert intake.taken() == (0, 0)

    def test_it_takes_nothing_before_it_is_allowed_to(self) -> None:
        intake = self._intake()
        assert intake.take(self.single_points()[0]) is None
        assert intake.taken() == (0, 0)

    def test_a_run_without_points_has_no_chunk(self) -> None:
        intake = self._intake()
        intake.allow(ROOM, ROOM)
        chunks: list[Chunk] = []
        intake.take(self.invalid)
        assert intake.end_run(chunks) == (0, 0)
        intake.take(self.single_points()[0])
        intake.end_run(chunks)
        assert intake.end_run(chunks) == intake.taken() == (0, 0)
        assert len(chunks) == 1

    def test_it_takes_no_more_than_it_is_allowed(self) -> None:
        point = self.single_points()[0]
        size = len(self.make().dump_point(point, "ns"))
        intake = self._intake()
        total = 0
        for points, room, taken in [
            (2, 9 * size, 2),
            (9, 3 * size, 3),
            (9, size - 1, 0),
            (0, 9 * size, 0),
            (1, size, 1),
        ]:
            intake.allow(points, room)
            receipts = [intake.take(point) for _ in range(5)]
            assert sum(receipt is not None for receipt in receipts) == taken
            total += taken
            assert intake.taken() == (total, total * size)

    @pytest.mark.parametrize("limited", ["points", "bytes"])
    def test_the_end_of_a_run_changes_nothing_of_what_is_allowed(self, limited: str) -> None:
        point = self.single_points()[0]
        size = len(self.make().dump_point(point, "ns"))
        intake = self._intake()
        intake.allow(*((3, ROOM) if limited == "points" else (ROOM, 3 * size)))
        chunks: list[Chunk] = []
        taken = []
        for _ in range(5):
            taken.append(intake.take(point) is not None)
            intake.end_run(chunks)
        assert taken == [True, True, True, False, False]
        assert len(chunks) == 3

    def test_intakes_of_one_serializer_are_independent(self) -> None:
        serializer, point = self.make(), self.single_points()[0]
        made = [serializer.point_intake("ns", object, PlaceInRun, Chunk, lambda: NOW) for _ in "ab"]
        first, second = (intake for intake in made if intake is not None)
        first.allow(ROOM, ROOM)
        second.allow(1, ROOM)
        assert [first.take(point), second.take(point), second.take(point)].count(None) == 1
        assert first.taken() == second.taken() == (1, len(serializer.dump_point(point, "ns")))
        chunks: list[Chunk] = []
        first.end_run(chunks)
        assert second.taken()[0] == 1


def _timed(point: PointLike) -> PointLike:
    """The point, with the time of the intake if it has none."""
    if isinstance(point, DataPoint) and point.timestamp is None:
        return DataPoint(point.measurement, point.tags, point.fields, NOW)
    return point
