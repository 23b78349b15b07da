from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import psutil
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from influx_core import DataPoint
from influx_core import lineprotocol as python

compiled = pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups import codec as speedups  # noqa: E402

ALL_RULES = pytest.mark.parametrize("rules", ["v2", "1.x"])


def shown(item: object) -> object:
    """A point or a bad line so that 1, 1.0 and True differ; tags have no order."""
    if isinstance(item, DataPoint):
        return item.measurement, sorted(item.tags.items()), repr(item.fields), item.timestamp
    return item


def outcome(codec: Any, data: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> object:
    """What scanning and decoding give, or raise."""

    def tried(call: Callable[[], object]) -> object:
        try:
            return call()
        except Exception as error:
            return type(error), str(error), vars(error)

    return (
        tried(lambda: list(map(shown, codec.scan(data, *arguments, **options)))),
        tried(lambda: list(map(shown, codec.decode(data, *arguments, **options)))),
    )


def assert_same(data: Any, *arguments: Any, **options: Any) -> None:
    wanted = outcome(python, data, arguments, options)
    assert outcome(speedups, data, arguments, options) == wanted


PIECES = st.sampled_from(
    [
        *(b"m", b",t=v", b",t=w", b" ", b"=", b'"', b"#", b"i", b"u", b"-", b"+", b".", b"e"),
        *(b"\\", b"\n", b"\r", b"\t", b"\0", b"\xff", b"\xc3\xbc", b"\\ ", b"\\,", b"\\="),
        *(b" f=1", b",g=2.5", b",f=3i", b" f=0x1p3", b" f=.5", b" f=1.", b" f=-0", b" f=1e400"),
        *(b" f=007i", b" b=true", b" b=tr", b' s="a b,c=d"', b' s="\\"\\\\"', b',s="\n"'),
        *(b" 1", b" -5", b" 1e5", b" 9223372036854775807", b"9223372036854775807"),
    ]
)
LINE = b'm\\ x,host=a\\,b,dc=\xc3\xbc f=1.25e-3,g=-7i,s="x \\"y\\" z",b=T 1434055562000000000'
JUNK = st.one_of(
    st.lists(PIECES, max_size=12).map(b"".join),
    st.binary(max_size=30),
    st.builds(
        lambda at, cut, piece: LINE[:at] + piece + LINE[at + cut :],
        st.integers(0, len(LINE)),
        st.integers(0, 3),
        st.one_of(PIECES, st.binary(max_size=2)),
    ),
)


@ALL_RULES
@given(
    st.lists(st.one_of(JUNK, st.just(LINE)), max_size=6).map(b"\n".join),
    st.sampled_from(["ns", "us", "s", "h"]),
    st.sampled_from([None, 0, -1, 10**18]),
)
@example(b"m f=1\n" * 3 + b"bad\n" + b"m f=2\n", "s", None)
def test_whatever_the_bytes_are_both_decoders_do_the_same(
    rules: Any, data: bytes, precision: str, default_time: int | None
) -> None:
    assert_same(data, precision, default_time, rules=rules)


@ALL_RULES
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, 10**25),
    st.integers(-400, 400),
    st.integers(0, 30),
)
def test_every_number_is_read_as_in_python(
    rules: Any, value: float, digits: int, exponent: int, cut: int
) -> None:
    text = str(digits)
    texts = [repr(value), f"{value:.20g}", f"{digits}e{exponent}", f"-{digits}E+{abs(exponent)}"]
    texts += [f"{text[:cut]}.{text[cut:]}e{exponent}", f"{digits}", f"{digits}i", f"-{digits}i"]
    texts += [
        f"{2**53 + digits % 2**60 * 2 + 1}.0",
        f"{2**63 - digits % 3}i",
        f"-{2**63 + digits % 2}i",
    ]
    for number in texts:
        assert_same(f"m f={number}".encode(), rules=rules)


@pytest.mark.parametrize(
    "data",
    [
        LINE,
        b"m f=1",
        b"m,t=v f=1\nm,t=w f=2 5\n",
        b'm s="",t=t,u=FALSE,v=-0,w=.5,x=1.,y=1E+5,z=-9223372036854775808i -9223372036854775806',
        b'm s="two\nlines" 1',
        b"a\\,b\\ c,d\\=e=f\\=g,h=\xc3\xbc n\xc3\xbc=18446744073709551616 1",
    ],
)
def test_what_is_regular_is_read_without_python(data: bytes) -> None:
    reader = compiled.line_reader(data, 1, None, DataPoint)
    points, end = compiled.read_lines(reader, 0, 10)
    assert end == len(data)
    assert list(map(shown, points)) == list(map(shown, python.decode(data)))


def test_reading_stops_at_an_irregular_line_and_goes_on_behind_it() -> None:
    data = b"m f=1\n# comment\nm f=2\n"
    reader = compiled.line_reader(data, 1, 5, DataPoint)
    assert compiled.read_lines(reader, 0, 10) == ([DataPoint("m", {}, {"f": 1.0}, 5)], 6)
    assert compiled.read_lines(reader, 6, 10) == ([], 6)
    assert compiled.read_lines(reader, 16, 10) == ([DataPoint("m", {}, {"f": 2.0}, 5)], len(data))
    assert compiled.read_lines(reader, 0, 1)[1] == 6


@pytest.mark.slow
@ALL_RULES
def test_more_heads_and_shapes_than_are_remembered_are_read(rules: Any) -> None:
    lines = [b"m%d,t=%d f%d=%d %d" % (i % 30, i % 5000, i % 40, i, i) for i in range(12_000)]
    assert_same(b"\n".join(lines), rules=rules)


def test_points_of_one_head_do_not_share_their_tags() -> None:
    first, second = speedups.decode(b"m,t=a f=1\nm,t=a f=1\n")
    assert first.tags == second.tags
    assert first.tags is not second.tags
    assert first.fields is not second.fields


@pytest.mark.parametrize("data", [bytearray(LINE), memoryview(LINE), "m f=1", 5, None])
def test_what_is_not_bytes_does_as_in_python(data: Any) -> None:
    assert_same(data)


def test_wrong_options_are_the_errors_they_are_in_python() -> None:
    for options in ({"precision": "d"}, {"rules": "v9"}, {"default_time": "now"}):
        assert_same(b"m f=1", **options)


class Counting(msgspec.Struct, gc=False):
    """A class of points that changes what it is given."""

    measurement: str
    tags: dict[str, str]
    fields: dict[str, Any]
    timestamp: int | None = None

    def __post_init__(self) -> None:
        self.measurement = self.measurement.upper()


class Wide(msgspec.Struct):
    """A class of points that holds more."""

    measurement: str
    tags: dict[str, str]
    fields: dict[str, Any]
    timestamp: int | None = None
    more: int = 7


@pytest.mark.parametrize("kind", [Counting, Wide])
def test_a_class_that_is_more_than_its_slots_is_called(kind: Any) -> None:
    reader = compiled.line_reader(b"m f=1 2", 1, None, kind)
    assert compiled.read_lines(reader, 0, 5)[0] == [kind("m", {}, {"f": 1.0}, 2)]


@pytest.mark.parametrize(
    "arguments", [(), ("text", 1, None, DataPoint), (b"", 0, None, DataPoint), (b"", 1, None, 5)]
)
def test_wrong_arguments_are_python_errors(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        compiled.line_reader(*arguments)


@pytest.mark.parametrize("arguments", [(), (5, 0, 1), (None, 0, 1)])
def test_reading_from_no_reader_is_a_python_error(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        compiled.read_lines(*arguments)


def test_a_position_outside_the_data_reads_nothing() -> None:
    reader = compiled.line_reader(b"m f=1", 1, None, DataPoint)
    for position in (-1, 6, sys.maxsize):
        assert compiled.read_lines(reader, position, 5) == ([], position)


@pytest.mark.slow
def test_a_million_lines_leak_nothing() -> None:
    mixed = b"".join(
        [LINE, b"\n", b'm,t=\xff f=1\nm s="\xff"\nm f=1,f=2\nm f=1e999\nm,t=a f=1i,g="x\n', LINE]
    )

    def work(times: int) -> None:
        for _ in range(times):
            reader = compiled.line_reader(LINE, 1, None, DataPoint)
            compiled.read_lines(reader, 0, 1)
        for _ in range(times // 100):
            list(speedups.scan(mixed))
        gc.collect()

    work(5_000)
    process = psutil.Process()
    blocks, size = sys.getallocatedblocks(), process.memory_info().rss
    work(100_000)
    assert sys.getallocatedblocks() - blocks < 1_000
    assert process.memory_info().rss - size < 5_000_000
