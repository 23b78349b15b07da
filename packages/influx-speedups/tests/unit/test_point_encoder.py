from __future__ import annotations

import gc
import math
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import DataPoint
from influx_core import lineprotocol as python
from influx_core.errors import EncodeError
from influx_testing.conformance import (
    IntakeSerializerSuite,
    ReadingSerializerSuite,
    SerializerSuite,
)

compiled = pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups import codec as speedups  # noqa: E402


class TestConformance(IntakeSerializerSuite, ReadingSerializerSuite, SerializerSuite):
    def make(self) -> speedups.CompiledLineProtocolSerializer:
        return speedups.CompiledLineProtocolSerializer()


def outcome(encode: Any, points: Any, **options: Any) -> object:
    """The bytes and the refusals, or the exception that was raised."""
    told: list[tuple[object, ...]] = []

    def on_invalid(index: int, error: EncodeError) -> None:
        told.append((index, error.index, str(error), error.key, error.measurement))

    try:
        return encode(points, on_invalid=on_invalid, **options), told
    except Exception as error:
        return type(error), str(error)


def assert_same(points: list[Any], **options: Any) -> None:
    assert outcome(speedups.encode, points, **options) == outcome(python.encode, points, **options)


class Text(str):
    """A text that is not exactly a str."""


class Number(int):
    pass


class Mapping(dict):
    pass


class Hostile:
    """Raises whatever is asked of it."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __hash__ = __str__  # type: ignore[assignment]
    __module__ = "numpy"


TEXTS = st.one_of(
    st.text(max_size=20),
    st.text('\\, ="a#\n\t\x00\x7f%ü\U0001f600', max_size=6),
    st.text(st.characters(categories=["Cs", "Ll"]), max_size=3),
    st.sampled_from(["time", "tag", "#", "x" * 40, "ü" * 17, "a,b", "a b" * 9]),
    st.text(max_size=3).map(Text),
)
ODD = st.one_of(
    st.builds(Hostile),
    st.sampled_from([None, b"raw", 1j, [], {}, math.nan, math.inf, 10**40, 10**5000, -(2**63) - 1]),
    st.integers().map(Number),
    st.decimals(),
    st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=1))])),
)
VALUES = st.one_of(st.integers(), st.integers(-(2**63), 2**63), st.floats(), st.booleans(), TEXTS)
ANY = st.one_of(VALUES, VALUES, VALUES, ODD)
DICTS = st.one_of(
    st.dictionaries(TEXTS, ANY, max_size=4),
    st.dictionaries(st.sampled_from(["a", "b", "ab", "a b"]), ANY, min_size=2),
    st.dictionaries(TEXTS, ANY, max_size=4).map(Mapping),
    st.dictionaries(st.one_of(TEXTS, st.integers(), st.none()), TEXTS, max_size=3),
    st.none(),
)
POINTS = st.one_of(
    st.tuples(TEXTS, DICTS, DICTS, ANY),
    st.builds(DataPoint, TEXTS, DICTS, DICTS.filter(bool), ANY),
    st.tuples(ANY, ANY, ANY, ANY),
    ANY,
)


@given(POINTS, st.sampled_from(["ns", "us", "s", "h"]), st.booleans())
def test_whatever_a_point_is_both_codecs_do_the_same(
    point: Any, precision: str, unsigned: bool
) -> None:
    assert_same([point], precision=precision, naive="utc", unsigned=unsigned)


@given(st.lists(st.tuples(TEXTS, DICTS, st.dictionaries(TEXTS, VALUES), VALUES), max_size=12))
def test_points_after_one_another_do_not_disturb_each_other(points: list[Any]) -> None:
    assert_same([*points, *points], precision="ms")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-12, 25))
def test_every_float_has_the_text_it_has_in_python(value: float, exponent: int) -> None:
    for number in (value, 10.0**exponent, math.nextafter(10.0**exponent, 0), value % 1000):
        assert_same([("m", {}, {"f": number, "g": -number}, 1)])


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["ns", "us", "ms", "s", "m", "h"]))
def test_every_datetime_counts_as_in_python(moment: datetime, precision: str) -> None:
    assert_same([("m", {}, {"f": 1}, moment)], precision=precision)


def refuse(index: int, points: list[object]) -> bytes:
    raise AssertionError(f"from point {index} on these were left to Python: {points!r}")


@pytest.mark.parametrize(
    "fields",
    [{"f": 1.5}, {"i": 7, "n": None}, {"s": 'say "hi"\\'}, {"b": True, "ü": "é"}, {"a b,c=d": -1}],
)
def test_what_is_regular_is_written_without_python(fields: dict[str, Any]) -> None:
    moment = datetime(2020, 1, 31, 12, 0, 0, 5, UTC)
    members = ("c p,u", {"host": "a=b", "dc": "ü", "none": None, "empty": ""}, fields, moment)
    for point in (members, DataPoint(*members)):
        assert compiled.encode([point], 1, DataPoint, refuse) == python.encode([members])


def test_scalars_of_numpy_are_written_without_python() -> None:
    np = pytest.importorskip("numpy")
    kinds = [np.float64, np.float32, np.float16, np.bool_, np.int8, np.uint16, np.int32, np.int64]
    points = [("m", {}, {"f": kind(value)}, 1) for kind in kinds for value in (0, 1, 100)]
    points += [("m", {}, {"f": np.float32(0.1), "g": np.int64(-(2**63)), "h": np.uint64(7)}, 1)]
    assert compiled.encode(points, 1, DataPoint, refuse) == python.encode(points)


def test_other_scalars_of_numpy_do_as_in_python() -> None:
    np = pytest.importorskip("numpy")
    values = [
        np.uint64(2**63),
        np.str_("x"),
        np.longdouble(1),
        np.timedelta64(5, "s"),
        np.complex64(1),
    ]
    for value in [*values, np.datetime64(1, "s"), np.float32("nan"), np.float64("inf")]:
        assert_same([("m", {"t": value}, {"f": 1}, 1), ("m", {}, {"f": value}, 1)])


def test_tags_that_are_integers_or_booleans_are_written_without_python() -> None:
    points = [("m", {"shard": 3, "low": -(2**63), "on": True, "off": False}, {"f": 1}, 1)]
    assert compiled.encode(points, 1, DataPoint, refuse) == python.encode(points)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=8))
def test_runs_of_irregular_points_are_written_where_they_stand(
    runs: list[tuple[int, bool]],
) -> None:
    regular, irregular = ("m", {}, {"f": 1}, 1), ("m", {"t": Text("x")}, {"f": Number(2)}, 2)
    assert_same([irregular if odd else regular for length, odd in runs for _ in range(length)])


def test_few_regular_points_between_irregular_ones_are_given_to_python_with_them() -> None:
    regular, irregular = ("m", {}, {"f": 1}, 1), ("m", {}, {"f": Number(2)}, 2)
    points = [irregular, *[regular] * 7, irregular, *[regular] * 8, irregular, regular]
    asked: list[tuple[int, list[Any]]] = []

    def fallback(first: int, left: list[Any]) -> bytes:
        asked.append((first, left))
        return b"?\n"

    body = compiled.encode(points, 1, DataPoint, fallback)
    assert asked == [(0, points[:9]), (17, [irregular])]
    assert body == b"?\n" + b"m f=1i 1\n" * 8 + b"?\n" + b"m f=1i 1\n"


def test_a_point_that_changes_while_it_waits_is_written_as_it_is_then() -> None:
    fields: dict[str, Any] = {"f": 1}
    points = [("m", {}, {"f": Number(2)}, 2), ("m", {}, fields, 1)]
    asked: list[int] = []

    def fallback(first: int, left: list[Any]) -> bytes:
        asked.append(first)
        fields["f"] = Number(3)
        return b""

    assert compiled.encode(points, 1, DataPoint, fallback) == b""
    assert asked == [0, 1]


def test_many_irregular_points_are_given_to_python_some_hundreds_at_a_time() -> None:
    points = [("m", {}, {"f": Number(i)}, i) if i != 5 else ("m", {}, {}, 5) for i in range(2_500)]
    asked: list[tuple[int, int]] = []

    def fallback(first: int, left: list[Any]) -> bytes:
        asked.append((first, len(left)))
        return b""

    compiled.encode(points, 1, DataPoint, fallback)
    assert asked == [(first, 500) for first in range(0, 2_500, 500)]
    assert_same(points)


def test_keys_sort_as_they_are_not_as_they_are_written() -> None:
    assert_same([("m", {"a b": "1", "a": "2", "a,": "3", "a-": "4", "ü": "5"}, {"f": 1}, 1)])


def test_more_shapes_than_are_remembered_are_written() -> None:
    points = [("m", {f"t{i % 40}": "x"}, {f"f{i % 37}": i}, i) for i in range(500)]
    assert_same(points)


def test_an_exception_of_the_iterable_is_raised_as_it_is() -> None:
    def points() -> Iterator[Any]:
        yield ("m", {}, {"f": math.nan}, 1)
        raise KeyError("the source dried up")

    with pytest.raises(KeyError, match="dried up"):
        speedups.encode(points())


def test_a_dict_that_changes_while_points_are_written_does_no_harm() -> None:
    fields = {f"f{i}": i for i in range(50)}

    class Emptying(float):
        def __float__(self) -> float:
            fields.clear()
            return 1.0

    first = ("m", {}, {"a": 1, "b": Emptying(2.0)}, 1)
    fields["z"] = Emptying(3.0)
    body = speedups.encode([first, ("m", {}, fields, 1), first], on_invalid=lambda *_: None)
    assert body.startswith(b"m a=1i")


@pytest.mark.parametrize(
    "arguments",
    [(), ([], 1, int), ([], 1, 5, 5), ([], 0, int, 5), ([], "1", int, 5), (5, 1, int, 5)],
)
def test_wrong_arguments_are_python_errors(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)):
        compiled.encode(*arguments)


def test_a_fallback_that_gives_no_bytes_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        compiled.encode([5], 1, DataPoint, lambda first, points: "text")


@pytest.mark.slow
def test_a_million_calls_leak_nothing() -> None:
    good = DataPoint("m", {"a": "b c", "ü": "é"}, {"f": 0.1, "s": "x" * 40}, 1)
    mixed = [good, ("m", {}, {"bad\\": math.nan}, 1), ("m", {"t": 5}, {"f": 2**70}, 1), None]

    def work(times: int) -> None:
        for _ in range(times):
            compiled.encode((good,), 1, DataPoint, refuse)
        for _ in range(times // 200):
            speedups.encode(mixed, on_invalid=lambda *_: None)
        gc.collect()

    work(10_000)
    process = psutil.Process()
    blocks, size = sys.getallocatedblocks(), process.memory_info().rss
    work(1_000_000)
    assert sys.getallocatedblocks() - blocks < 2_500  # caches; one a refusal would be 15,000
    assert process.memory_info().rss - size < 5_000_000
