"""MessagePack is read alike by the compiled code and by influx_core, and cut or damaged too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from influx_speedups_parity import borrowed, cut, named_tests, outcome

from influx_core import Plugins, StatementResult
from influx_core.interfaces import Deserializer
from influx_core.parts import MessagePackDeserializer
from influx_testing.conformance import DeserializerSuite

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups.codec import CompiledMessagePackDeserializer

pack = msgspec.msgpack.encode


TESTS = borrowed(
    "unit/parsers/test_msgpack", MessagePackDeserializer=CompiledMessagePackDeserializer
)
globals().update(named_tests(TESTS))


def time(seconds: int, ns: int) -> msgspec.msgpack.Ext:
    return msgspec.msgpack.Ext(
        5, seconds.to_bytes(8, "big", signed=True) + ns.to_bytes(4, "big", signed=True)
    )


def document(rows: Sequence[Sequence[Any]], columns: Sequence[str], **more: Any) -> bytes:
    series = {"name": "m", "columns": list(columns), "values": [list(row) for row in rows], **more}
    partial = more.get("partial", False)
    return pack({"results": [{"statement_id": 0, "series": [series], "partial": partial}]})


class TestConformance(DeserializerSuite):
    answer = document(
        [[time(0, 1), 0.5, "a"], [time(0, 2), None, "ü\n"]], ["time", "v", "s"], partial=True
    ) + document([[time(0, 3), 7, "a"]], ["time", "v", "s"])
    rows = ((1, 0.5, "a"), (2, None, "ü\n"), (3, 7, "a"))

    def make(self) -> Deserializer:
        return CompiledMessagePackDeserializer()


def assert_same(*pieces: bytes) -> None:
    ours, theirs = CompiledMessagePackDeserializer(), MessagePackDeserializer()
    assert outcome(ours.start(), pieces) == outcome(theirs.start(), pieces)
    assert outcome(ours.start_columns(), pieces) == outcome(theirs.start_columns(), pieces)


TEXTS = st.sampled_from(["host-1", "", "a" * 40, "ü" * 200]) | st.text(max_size=12)
INTEGERS = st.integers(-(2**63), 2**64 - 1) | st.integers(-200, 70_000)
TIMES = st.builds(time, st.integers(-(2**34), 2**34), st.integers(-5, 10**9))
FLOATS = st.floats(allow_nan=False)
UNIFORM = [INTEGERS, FLOATS, st.booleans(), TEXTS, TIMES]
ANY = st.one_of(*UNIFORM, st.none(), st.binary(max_size=3), st.lists(INTEGERS, max_size=2))


@st.composite
def series(draw: st.DrawFn) -> dict[str, Any]:
    columns = draw(st.lists(st.sampled_from(["time", "v", "ü", "a b"]), max_size=4))
    kinds = [draw(st.sampled_from([*UNIFORM, *UNIFORM, ANY])) for _ in columns]
    row = st.tuples(*[st.one_of(kind, kind, kind, st.none()) for kind in kinds])
    found = {
        "name": draw(TEXTS),
        "tags": draw(st.none() | st.dictionaries(TEXTS, TEXTS, max_size=20)),
        "columns": columns,
        "values": draw(st.lists(row, max_size=20)),
        "partial": draw(st.booleans()),
        "odd": draw(ANY),
    }
    left_out = draw(st.sets(st.sampled_from(["name", "tags", "odd", "odd", "partial"])))
    return {key: found[key] for key in found if key not in left_out | {"odd"}}


RESULTS = st.fixed_dictionaries(
    {},
    optional={
        "statement_id": st.integers(-1, 70_000),
        "series": st.lists(series(), max_size=3),
        "partial": st.booleans(),
        "error": TEXTS,
    },
)
ANSWERS = st.lists(
    st.builds(lambda results: {"results": results}, st.lists(RESULTS, max_size=2)).map(pack),
    min_size=1,
    max_size=3,
).map(b"".join)
CUTS = st.lists(st.integers(0, 10_000), max_size=4)


@given(ANSWERS, CUTS)
def test_whatever_an_answer_is_both_parsers_read_the_same(answer: bytes, cuts: list[int]) -> None:
    assert_same(*cut(answer, cuts))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(ANSWERS))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 1))
        piece = draw(st.binary(max_size=2) | st.integers(0x80, 0xFF).map(lambda x: bytes([x])))
        data[at : at + draw(st.integers(0, 2))] = piece
    return bytes(data) or b"x"


@given(damaged(), CUTS)
def test_a_damaged_answer_is_refused_or_read_alike(data: bytes, cuts: list[int]) -> None:
    assert_same(*cut(data, cuts))


@given(st.binary(max_size=30), CUTS)
@example(b"\xdb\x05\x00\x00\x00", [])
@example(b"\xc6\xff\xff\xff\xff", [3])
def test_junk_is_refused_alike(data: bytes, cuts: list[int]) -> None:
    assert_same(*cut(data, cuts))
    assert_same(*cut(document([[1]], ["v"])[:-1] + data, cuts))


@pytest.mark.parametrize(
    "value",
    [
        b"\xca\x3f\x80\x00\x00",
        b"\xcc\xff",
        b"\xcd\xff\xff",
        b"\xce\xff\xff\xff\xff",
        b"\xcf" + b"\xff" * 8,
        b"\xcf\x7f" + b"\xff" * 7,
        b"\xd0\x80",
        b"\xd1\x80\x00",
        b"\xd2\x80\x00\x00\x00",
        b"\xd3\x80" + b"\x00" * 7,
        b"\xe0",
        b"\x7f",
        b"\xd9\x02\xc3\xbc",
        b"\xda\x00\x01a",
        b"\xdb\x00\x00\x00\x01a",
        b"\xa1\xff",
        b"\xa3\xed\xa0\x80",
        b"\xc4\x01a",
        b"\xc7\x0c\x05" + b"\x7f" + b"\xff" * 11,
        b"\xc7\x0c\x06" + b"\x00" * 12,
        b"\xc7\x0b\x05" + b"\x00" * 11,
        b"\xc8\x00\x0c\x05" + b"\x00" * 12,
        b"\xd6\x05\x00\x00\x00\x00",
        b"\xcb\x7f\xf0" + b"\x00" * 6,
        b"\xcb\x80" + b"\x00" * 7,
        b"\x80",
        b"\xc1",
    ],
)
def test_each_form_of_a_value_is_read_alike(value: bytes) -> None:
    assert_same(document([[5]], ["v"]).replace(b"\x91\x91\x05", b"\x91\x91" + value))


def test_a_regular_document_is_not_left_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object, data: object) -> list[StatementResult]:
        raise AssertionError(f"a document was left to Python: {data!r}")

    monkeypatch.setattr("influx_core.codec.MessagePackReader.__call__", refuse)
    rows = [[1, "ü\n", 0.5, -7, True, None], [2, "", 1e300, 2**63, False, "x" * 300]]
    data = document(
        [[time(0, row[0]), *row[1:]] for row in rows], ["time", *"sfibn"], tags={"host": "a"}
    )
    deserializer = CompiledMessagePackDeserializer()
    for start in (deserializer.start, deserializer.start_columns):
        (result,) = start().feed(data)
        assert [list(row) for row in result.series[0].rows] == rows


def test_a_series_of_many_rows_and_tags_is_read_alike() -> None:
    rows = [[time(at, 5), f"text {at}", at / 7] for at in range(70_000)]
    assert_same(*cut(document(rows, ["time", "s", "f"], tags={"a": "1"}), [5, 70_000, 1 << 19]))


def test_clients_that_select_messagepack_get_the_compiled_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert type(Plugins().deserializer("msgpack")) is CompiledMessagePackDeserializer
    monkeypatch.setenv("INFLUX_BLOCK_PLUGINS", "speedups")
    assert type(Plugins().deserializer("msgpack")) is MessagePackDeserializer
