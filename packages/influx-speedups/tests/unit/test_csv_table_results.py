"""CSV of InfluxDB 3 is read alike by the compiled code and by influx_core, and damaged too."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from influx_speedups_parity import cut, outcome

from influx_core import Plugins
from influx_core.interfaces import Deserializer, ResponseParser
from influx_core.parts import CSVTableDeserializer
from influx_core.timestamps import MAX_NS, MIN_NS, to_rfc3339
from influx_testing.conformance import DeserializerSuite

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups.codec import CompiledCSVTableDeserializer


@dataclass(frozen=True)
class Hints:
    """What a query tells about the columns."""

    times: Collection[str] = ("time", "x", "y", "s")
    texts: Collection[str] = ()

    def may_be_time(self, column: str) -> bool:
        return column in self.times

    def is_text(self, column: str) -> bool:
        return column in self.texts


HINTS = [None, Hints(), Hints(["time"]), Hints(texts=["x"]), Hints(["x"]), Hints(texts=["time"])]


def server_text(ns: int) -> str:
    """A time as InfluxDB 3 prints it."""
    whole, _, decimals = to_rfc3339(ns).removesuffix("Z").partition(".")
    width = -(-len(decimals) // 3) * 3
    return f"{whole}.{decimals.ljust(width, '0')}" if decimals else whole


class TestConformance(DeserializerSuite):
    answer = (
        "time,v,s\n1970-01-01T00:00:00.000000001,0.5,a\n1970-01-01T00:00:00.000000002,,"
        '"ü\n"\n1970-01-01T00:00:00.000000003,7.0,a\n'
    ).encode()
    rows = ((1, 0.5, "a"), (2, None, "ü\n"), (3, 7.0, "a"))

    def make(self) -> Deserializer:
        return CompiledCSVTableDeserializer()


def described(start: Callable[[], ResponseParser], pieces: Sequence[bytes]) -> list[Any]:
    """What a parser makes of pieces, and which columns are times."""
    parser = start()
    times: list[Any] = []

    class Watched:
        def feed(self, data: bytes) -> list[Any]:
            return self.seen(parser.feed(data))

        def finish(self) -> list[Any]:
            return self.seen(parser.finish())

        @staticmethod
        def seen(results: list[Any]) -> list[Any]:
            times.extend(series.times for result in results for series in result.series)
            return results

    return [outcome(Watched(), pieces), times]


def assert_same(pieces: Sequence[bytes], hints: Any = None) -> None:
    ours: CSVTableDeserializer = CompiledCSVTableDeserializer()
    theirs = CSVTableDeserializer()
    if hints is not None:
        ours, theirs = ours.with_hints(hints), theirs.with_hints(hints)
    assert described(ours.start, pieces) == described(theirs.start, pieces)
    assert described(ours.start_columns, pieces) == described(theirs.start_columns, pieces)


CELLS = [
    *("", "1", "-0", "007", "0.5", "9" * 25, "true", "false", "text", "ü", "a b", '"a,""b"', '""'),
    *(
        "2020-01-31T12:00:00",
        "2020-01-31T12:00:00.5",
        "2020-01-31T12:00:00.500",
        "0000-01-01T00:00:00",
    ),
    *("2020-01-31T12:00:00.000", "2020-01-31T12:00:00.123456", "2020-01-31T12:00:00.123000"),
    *("2020-01-31T12:00:00.123456789", "2020-01-31T12:00:00.000000001", "2020-01-31T12:00:00Z"),
    *("2020-02-30T12:00:00", "2019-02-29T00:00:00", "2020-02-29T23:59:59", "2020-01-31T24:00:00"),
    *("2020-01-31T12:60:00", "2020-01-31T12:00:60", "2020-13-01T00:00:00", "2020-00-01T00:00:00"),
    *(
        "2020-01-31 12:00:00",
        "2020-01-31T12:00:0a",
        "2020-01-31T12:00:00,123",
        "2020-1-31T12:00:00.0",
    ),
    *(
        "1677-09-21T00:12:43.145224194",
        "1677-09-21T00:12:43.145224193",
        "1677-09-21T00:12:43.145224192",
    ),
    *("2262-04-11T23:47:16.854775806", "2262-04-11T23:47:16.854775807", "9999-12-31T23:59:59"),
    *(
        "2020-01-31T12:00:00.12a",
        "2020-01-31T12:00:00x123",
        "2020-01-31T12:00:00.٣٤",
        "-020-01-31T12:00:00",
    ),
    *('"2020-01-31T12:00:00"', "2020-01-31T12:00:00\r", '2020-01-31T12:00:00"', "a\r", '"', "\0"),
    *("<html>", "\udcff", "1e5", "1.", "2020-01-31T12:00:00 ", " 2020-01-31T12:00:00", "+1", "nan"),
]
OTHERS = ["", "1", "0.5", "true", "text", "2020-01-01T00:00:00", "2020-01-31T12:00:00.123", '"a,b"']


@pytest.mark.parametrize("cell", CELLS)
def test_each_form_of_a_cell_is_read_alike(cell: str) -> None:
    cells = cell.encode("utf-8", "surrogateescape")
    for hints in HINTS:
        assert_same([b"x,time\n" + cells + b",\n"], hints)
        assert_same([b"x\n" + cells + b"\n" + cells + b"\n"], hints)
        for other in map(str.encode, OTHERS):
            for rows in ((cells, other, cells), (other, cells, other)):
                body = b"".join(b"m,2020-01-01T00:00:00,%s\n" % row for row in rows)
                assert_same([b"iox::measurement,time,x\n" + body], hints)
                assert_same([b"s,time,x\n" + body], hints)
                assert_same(
                    [b"time,x\n" + b"".join(b"%s,%s\n" % (row, row) for row in rows)], hints
                )


@pytest.mark.parametrize("cell", CELLS)
def test_each_form_of_a_title_and_a_measurement_is_read_alike(cell: str) -> None:
    cells = cell.encode("utf-8", "surrogateescape")
    assert_same([cells + b",x\n1,2\n"])
    assert_same([cells + b"\n1\n"])
    assert_same([b"iox::measurement,x\nm,1\n" + cells + b",2\n" + cells + b",3\nm,4\n"])


TIMES = st.integers(MIN_NS, MAX_NS).map(server_text) | st.integers(0, 10**6).map(server_text)
NUMBERS = st.integers(-(2**63), 2**64 - 1).map(str) | st.floats(-1e9, 1e9).map(repr)
TEXTS = st.sampled_from(["host-1", "", "a" * 40, "ü", '"say ""hi"",\n"', "1"])
UNIFORM = [TIMES, TIMES, NUMBERS, st.sampled_from(["true", "false"]), TEXTS]
ANY = st.one_of(*UNIFORM, st.sampled_from(CELLS[:45]))
TITLES = st.sampled_from(["time", "x", "y", "ü", "a b", "iox::measurement", "x"])


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    titles = draw(st.lists(TITLES, min_size=1, max_size=4))
    if draw(st.booleans()):
        titles = ["iox::measurement", *dict.fromkeys(t for t in titles if t != "iox::measurement")]
    kinds = [
        st.sampled_from(["m", "m", "n"])
        if title == "iox::measurement"
        else draw(st.sampled_from([*UNIFORM, ANY] if title != "time" else [TIMES, TIMES, ANY]))
        for title in titles
    ]
    row = st.tuples(*[st.one_of(kind, kind, kind, st.just("")) for kind in kinds])
    rows = draw(st.lists(row, max_size=12))
    return "".join(f"{','.join(line)}\n" for line in [titles, *rows]).encode()


CUTS = st.lists(st.integers(0, 10_000), max_size=6)


@given(answers(), CUTS, st.sampled_from(HINTS))
def test_whatever_an_answer_is_both_parsers_read_the_same(
    answer: bytes, cuts: list[int], hints: Any
) -> None:
    assert_same(cut(answer, cuts), hints)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(answers()))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 1))
        piece = draw(
            st.binary(max_size=2) | st.sampled_from([b'"', b",", b"\n", b"\r\n", b"T", b"0"])
        )
        data[at : at + draw(st.integers(0, 2))] = piece
    return bytes(data)


@given(damaged(), CUTS, st.sampled_from(HINTS))
@example(b"\n\n", [], None)
@example(b",\n,\n", [2], None)
def test_a_damaged_answer_is_refused_or_read_alike(
    data: bytes, cuts: list[int], hints: Any
) -> None:
    assert_same(cut(data, cuts), hints)


ANSWER = 'iox::measurement,time,s,v\nm,2020-01-01T00:00:00,a,0.5\nm,,"x\n",\nn,,ü,7\n'


@pytest.mark.parametrize("at", range(len(ANSWER.encode())))
def test_an_answer_cut_anywhere_is_read_alike(at: int) -> None:
    data = ANSWER.encode()
    assert_same([data[:at], data[at:]])
    assert_same([data[:at]])


def test_long_answers_are_read_alike() -> None:
    rows = [f"m,{server_text(at * 999_999)},{at},text {at % 9},{at / 7}\n" for at in range(70_000)]
    body = "iox::measurement,time,n,s,f\n" + "".join(rows)
    assert_same(cut(body.encode(), [5, 70_000, 1 << 19]))


def test_regular_rows_are_not_left_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(parser: object, data: bytes) -> list[object]:
        raise AssertionError(f"rows were left to Python: {data!r}")

    monkeypatch.setattr("influx_core._parsers.csv.csv_table._CSVTableParser._read", refuse)
    deserializer = CompiledCSVTableDeserializer()
    for start in (deserializer.start, deserializer.start_columns):
        parser = start()
        results = [*parser.feed(ANSWER.encode()), *parser.finish()]
        assert [s.rows for result in results for s in result.series] == [
            [[1_577_836_800 * 10**9, "a", 0.5], [None, "x\n", None]],
            [[None, "ü", 7]],
        ]


def test_clients_that_select_csv_of_influxdb_3_get_the_compiled_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert type(Plugins().deserializer("csv-table")) is CompiledCSVTableDeserializer
    monkeypatch.setenv("INFLUX_BLOCK_PLUGINS", "speedups")
    assert type(Plugins().deserializer("csv-table")) is CSVTableDeserializer
