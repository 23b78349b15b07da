from __future__ import annotations

import gc
import math
import random
import re
import struct
import threading
from array import array
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from influx_speedups_parity import borrowed, named_tests

from influx_core import codec
from influx_core.columns import Column
from influx_core.errors import EncodeError
from influx_core.plugins import Plugins
from influx_testing.conformance import ColumnSerializerSuite, SerializerSuite
from influx_testing.conformance.column_serializer import string_views

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups.codec import CompiledLineProtocolSerializer, encode_columns

TESTS = borrowed("unit/lineprotocol/test_columnar_encode", encode_columns=encode_columns)
globals().update(named_tests(TESTS))


class TestConformance(ColumnSerializerSuite, SerializerSuite):
    def make(self) -> CompiledLineProtocolSerializer:
        return CompiledLineProtocolSerializer()


def test_auto_takes_the_compiled_writer_of_columns():
    assert isinstance(Plugins().serializer("auto"), CompiledLineProtocolSerializer)


def outcome(encode: Any, frame: Any, **options: Any) -> object:
    """The bytes and the refusals, or the exception; which of two damaged columns does not count."""
    told: list[tuple[object, ...]] = []

    def on_invalid(index: int, error: EncodeError) -> None:
        told.append((index, error.index, str(error), error.key, error.measurement))

    try:
        return encode(*frame, on_invalid=on_invalid, **options), told
    except ValueError as error:
        return type(error), re.sub(".* outside of .*", "damaged", str(error))


def assert_same(frame: Any, **options: Any) -> None:
    expected = outcome(codec.encode_columns, frame, **options)
    for threads in (1, 3):
        assert outcome(encode_columns, frame, threads=threads, **options) == expected


@settings(max_examples=50)
@given(TESTS.frames(), st.sampled_from(["ns", "us", "s", "h"]), st.booleans())
def test_whatever_a_frame_is_both_codecs_do_the_same(frame, precision, unsigned):
    assert_same(frame, precision=precision, unsigned=unsigned)


DAMAGED = st.one_of(
    st.builds(
        Column,
        st.just("string"),
        st.just(3),
        st.binary(max_size=20),
        st.lists(st.integers(-3, 20), min_size=4, max_size=4).map(lambda n: array("q", n)),
    ),
    st.builds(
        Column,
        st.just("string"),
        st.just(3),
        st.lists(st.integers(-2, 6), min_size=3, max_size=3).map(lambda n: array("i", n)),
        valid=st.one_of(st.none(), st.binary(min_size=1, max_size=1)),
        dictionary=st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=4).map(
            lambda texts: Column.of(texts, "string")
        ),
    ),
    st.builds(
        Column,
        st.just("string"),
        st.just(3),
        st.lists(
            st.tuples(
                st.sampled_from([-1, 0, 5, 12, 13, 20, 2**31 - 1]),
                st.integers(-1, 2),
                st.integers(-1, 9) | st.sampled_from([2**31 - 1, -(2**31)]),
            ),
            min_size=3,
            max_size=3,
        ).map(
            lambda views: b"".join(
                struct.pack("=i4sii", view[0], b"text", *view[1:]) for view in views
            )
        ),
        valid=st.one_of(st.none(), st.binary(min_size=1, max_size=1)),
        texts=st.lists(st.binary(min_size=12, max_size=29), max_size=2),
    ),
    st.builds(
        Column,
        st.sampled_from(["float", "integer", "boolean", "time", "string"]),
        st.just(3),
        st.binary(max_size=30),
        st.one_of(st.none(), st.binary(max_size=40)),
        st.one_of(st.none(), st.binary(max_size=2)),
        st.integers(0, 9),
        texts=st.one_of(st.none(), st.lists(st.binary(max_size=20), max_size=1)),
    ),
)


@given(DAMAGED, DAMAGED, st.one_of(st.none(), DAMAGED))
def test_no_damage_of_a_column_is_read_beyond_its_memory(tag, field, times):
    assert_same(("m", {"t": tag}, {"f": field}, times))


@given(st.lists(st.binary(min_size=8, max_size=8), min_size=1))
def test_any_bits_are_the_same_float_to_both(raw):
    numbers = array("d", b"".join(raw))
    assert_same(("m", {}, {"f": Column("float", len(numbers), numbers)}, None))


def test_floats_whose_shortest_digits_are_hard_to_find_are_the_same_to_both():
    powers = [sign * 2.0**exponent for exponent in range(-1074, 1024) for sign in (1, -1)]
    beside = [math.nextafter(power, end) for power in powers for end in (0.0, math.inf)]
    halves = [(2 * n + 1) / 2**k for n in range(2**51, 2**51 + 20) for k in range(1, 12)]
    short = [n / 10**k for n in (1, 5, 15, 99, 12345, 10**15 - 1) for k in range(22)]
    whole = [float(10**k + n) for k in range(23) for n in (-1, 0, 1)]
    numbers = array("d", [0.0, -0.0, *powers, *beside, *halves, *short, *whole, 1e-5, 1e16])
    numbers = array("d", filter(math.isfinite, numbers))
    assert_same(("m", {}, {"f": Column("float", len(numbers), numbers)}, None))


def test_integers_and_times_of_each_length_are_the_same_to_both():
    sizes = [10**k + n for k in range(19) for n in (-1, 0, 1)]
    signed = Column.of([*sizes, *(-size for size in sizes), -(2**63), 2**63 - 1], "integer")
    times = Column.of([*sizes, *(-size for size in sizes), -(2**63) + 2, 2**63 - 2], "time")
    unsigned = Column.of([*sizes, *sizes, 2**64 - 1, 10**19], "unsigned")
    for precision in ("ns", "us", "ms", "s", "m", "h"):
        frame = ("m", {}, {"i": signed, "u": unsigned}, times)
        assert_same(frame, precision=precision, unsigned=True)


@pytest.mark.parametrize("special", ["x", '"', "\\", " ", ",", "=", "é", "\n", "\x7f", "#"])
def test_a_special_character_at_any_place_of_a_text_is_the_same_to_both(special):
    texts = [
        "y" * before + special + "y" * behind for before in range(36) for behind in (0, 1, 15, 16)
    ]
    dictionary = Column.of(texts, "string")
    coded = Column("string", len(texts), array("i", range(len(texts))), dictionary=dictionary)
    one = {"f": Column.of([1] * len(texts), "integer")}
    for column in (dictionary, coded, string_views(texts)):
        assert_same(("m", {"t": column}, {"s": column}, None))
        assert_same((column, {}, one, None))
        # The last text in memory: nothing can be read behind it.
        for row in range(0, len(texts), 7):
            for last in (Column.of(texts[: row + 1], "string"), string_views(texts[: row + 1])):
                part = last.slice(row, row + 1)
                assert_same(("m", {"t": part}, {"s": part}, None))


@given(st.binary(max_size=12))
def test_any_bytes_are_text_to_both_or_to_none(raw):
    for text in (raw, b"plain" * 3 + raw):
        size = len(text)
        view = struct.pack("=i12s", size, text)
        if size > 12:
            view = struct.pack("=i4sii", size, text, 1, 0)
        one = {"f": Column.of([1], "integer")}
        for column in (
            Column("string", 1, text, array("q", [0, size])),
            Column("string", 1, view, texts=[b"", text]),
        ):
            assert_same(("m", {"t": column}, one, None))
            assert_same((column, {}, one | {"s": column}, None))


def frame(length: int) -> Any:
    """Rows of which every hundredth cannot be written, and some are left to Python."""
    draw = random.Random(7)
    known = Column.of([*(f"host {n}" for n in range(50)), "back\\slash", "con\ntrol"], "string")
    positions = array("i", (draw.randrange(52) for _ in range(length)))
    names = [draw.choice(["a", "b,c", "é" * 9, ""]) for _ in range(length)]
    numbers = [math.nan if row % 100 == 99 else draw.gauss(0, 1e3) for row in range(length)]
    texts = ["x" * draw.randrange(200) for _ in range(length)]
    tags = {"host": Column("string", length, positions, dictionary=known)}
    fields = {"f": Column.of(numbers, "float"), "s": Column.of(texts, "string")}
    fields |= {"v": string_views([text[::2] or None for text in texts])}
    times = Column.of(range(-length // 2, length - length // 2), "time")
    return "m", tags | {"plain": Column.of(names, "string")}, fields, times


@pytest.mark.parametrize("length", [4095, 4096, 4097, 13_000])
def test_chunks_and_threads_change_nothing(length):
    assert_same(frame(length))


def test_it_finds_room_for_texts_longer_than_it_thought():
    texts = [("\\" * 3000 if row % 1000 == 0 else "") for row in range(20_000)]
    assert_same(("m", {}, {"s": Column.of(texts, "string")}, None))


def test_other_threads_run_meanwhile():
    columns = frame(5_000)
    expected = encode_columns(*columns, on_invalid=lambda index, error: None)
    found: list[bytes] = []

    def write() -> None:
        found.append(encode_columns(*columns, on_invalid=lambda index, error: None, threads=2))

    workers = [threading.Thread(target=write) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == [expected] * 4


@pytest.mark.slow
def test_no_memory_leaks():
    columns = frame(400)

    def work() -> None:
        encode_columns(*columns, on_invalid=lambda index, error: None, threads=2)
        with pytest.raises(EncodeError):
            encode_columns(*columns)

    for _ in range(10):
        work()
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    for _ in range(40):
        work()
    gc.collect()
    assert process.memory_info().rss - before < 8_000_000
