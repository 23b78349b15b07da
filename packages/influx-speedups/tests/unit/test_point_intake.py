"""Single points of a writer: taken in compiled code, with what is irregular left to influx_core."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import DataPoint

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups.codec import CompiledLineProtocolSerializer

NOW = 42


class Subclass(DataPoint):
    """Not exactly a point."""


class Shared:
    """What the points of a run have in common."""


def intake(precision: Any = "ns", **parts: Any) -> Any:
    """An intake that takes whatever is regular; a receipt is a run and an index."""
    make = {
        "run": Shared,
        "receipt": lambda run, index: (run, index),
        "chunk": lambda *found: found,
        "now": lambda: NOW,
    }
    made = CompiledLineProtocolSerializer().point_intake(precision, **(make | parts))
    assert made is not None
    made.allow(2**40, 2**40)
    return made


def ended(taking: Any) -> list[Any]:
    """End the run of an intake; return its chunk, if there is one."""
    chunks: list[Any] = []
    points, size = taking.taken()
    assert taking.end_run(chunks) == (points, size)
    assert taking.taken() == (0, 0)
    assert len(chunks) == (points > 0)
    return chunks


TIMES = st.one_of(
    st.none(),
    st.integers(-(2**65), 2**65),
    st.integers(0, 10**10),
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(),
    st.just("2020-01-01T00:00:00Z"),
)
POINTS = st.tuples(
    st.sampled_from(["m", "a b", "", "#", "a\\", 5]),
    st.dictionaries(st.sampled_from(["t", "a b", "time"]), st.text(max_size=3) | st.none()),
    st.dictionaries(
        st.sampled_from(["f", "g"]), st.none() | st.floats() | st.text(max_size=3) | st.integers()
    ),
    TIMES,
)


@given(
    st.lists(POINTS, max_size=4),
    st.sampled_from(["ns", "us", "ms", "s", "m", "h"]),
    st.booleans(),
)
def test_a_chunk_has_the_lines_of_dump_point_and_the_span_of_their_times(
    several, precision, as_tuple
):
    taking = intake(precision)
    for _ in range(2):
        lines, receipts = [], []
        for parts in several:
            point = parts if as_tuple or not parts[2] else DataPoint(*parts)
            receipt = taking.take(point)
            if receipt is not None:
                timed = (*parts[:3], NOW) if parts[3] is None else parts
                lines.append(CompiledLineProtocolSerializer().dump_point(timed, precision))
                receipts.append(receipt)
            assert taking.taken() == (len(lines), len(b"".join(lines)))
        chunks = ended(taking)
        if lines:
            times = [int(line.rsplit(b" ", 1)[1]) for line in lines]
            ((body, count, span, run),) = chunks
            assert (body, count) == (b"".join(lines), len(lines))
            assert span == (min(times), max(times))
            assert receipts == [(run, index) for index in range(len(lines))]


@pytest.mark.parametrize(
    "point",
    [
        "m f=1",
        None,
        ("m", {}, {"f": 1}),
        ("m", {}, {}, 1),
        ("m", {}, {"f": float("nan")}, 1),
        ("m", {}, {"f": 1}, 1.5),
        ("m", {}, {"f": 1}, datetime(2020, 1, 1)),
        ("m", {"t": "a\\ b"}, {"f": 1}, 1),
        Subclass("m", {}, {"f": 1}, 1),
    ],
)
def test_what_is_not_regular_is_left_alone(point):
    taking = intake()
    assert taking.take(point) is None
    assert ended(taking) == []
    good = ("m", {}, {"f": 2}, 2)
    assert [taking.take(each) is None for each in (good, point, good)] == [False, True, False]
    ((body, *_),) = ended(taking)
    assert body == b"m f=2i 2\n" * 2


@pytest.mark.parametrize("size", [10, 1_000, 300_000])
def test_points_of_any_size_share_a_chunk(size):
    """The buffer is on the stack, in memory, or a bytes object that grows."""
    taking = intake()
    for _ in range(2):
        for number in range(9):
            assert taking.take(("m", {}, {"s": str(number) * size}, number)) is not None
        ((body, count, span, _),) = ended(taking)
        assert body == b"".join(b'm s="%b" %d\n' % (b"%d" % n * size, n) for n in range(9))
        assert (count, span) == (9, (0, 8))


def test_a_serializer_that_encodes_in_its_own_way_has_no_intake():
    class Own(CompiledLineProtocolSerializer):
        def dump_point(self, point: Any, precision: Any) -> bytes:
            return super().dump_point(point, precision).upper()

    class Renamed(CompiledLineProtocolSerializer):
        pass

    arguments: Any = ("ns", Shared, object, object, lambda: NOW)
    assert Own().point_intake(*arguments) is None
    assert Renamed().point_intake(*arguments) is not None


@pytest.mark.parametrize("part", ["run", "receipt", "now"])
@pytest.mark.parametrize("room", [2, 9])
def test_points_that_are_put_while_one_is_taken_have_places_of_their_own(part, room):
    """As a finalizer may do that the garbage collector runs."""
    taken: dict[int, Any] = {}
    values = {"run": Shared, "receipt": lambda run, index: (run, index), "now": lambda: NOW}

    def take(number: int) -> None:
        taken[number] = None
        taken[number] = taking.take(("m", {}, {"f": number}, None))

    def reenter(*found: Any) -> Any:
        if len(taken) < 3:
            take(len(taken))
        return values[part](*found)

    taking = intake(**{part: reenter})
    taking.allow(room, 2**40)
    take(0)
    ((lines, count, _, run),) = ended(taking)
    found = {number: receipt for number, receipt in taken.items() if receipt is not None}
    assert len(found) == count <= room
    assert 2 in found  # nothing was put while this one was taken
    for number, (shared, index) in found.items():
        assert shared is run
        assert lines.splitlines()[index] == b"m f=%di 42" % number


@pytest.mark.parametrize("part", ["run", "receipt", "now"])
def test_a_run_that_ends_while_a_point_is_taken_does_not_have_it(part):
    values = {"run": Shared, "receipt": lambda run, index: (run, index), "now": lambda: NOW}
    chunks: list[Any] = []

    def reenter(*found: Any) -> Any:
        if taking.taken()[0]:
            taking.end_run(chunks)
        return values[part](*found)

    taking = intake(**{part: reenter})
    receipts = [taking.take(("m", {}, {"f": number}, None)) for number in range(9)]
    taking.end_run(chunks)
    runs = {id(run): (lines.splitlines(), count) for lines, count, _, run in chunks}
    taken = [(n, receipt) for n, receipt in enumerate(receipts) if receipt is not None]
    assert sum(count for _, count in runs.values()) == len(taken) > 0
    for number, (run, index) in taken:
        assert runs[id(run)][0][index] == b"m f=%di 42" % number


def test_points_that_are_put_while_a_run_ends_are_in_it():
    inner: list[Any] = []

    def reenter(*found: Any) -> Any:
        if not inner:
            inner.append(taking.take(("inner", {}, {"f": 1}, None)))
        return found

    taking = intake(chunk=reenter)
    taking.take(("outer", {}, {"f": 1}, None))
    chunks: list[Any] = []
    size = len(b"outer f=1i 42\ninner f=1i 42\n")
    assert taking.end_run(chunks) == (2, size)
    assert chunks == [(b"outer f=1i 42\ninner f=1i 42\n", 2, (42, 42), inner[0][0])]


@pytest.mark.parametrize("part", ["run", "receipt", "now"])
def test_an_error_of_what_it_calls_leaves_nothing_behind(part):
    def fail(*found: Any) -> Any:
        raise MemoryError

    taking = intake(**{part: fail})
    with pytest.raises(MemoryError):
        taking.take(("m", {}, {"f": 1}, None))
    assert ended(taking) == []


def test_points_remain_if_there_is_an_error_at_the_end_of_their_run():
    failing = True

    def make(*found: Any) -> Any:
        if failing:
            raise MemoryError
        return found

    taking = intake(chunk=make)
    assert taking.take(("m", {}, {"f": 1}, 1)) is not None
    chunks: list[Any] = []
    with pytest.raises(MemoryError):
        taking.end_run(chunks)
    assert (chunks, taking.taken()) == ([], (1, 9))
    failing = False
    assert [count for _, count, _, _ in ended(taking)] == [1]


def test_a_point_that_changes_while_its_time_is_asked_for_is_written_as_it_is_then():
    tags, fields = {"t": "a" * 50}, {"f": 1.5}

    def now() -> int:
        tags.clear()
        fields.clear()
        tags["u"], fields["g"] = "b" * 50, 2.5
        return NOW

    taking = intake(now=now)
    assert taking.take(DataPoint("m", tags, fields, None)) is not None
    ((body, *_),) = ended(taking)
    assert body == b"m,u=" + b"b" * 50 + b" g=2.5 42\n"


@pytest.mark.parametrize("part", ["run", "receipt"])
def test_a_cycle_through_an_intake_is_collected(part):
    class Part:
        taking: Any = None

        def __init__(self, *found: Any) -> None:
            self.found = found

    made: list[Part] = []

    def make(*found: Any) -> Part:
        made.append(Part(*found))
        return made[-1]

    taking = intake(**{part: make})
    assert taking.take(("m", {}, {"f": 1}, 1)) is not None
    made[0].taking = taking
    gone = weakref.ref(made.pop())
    del taking
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (1, object(), *[object] * 4),
        (0, DataPoint, *[object] * 4),
        ("x", DataPoint, *[object] * 4),
    ],
)
def test_wrong_arguments_are_refused(arguments):
    import _influx_speedups

    with pytest.raises((TypeError, ValueError)):
        _influx_speedups.point_intake(*arguments)


@pytest.mark.slow
def test_no_memory_leaks():
    def work() -> None:
        taking = intake()
        for number in range(2_000):
            taking.take(("m", {"t": str(number)}, {"f": number}, None))
            taking.take(("m", {"t": "a\\ b"}, {"f": number}, 1))
            if number % 100 == 0:
                ended(taking)
        taking.take(("m", {}, {"s": "x" * 2_000_000}, 1))
        ended(taking)

    for _ in range(5):
        work()
    gc.collect()
    before = psutil.Process().memory_info().rss
    for _ in range(40):
        work()
    gc.collect()
    assert psutil.Process().memory_info().rss - before < 8_000_000
