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


def intake(chunks: list[Any], precision: Any = "ns", **parts: Any) -> Any:
    """An intake that takes whatever is regular."""
    make = {"receipt": object, "chunk": lambda *found: found, "now": lambda: NOW} | parts
    made = CompiledLineProtocolSerializer().point_intake(precision, chunks, **make)
    assert made is not None
    made.allow(2**40, 2**40)
    return made


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


@given(POINTS, st.sampled_from(["ns", "us", "ms", "s", "m", "h"]), st.booleans())
def test_what_is_taken_is_what_dump_point_writes_with_its_time(parts, precision, as_tuple):
    chunks: list[Any] = []
    taking = intake(chunks, precision)
    point = parts if as_tuple or not parts[2] else DataPoint(*parts)
    receipt = taking.take(point)
    assert (receipt is None) == (not chunks)
    if receipt is not None:
        line, count, span, own = chunks[0]
        timed = (*parts[:3], NOW) if parts[3] is None else parts
        assert line == CompiledLineProtocolSerializer().dump_point(timed, precision)
        assert (count, own) == (1, receipt)
        assert span == (int(line.rsplit(b" ", 1)[1]),) * 2
        assert taking.taken() == (1, len(line))


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
    chunks: list[Any] = []
    taking = intake(chunks)
    assert taking.take(point) is None
    assert (chunks, taking.taken()) == ([], (0, 0))


def test_a_serializer_that_encodes_in_its_own_way_has_no_intake():
    class Own(CompiledLineProtocolSerializer):
        def dump_point(self, point: Any, precision: Any) -> bytes:
            return super().dump_point(point, precision).upper()

    class Renamed(CompiledLineProtocolSerializer):
        pass

    arguments: Any = ("ns", [], object, lambda *found: found, lambda: NOW)
    assert Own().point_intake(*arguments) is None
    assert Renamed().point_intake(*arguments) is not None


@pytest.mark.parametrize("part", ["receipt", "chunk", "now"])
def test_points_that_are_put_while_one_is_taken_come_before_it_and_count(part):
    """As a finalizer may do that the garbage collector runs."""
    chunks: list[Any] = []
    inner: list[Any] = []
    values = {"receipt": object, "chunk": lambda *found: found[0], "now": lambda: NOW}

    def reenter(*found: Any) -> Any:
        if len(inner) < 2:
            inner.append(None)
            inner[-1] = taking.take(("inner", {}, {"f": len(inner)}, None))
        return values[part](*found)

    taking = intake(chunks, **{**values, part: reenter})
    taking.allow(2, 2**40)
    outer = taking.take(("outer", {}, {"f": 1}, None))
    taken = [line.split()[0] for line in chunks]
    assert taken == [b"inner", b"inner"]
    assert outer is None
    assert taking.taken() == (2, sum(map(len, chunks)))


@pytest.mark.parametrize("part", ["receipt", "chunk", "now"])
def test_an_error_of_what_it_calls_leaves_nothing_behind(part):
    chunks: list[Any] = []

    def fail(*found: Any) -> Any:
        raise MemoryError

    taking = intake(chunks, **{part: fail})
    with pytest.raises(MemoryError):
        taking.take(("m", {}, {"f": 1}, None))
    assert (chunks, taking.taken()) == ([], (0, 0))


def test_a_point_that_changes_while_its_time_is_asked_for_is_written_as_it_is_then():
    chunks: list[Any] = []
    tags, fields = {"t": "a" * 50}, {"f": 1.5}

    def now() -> int:
        tags.clear()
        fields.clear()
        tags["u"], fields["g"] = "b" * 50, 2.5
        return NOW

    assert intake(chunks, now=now).take(DataPoint("m", tags, fields, None)) is not None
    assert chunks[0][0] == b"m,u=" + b"b" * 50 + b" g=2.5 42\n"


def test_a_cycle_through_an_intake_is_collected():
    class Receipt:
        taking: Any = None

    chunks: list[Any] = []
    taking = intake(chunks, receipt=Receipt)
    receipt = taking.take(("m", {}, {"f": 1}, 1))
    receipt.taking = taking
    gone = weakref.ref(receipt)
    del chunks, taking, receipt
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    "arguments",
    [(), ((), 1, DataPoint, object, object, int), ([], 0, DataPoint, object, object, int)],
)
def test_wrong_arguments_are_refused(arguments):
    import _influx_speedups

    with pytest.raises((TypeError, ValueError)):
        _influx_speedups.point_intake(*arguments)


@pytest.mark.slow
def test_no_memory_leaks():
    def work() -> None:
        chunks: list[Any] = []
        taking = intake(chunks)
        for number in range(2_000):
            taking.take(("m", {"t": str(number)}, {"f": number}, None))
            taking.take(("m", {"t": "a\\ b"}, {"f": number}, 1))

    for _ in range(5):
        work()
    gc.collect()
    before = psutil.Process().memory_info().rss
    for _ in range(40):
        work()
    gc.collect()
    assert psutil.Process().memory_info().rss - before < 8_000_000
