from __future__ import annotations

import gc
import json
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import psutil
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from influx_speedups_parity import borrowed, cut, named_tests, outcome

from influx_core import StatementResult
from influx_core.columns import merge_results
from influx_core.parts import JSONDeserializer
from influx_testing.conformance import DeserializerSuite

compiled = pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups import codec as speedups  # noqa: E402
from influx_speedups._codec.table_series import TableSeries  # noqa: E402

TESTS = borrowed("unit/parsers/test_json", JSONDeserializer=speedups.CompiledJSONDeserializer)
globals().update(named_tests(TESTS))


class TestConformance(DeserializerSuite):
    answer = (
        b'{"results":[{"statement_id":0,"series":[{"name":"m","columns":["time","v","s"],'
        b'"values":[[1,0.5,"a"],[2,null,"\xc3\xbc\\n"]],"partial":true}],"partial":true}]}\n'
        b'{"results":[{"statement_id":0,"series":[{"name":"m","columns":["time","v","s"],'
        b'"values":[[3,7,"a"]]}]}]}\n'
    )
    rows = ((1, 0.5, "a"), (2, None, "ü\n"), (3, 7, "a"))

    def make(self) -> speedups.CompiledJSONDeserializer:
        return speedups.CompiledJSONDeserializer()


def assert_same(*pieces: bytes) -> None:
    ours, theirs = speedups.CompiledJSONDeserializer(), JSONDeserializer()
    assert outcome(ours.start(), pieces) == outcome(theirs.start(), pieces)
    assert outcome(ours.start_columns(), pieces) == outcome(theirs.start_columns(), pieces)


def answer(columns: Sequence[str], rows: Sequence[Sequence[Any]], **more: Any) -> dict[str, Any]:
    series = {"name": "m", "columns": list(columns), "values": [list(row) for row in rows], **more}
    return {"results": [{"statement_id": 0, "series": [series]}]}


def document(*texts: str) -> bytes:
    """A document of one column with these values, as they are to be written."""
    rows = ",".join(f"[{text}]" for text in texts)
    return f'{{"results":[{{"series":[{{"columns":["v"],"values":[{rows}]}}]}}]}}'.encode()


def test_tags_keep_their_order() -> None:
    tags = {"region": "b", "host": "a", "": "c"}
    assert_same(json.dumps(answer(["v"], [[1]], tags=tags)).encode())


TEXTS = st.one_of(
    st.sampled_from(["host-1", "host-2", "", "a" * 20, "ü", "\U0001f600", 'say "hi"\\\n\t\x00/']),
    st.text(max_size=12),
)
INTEGERS = st.one_of(st.integers(-(2**63), 2**64), st.integers(-1000, 1000), st.integers())
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
UNIFORM = [INTEGERS, FLOATS, st.booleans(), TEXTS, st.one_of(st.integers(), FLOATS)]
ANY = st.one_of(INTEGERS, FLOATS, TEXTS, st.booleans(), st.none(), st.lists(st.integers()))


@st.composite
def series(draw: st.DrawFn) -> dict[str, Any]:
    columns = draw(st.lists(st.sampled_from(["time", "v", "count", "ü", "a b"]), max_size=4))
    kinds = [draw(st.sampled_from([*UNIFORM, *UNIFORM, ANY])) for _ in columns]
    row = st.tuples(*[st.one_of(kind, kind, kind, st.none()) for kind in kinds])
    found = {
        "name": draw(TEXTS),
        "tags": draw(st.one_of(st.none(), st.dictionaries(TEXTS, TEXTS, max_size=2))),
        "columns": columns,
        "values": draw(st.lists(row, max_size=6)),
        "partial": draw(st.booleans()),
        "odd": draw(ANY),
    }
    left_out = draw(st.sets(st.sampled_from(["name", "tags", "odd", "odd", "partial"])))
    return {key: found[key] for key in found if key not in left_out | {"odd"}}


RESULTS = st.fixed_dictionaries(
    {},
    optional={
        "statement_id": st.integers(0, 3),
        "series": st.lists(series(), max_size=3),
        "partial": st.booleans(),
    },
)
DOCUMENTS = st.one_of(
    st.builds(lambda results: {"results": results}, st.lists(RESULTS, max_size=2)),
    st.builds(lambda error: {"error": error}, TEXTS),
)
STYLES: list[Callable[[Any], str]] = [
    lambda found: json.dumps(found, separators=(",", ":"), ensure_ascii=False),
    lambda found: json.dumps(found, separators=(",", ":")),
    lambda found: json.dumps(found),
    lambda found: json.dumps(found, indent=1),
]
ANSWERS = st.lists(st.tuples(DOCUMENTS, st.sampled_from(STYLES)), min_size=1, max_size=3).map(
    lambda found: b"\n".join(style(doc).encode("utf-8", "replace") for doc, style in found) + b"\n"
)


@given(ANSWERS, st.lists(st.integers(0, 10_000), max_size=4))
def test_whatever_an_answer_is_both_decoders_read_the_same(answer: bytes, cuts: list[int]) -> None:
    assert_same(*cut(answer, cuts))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(ANSWERS))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 1))
        piece = draw(st.one_of(st.binary(max_size=2), st.sampled_from(list(b'[]{},:"\\-.e0n \n'))))
        data[at : at + draw(st.integers(0, 2))] = bytes([piece]) if type(piece) is int else piece
    return bytes(data) or b"x"


@given(damaged(), st.lists(st.integers(0, 10_000), max_size=3))
def test_a_damaged_answer_is_refused_or_read_alike(data: bytes, cuts: list[int]) -> None:
    assert_same(*cut(data, cuts))


@given(st.binary(max_size=30), st.integers(0, 30))
def test_junk_is_refused_alike(data: bytes, place: int) -> None:
    assert_same(*cut(data, [place]))
    assert_same(*cut(b'{"results":[{"series":[{"columns":["v"],"values":[[' + data, [place]))


NUMBERS = st.one_of(
    st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][-+]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(r"[-+.0-9eE]{1,8}", fullmatch=True),
    st.builds(repr, FLOATS),
    st.builds("{}e{}".format, st.integers(0, 2**64), st.integers(-30, 30)),
)


@given(st.lists(NUMBERS, min_size=1, max_size=4))
@example(["0." + "0" * 30])
@example(["0." + "0" * 30 + "1", "1" + "0" * 400, "1." + "0" * 2000])
@example(["9007199254740993.0", "9007199254740992.999", "9007199254740993.0000001"])
@example(["9223372036854775807", "-9223372036854775808", "9223372036854775808"])
@example(["18446744073709551615", "-1"])
@example(["10000000000000000000", "1.5"])
@example(["-0", "-0.0", "0e5", "1E400", "1e-400", "4.9e-324", "2.4703282292062327e-324"])
@example(["0.1e99999999999999999999"])
@example(["0E-0", "1e-0", "-0"])
def test_every_number_is_the_one_it_is_in_python(texts: list[str]) -> None:
    assert_same(document(*texts))


@given(st.integers(0, 2**64 - 1), st.integers(-27, 27))
def test_decimals_are_rounded_as_python_rounds_them(digits: int, exponent: int) -> None:
    text = f"{digits}e{exponent}"
    ((_, ((_, _, table, _, _),), _),) = compiled.read_json_tables(document(text))
    assert table.lists(1) == [[float(text)]]


@pytest.mark.parametrize(
    "text",
    [
        r'"\u00e9"',
        r'"\uD83D\ude00"',
        r'"\ud800"',
        r'"\ud800\u0041"',
        r'"\udc00"',
        r'"\ud83d\ud83d"',
        r'"\u12"',
        r'"\u`000"',
        r'"\u00G0"',
        r'"\x41"',
        r'"\b\f\n\r\t\/\\\""',
        '"\x7f"',
        '"\x1f"',
        '"tab\t"',
        '"open',
        r'"open\"',
        '"\ufffd\uffff\U0010ffff"',
    ],
)
def test_escapes_mean_what_they_mean_in_python(text: str) -> None:
    for padded in (text, text.replace('"', '"' + "x" * 11, 1)):
        assert_same(document(padded))


@pytest.mark.parametrize(
    "text",
    [
        b"\xff",
        b"\x80",
        b"\xc0\x80",
        b"\xc3",
        b"\xe0\x9f\x80",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xf0\x8f\x80\x80",
        b"\xf0\x9f\x98",
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
        b"\xf4\x8f\xbf\xbf",
        b"\xe2\x82\xac",
    ],
)
def test_bytes_that_are_no_text_are_refused_alike(text: bytes) -> None:
    assert_same(document('"?"').replace(b"?", text))
    assert_same(document('"?"').replace(b"?", text + b"x" * 9))


@pytest.mark.parametrize(
    "text",
    [
        '{"results":[{"series":[{"columns":["v"],"values":[[1],[2,3]]}]}]}',
        '{"results":[{"series":[{"values":[[1]],"columns":["v"]}]}]}',
        '{"results":[{"series":[{"columns":["v"],"columns":["w"],"values":[[1]]}]}]}',
        '{"results":[{"series":[{"columns":["v"],"values":[[1]],"values":[[2]]}]}]}',
        '{"results":[{"series":[{"columns":[],"values":[[]]}]}]}',
        '{"results":[{"series":[{"columns":["v"],"values":null}]}]}',
        '{"results":[{"series":[{"columns":["v"]}]}]}',
        '{"results":[{"series":[{"tags":{"a":"1","b":"2","a":"3"},"columns":["v"],"values":[[1]]}]}]}',
        '{"results":[{"series":null,"error":"no"}]}',
        '{"results":[{"statement_id":-1},{"statement_id":1.0}]}',
        '{"results":[{"statement_id":00}]}',
        '{"results":[{"statement_id":12345678901}]}',
        '{"results":[{"messages":[{"level":"warning","text":"old"}],"more":{"a":[[]]}}]}',
        '{"results":[{"partial":"true"}]}',
        '{"results":[],"results":[{}]}',
        '{"results":[]} x',
        '{"results":[]}\0',
        '{"results":[],}',
        '{"r\\u0065sults":[{"statement_id":2}]}',
        "{}",
    ],
)
def test_what_is_not_regular_is_read_alike(text: str) -> None:
    assert_same(text.encode())
    assert_same(text.encode() + b"\n")


def test_lists_in_one_another_are_refused_alike_however_deep() -> None:
    for depth in (1, 2, 900, 2_000, 200_000):
        assert_same(document("[" * depth + "]" * depth))
        assert_same(b"[" * depth, b'{"results":' * depth)


def test_what_is_regular_is_read_without_python(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object, data: object) -> list[StatementResult]:
        raise AssertionError(f"a document was left to Python: {bytes(data)!r}")

    monkeypatch.setattr("influx_core.codec.DocumentReader.__call__", refuse)
    rows = [[1, "ü\n", 0.5, -7, True, None], [2, "", 1e300, 2**63, False, "\U0001f600"]]
    found = answer(["time", "s", "f", "i", "b", "n"], rows, tags={"host": "a"}, partial=True)
    for style in STYLES[:3]:
        data = style(found).encode()
        deserializer = speedups.CompiledJSONDeserializer()
        for start in (deserializer.start, deserializer.start_columns):
            feed = start()
            results = feed.feed(data) + feed.finish()
            assert [list(row) for row in results[0].series[0].rows] == rows


def test_pieces_put_together_are_the_whole() -> None:
    feed = speedups.CompiledJSONDeserializer().start()
    columns, pieces = ["time", "s", "v"], []
    rows = [[i, f"text {i % 50}" if i % 7 else None, i / 7 if i % 5 else i] for i in range(300)]
    for start in range(0, 300, 100):
        found = answer(columns, rows[start : start + 100], partial=start < 200)
        found["results"][0]["partial"] = start < 200
        pieces += feed.feed(json.dumps(found).encode() + b"\n")
    (merged,) = merge_results([*pieces, *feed.finish()]).series
    assert isinstance(merged, TableSeries)
    assert repr(merged.rows) == repr(rows)


def test_texts_that_never_come_again_are_read_too() -> None:
    rows = [[i, f"text {i}", f"text {i * i % 9000}"] for i in range(9_000)]
    assert_same(json.dumps(answer(["time", "s", "t"], rows)).encode() + b"\n")


def test_a_dictionary_holds_each_text_once() -> None:
    rows = [[f"host-{i % 5}", f"text {i}", None] for i in range(20)]
    feed = speedups.CompiledJSONDeserializer().start_columns()
    feed.feed(json.dumps(answer(["h", "t", "n"], rows)).encode())
    hosts, texts, nothing = feed.finish()[0].series[0].data  # type: ignore[attr-defined]
    assert hosts.dictionary.to_list() == [f"host-{i}" for i in range(5)]
    assert (texts.dictionary, nothing.kind, nothing.nulls) == (None, "null", 20)


def test_the_memory_of_a_column_outlives_the_answer_and_cannot_be_written() -> None:
    feed = speedups.CompiledJSONDeserializer().start_columns()
    feed.feed(json.dumps(answer(["v"], [[0.5], [1.5]])).encode())
    (column,) = feed.finish()[0].series[0].data  # type: ignore[attr-defined]
    del feed
    gc.collect()
    view = memoryview(column.values)
    assert view.cast("d").tolist() == [0.5, 1.5]
    assert view.readonly


def test_threads_that_read_at_once_do_not_disturb_each_other() -> None:
    data = [json.dumps(answer(["v"], [[i + n] for i in range(20_000)])).encode() for n in range(4)]
    sums: dict[int, int] = {}

    def read(n: int) -> None:
        for _ in range(5):
            ((_, ((_, _, table, _, _),), _),) = compiled.read_json_tables(data[n])
            sums[n] = sum(row[0] for row in table.lists(20_000))

    threads = [threading.Thread(target=read, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == {n: sum(range(20_000)) + 20_000 * n for n in range(4)}


@pytest.mark.parametrize("wrong", [None, 5, "text", memoryview(b"abcd")[::2]])
def test_a_document_is_bytes(wrong: object) -> None:
    for read in (compiled.read_json_tables, compiled.read_json_columns):
        with pytest.raises((TypeError, BufferError)):
            read(wrong)


@pytest.mark.slow
def test_many_answers_leak_nothing() -> None:
    rows = [[i, f"host-{i % 3}", i / 3, 2**63, True, f"text {i}"] for i in range(20)]
    good = json.dumps(answer(["time", "h", "f", "u", "b", "t"], rows, tags={"a": "b"})).encode()
    bad = [good[:-5], good.replace(b"3", b"[]"), good.replace(b"host", b"\xff"), b"{", b"\xff"]

    def work(times: int) -> None:
        for _ in range(times):
            ((_, ((_, names, table, _, _),), _),) = compiled.read_json_tables(good)
            whole = TableSeries("m", names, compiled.Table.joined([table, table]), {}, False)
            for row in whole:
                _ = row.time, row.h, row[2], row["u"], list(row), row.time_ns, row._asdict()
            whole.with_epoch(None).values  # noqa: B018
            compiled.read_json_columns(good)
            for data in bad:
                compiled.read_json_tables(data)
                compiled.read_json_columns(data)
        gc.collect()

    work(200)
    process = psutil.Process()
    blocks, size = sys.getallocatedblocks(), process.memory_info().rss
    work(5_000)
    assert sys.getallocatedblocks() - blocks < 1_000
    assert process.memory_info().rss - size < 3_000_000
