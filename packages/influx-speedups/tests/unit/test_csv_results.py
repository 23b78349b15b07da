"""CSV is read alike by the compiled code and by influx_core, and cut or damaged too."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psutil
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from influx_speedups_parity import borrowed, cut, named_tests, outcome

from influx_core import Plugins
from influx_core.interfaces import Deserializer
from influx_core.parts import CSVDeserializer
from influx_testing.conformance import DeserializerSuite

compiled = pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups._codec.table_series import TableSeries  # noqa: E402
from influx_speedups.codec import CompiledCSVDeserializer  # noqa: E402

TESTS = borrowed("unit/parsers/test_csv", CSVDeserializer=CompiledCSVDeserializer)
globals().update(named_tests(TESTS))

VALUES: list[Any] = ["guess", "text"]
VALUES += [{"x": kind} for kind in ("float", "integer", "unsigned", "boolean", "string")]


class TestConformance(DeserializerSuite):
    answer = 'name,tags,time,v,s\nm,,1,0.5,a\nm,,2,,"ü\n"\nm,,3,7.0,a\n'.encode()
    rows = ((1, 0.5, "a"), (2, None, "ü\n"), (3, 7.0, "a"))

    def make(self) -> Deserializer:
        return CompiledCSVDeserializer()


def assert_same(pieces: Sequence[bytes], values: Any = "guess") -> None:
    ours, theirs = CompiledCSVDeserializer(values=values), CSVDeserializer(values=values)
    assert outcome(ours.start(), pieces) == outcome(theirs.start(), pieces)
    assert outcome(ours.start_columns(), pieces) == outcome(theirs.start_columns(), pieces)


def column(*cells: str, title: str = "x") -> bytes:
    """An answer with these cells in one column."""
    return f"name,tags,time,{title}\n".encode() + "".join(
        f"m,,{time},{cell}\n" for time, cell in enumerate(cells)
    ).encode("utf-8", "surrogateescape")


def quoted(text: str) -> str:
    """A cell as the server writes it."""
    if text.startswith(" ") or any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


CELLS = [
    *("", "0", "-0", "7", "-7", "007", "1.", ".5", "-", "-.", "1.5", "-0.0", "1.2.3", "1e5", "+1"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"),
    *("18446744073709551615", "18446744073709551616", "1" * 30, "-" + "1" * 30, "9" * 400),
    *("100000000000000000000", "0.1234567890123456789012", "1" * 25 + ".5", "9" * 400 + ".5"),
    *("0." + "0" * 400 + "1", "0." + "1" * 1500, "9007199254740993", "-9007199254740993", "1_000"),
    *("true", "false", "True", "truer", "tru", "t", "nan", "inf", "-inf", "a", "host-1", "ü" * 9),
    *("a b", " a", "a\0b", "\0", "x" * 40, "2020-01-01", "10.0.0.1", "1-2", "12ab", "5 ", "٣"),
    *(
        '""',
        '"1"',
        '"true"',
        '"1,5"',
        '"a ""b"", c"',
        '"a\nb"',
        '"\r\n"',
        '"1"2',
        'a"b',
        '"',
        "a\r",
    ),
    *('"a"b"', '""""', '"""', "\udcff", "\udced\udca0\udc80", "x\udcc3"),
]


OTHERS = ["", "1", "0.5", "true", "text", "9223372036854775808", '"a,b"', "9" * 25]


@pytest.mark.parametrize("cell", CELLS)
def test_each_form_of_a_cell_is_read_alike(cell: str) -> None:
    for values in VALUES:
        assert_same([column(cell)], values)
        for other in OTHERS:
            assert_same([column(cell, other, cell)], values)
            assert_same([column(other, cell, other)], values)


@pytest.mark.parametrize("cell", CELLS)
def test_each_form_of_a_time_a_name_and_tags_is_read_alike(cell: str) -> None:
    body = cell.encode("utf-8", "surrogateescape")
    assert_same([b"name,tags,time,x\nm,,1,2\nm,," + body + b",3\n"])
    assert_same([b"name,tags,time,x\nm,,1,2\n" + body + b",,5,3\n" + body + b",,6,3\nm,,5,4\n"])
    assert_same([b"name,tags,time,x\nm,,1,2\nm," + body + b",5,3\nm," + body + b",6,3\nm,,5,4\n"])
    assert_same([b"name,tags,time," + body + b"\nm,,1,2\n"])


PLAIN = st.sampled_from(["host-1", "host-2", "", "a" * 40, "ü", " b", 'say "hi",\r\n\t\x00', "1"])
TEXTS = (PLAIN | st.text(max_size=8)).map(quoted)
INTEGERS = st.integers(-(2**63), 2**64 - 1).map(str) | st.integers(-900, 900).map(str)
FLOATS = st.floats(allow_nan=False, allow_infinity=False).map(lambda x: format(x, "f"))
UNIFORM = [INTEGERS, FLOATS, FLOATS | INTEGERS, st.sampled_from(["true", "false"]), TEXTS]
ANY = st.one_of(*UNIFORM, st.sampled_from(CELLS[:50]))
TITLES = st.sampled_from(["x", "y", "time", "ü", "a b", "x"])
HEADS = st.sampled_from(
    ["m,", 'm,"host=a,region=b"', "m,host=a", "n,", '"m",', '"m,",a\\ b=c', ","]
)


@st.composite
def statements(draw: st.DrawFn) -> str:
    """The rows of one statement, and the lines in front of the next one."""
    titles = draw(st.lists(TITLES, min_size=1, max_size=4))
    kinds = [INTEGERS if t == "time" else draw(st.sampled_from([*UNIFORM, ANY])) for t in titles]
    row = st.tuples(HEADS, *[st.one_of(kind, kind, kind, st.just("")) for kind in kinds])
    rows = draw(st.lists(row, max_size=12))
    if draw(st.booleans()):  # in few series
        rows.sort(key=lambda row: row[0])
    blank = draw(st.sampled_from(["\n", "\n", "\n\n", ""]))
    return "".join(f"{','.join(line)}\n" for line in [("name,tags", *titles), *rows]) + blank


ANSWERS = st.lists(statements(), min_size=1, max_size=3).map(lambda texts: "".join(texts).encode())
CUTS = st.lists(st.integers(0, 10_000), max_size=6)


@given(ANSWERS, CUTS, st.sampled_from(VALUES))
def test_whatever_an_answer_is_both_parsers_read_the_same(
    answer: bytes, cuts: list[int], values: Any
) -> None:
    assert_same(cut(answer, cuts), values)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(ANSWERS))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 1))
        piece = draw(st.binary(max_size=2) | st.sampled_from([b'"', b",", b"\n", b"\r\n", b'""']))
        data[at : at + draw(st.integers(0, 2))] = piece
    return bytes(data)


@given(damaged(), CUTS, st.sampled_from(VALUES))
def test_a_damaged_answer_is_refused_or_read_alike(
    data: bytes, cuts: list[int], values: Any
) -> None:
    assert_same(cut(data, cuts), values)


@given(st.text('am01.-",\n\r tf', max_size=40), CUTS)
@example("name,tags,\n,,\n", [])
@example("error\nno\n", [7])
@example("\n\n\n", [1])
def test_junk_is_refused_alike(text: str, cuts: list[int]) -> None:
    assert_same(cut(text.encode(), cuts))
    assert_same(cut(b"name,tags,time,x\nm,,1,2\n" + text.encode(), cuts))


ANSWER = 'name,tags,time,s,v\n"m,",h=a,1,"x\n""ü""",0.5\nm,,2,b,\n\nname,tags,k\nm,,"\r\n"\nm,,c\n'


@pytest.mark.parametrize("at", range(len(ANSWER.encode())))
def test_an_answer_cut_anywhere_is_read_alike(at: int) -> None:
    data = ANSWER.encode()
    assert_same([data[:at], data[at:]])
    assert_same([data[:at], data[at : at + 1], data[at + 1 :]])
    assert_same([data[:at]])


def test_an_error_behind_rows_is_told_alike() -> None:
    rows = b"".join(b"m,,%d,0.5\n" % time for time in range(50))
    head = b"name,tags,time,x\n"
    for end in (
        b"m,,soon,1\n",
        b"m,,1\n",
        b"m,,1,2,3\n",
        b"\nno,tags\n",
        b"\nerror\nno\n",
        b"m,,1,2",
    ):
        for values in VALUES:
            assert_same([head + rows + end], values)
            assert_same([head + rows, end], values)
            assert_same([head + rows, end, rows], values)


@pytest.mark.parametrize(
    "cells",
    [
        ["1"] * 300 + ["a"],
        ["true"] * 300 + ["1"],
        [""] * 300 + ["0.5"],
        ["1"] * 300 + ["0.5"],
        ["9" * 25] * 3 + ["0.5", "", "-7"],
        [str(number % 7) for number in range(300)] + ["a,b"],
    ],
    ids=lambda cells: f"{cells[0][:4]} then {cells[-1]}",
)
def test_a_column_that_turns_into_another_is_read_alike(cells: list[str]) -> None:
    assert_same([column(*map(quoted, cells))])


@pytest.mark.slow
def test_columns_of_any_width_and_length_are_read_alike() -> None:
    wide = ",".join(f"c{number}" for number in range(3_000))
    body = f"name,tags,{wide}\n" + "".join(f"m,,{'1,' * 2_999}{end}\n" for end in ("2", "a"))
    assert_same([body.encode()])
    rows = b"".join(b"m,,%d,text %d,%r\n" % (at, at, at / 7) for at in range(70_000))
    assert_same(cut(b"name,tags,time,s,f\n" + rows, [5, 70_000, 1 << 19]))
    series = b"".join(b"m,h=%d,1,2\n" % number for number in range(5_000))
    assert_same(cut(b"name,tags,time,v\n" + series, [40_000]))


def test_a_cell_of_any_length_is_read_alike() -> None:
    for text in ("x" * 300_000, "x" * 300_000 + ',"', "ü" * 200_000 + "\n", "1" * 300_000):
        assert_same([column(quoted(text), "a")])
        assert_same([f"name,tags,x\n{quoted(text)},,1\nm,{quoted(text)},2\n".encode()])


def test_regular_rows_are_not_left_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(parser: object, data: bytes) -> Iterator[object]:
        raise AssertionError(f"rows were left to Python: {data!r}")

    monkeypatch.setattr("influx_core._parsers.csv.csv_parser._CSVParser._read_text", refuse)
    data = (
        'name,tags,time,f,i,b,s\nm,"host=a,up=b",1,0.5,-7,true,\nm,"host=a,up=b",2,1,'
        '9223372036854775808,,"x,\n""ü"""\nn,,3,,,false,1\n\nname,tags,k\nm,,a\n'
    ).encode()
    deserializer = CompiledCSVDeserializer()
    for start in (deserializer.start, deserializer.start_columns):
        parser = start()
        results = [*parser.feed(data[:-9]), *parser.feed(data[-9:]), *parser.finish()]
        assert [[list(row) for row in s.rows] for result in results for s in result.series] == [
            [[1, 0.5, -7, True, None], [2, 1.0, 2**63, None, 'x,\n"ü"']],
            [[3, None, None, False, 1]],
            [["a"]],
        ]
    (result,) = _read(b"name,tags,time,v\nm,,1,2\n", {"v": "float"})
    assert isinstance(result.series[0], TableSeries)
    assert result.series[0].rows == [[1, 2.0]]


def _read(data: bytes, values: Mapping[str, Any]) -> list[Any]:
    parser = CompiledCSVDeserializer(values=values).start()
    return [*parser.feed(data), *parser.finish()]


@pytest.mark.parametrize(
    ("records", "start", "kinds"),
    [
        (b"", 0, "g"),
        (b"m,,1", 0, "g"),
        (b"m,,1\n", 5, "g"),
        (b"m,,1\n", 0, ""),
        (b"m,,1\n", 0, "x"),
    ],
)
def test_what_is_not_complete_records_is_not_read(records: bytes, start: int, kinds: str) -> None:
    assert compiled.read_csv_tables(records, start, kinds, 2) is None
    assert compiled.read_csv_columns(records, start, kinds, 2) is None


def test_many_answers_leak_nothing() -> None:
    good = b"".join(b"m,h=%d,%d,a,0.5,true\n" % (at // 9, at) for at in range(40))
    bad = [good[:-1], good[:-2] + b"\n\xff", good + b"m,,x,a,0.5,1\n", good.replace(b",a,", b",")]

    def work(times: int) -> None:
        for _ in range(times):
            for data in (good, *bad):
                compiled.read_csv_tables(data, 0, "tsgg", 2)
                compiled.read_csv_columns(data, 0, "tsgg", 2)
        gc.collect()

    work(200)
    process = psutil.Process()
    blocks, size = sys.getallocatedblocks(), process.memory_info().rss
    work(3_000)
    assert sys.getallocatedblocks() - blocks < 1_000
    assert process.memory_info().rss - size < 3_000_000


@pytest.mark.parametrize("spec", ["csv", {"type": "csv", "values": {"v": "float"}}], ids=str)
def test_clients_that_select_csv_get_the_compiled_parser(
    spec: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert type(Plugins().deserializer(spec)) is CompiledCSVDeserializer
    monkeypatch.setenv("INFLUX_BLOCK_PLUGINS", "speedups")
    assert type(Plugins().deserializer(spec)) is CSVDeserializer
