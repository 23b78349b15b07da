from __future__ import annotations

import json
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import DecodeError
from influx_core._parsers.json.jsonl import JSONLinesDeserializer
from influx_core._parsers.row_objects import PIECE_ROWS
from influx_core._results.query_result import merge_results


def lines(*rows: dict) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def pieces(data: bytes, size: int | None = None):
    feed = JSONLinesDeserializer().start()
    size = size or len(data) or 1
    given = [p for i in range(0, len(data), size) for p in feed.feed(data[i : i + size])]
    return [*given, *feed.finish()]


ANSWER = lines(
    {"iox::measurement": "cpu", "time": "2020-01-01T00:00:00.000000001", "host": "a"},
    {"iox::measurement": "cpu", "time": "2020-01-01T00:00:01", "host": "b", "load": 0.5},
    {"iox::measurement": "mem", "time": "2020-01-01T00:00:00", "free": 7},
)


@pytest.mark.parametrize("size", [None, 1, 11])
def test_rows_of_one_measurement_are_one_series(size):
    cpu, mem = merge_results(pieces(ANSWER, size)).series
    assert (cpu.name, cpu.columns) == ("cpu", ("time", "host", "load"))
    assert [(row.time_ns % 10**9, row.host, row.load) for row in cpu] == [
        (1, "a", None),
        (0, "b", 0.5),
    ]
    assert (mem.name, mem.rows[0][1], mem.partial) == ("mem", 7, False)


def test_sql_has_rows_without_a_measurement():
    (series,) = merge_results(pieces(lines({"n": 1}, {"n": 2}))).series
    assert (series.name, series.columns, series.rows) == ("", ("n",), [[1], [2]])


def test_many_rows_come_in_pieces_that_are_put_together():
    data = lines(*({"n": i} for i in range(PIECE_ROWS)), {"n": PIECE_ROWS, "late": True})
    given = pieces(data)
    assert [piece.series[0].partial for piece in given] == [True, False]
    (series,) = merge_results(given).series
    assert series.columns == ("n", "late")
    assert (series.rows[0], series.rows[-1]) == ([0, None], [PIECE_ROWS, True])


def test_no_rows_are_no_series():
    assert pieces(b"") == []


@pytest.mark.parametrize("junk", [b"<html>\n", b'{"n": 1}\n{"n"', b"[1]\n", b"\xff\n"])
def test_junk_and_cut_answers_are_refused(junk):
    with pytest.raises(DecodeError, match="not a response of JSON lines"):
        pieces(junk)


def of_measurement(name: str, count: int, **more: object) -> list[dict]:
    return [{"iox::measurement": name, "n": i, **more} for i in range(count)]


def read_rows(data: bytes, size: int, *, columnar: bool) -> list[tuple[str, dict]]:
    """The measurement and the values of each row, without missing ones."""
    deserializer = JSONLinesDeserializer()
    parser = deserializer.start_columns() if columnar else deserializer.start()
    found = [p for i in range(0, len(data), size) for p in parser.feed(data[i : i + size])]
    return [
        (series.name, {key: value for key, value in row._asdict().items() if value is not None})
        for series in merge_results([*found, *parser.finish()]).series
        for row in series
    ]


VALUES = st.integers(-5, 5) | st.sampled_from(["a", "2020-01-01T00:00:00x", True, 0.5])
ROW = st.tuples(
    st.sampled_from(["", "m", "m", "m", "other"]),
    st.dictionaries(st.sampled_from([*"abcdef", 'g"', "h\\"]), VALUES, min_size=1, max_size=4),
)


@given(
    rows=st.lists(st.tuples(ROW, st.integers(1, 30)), max_size=12),
    size=st.integers(1, 400),
    columnar=st.booleans(),
)
def test_rows_with_any_keys_are_read_in_their_order(rows, size, columnar):
    told = [row for row, times in rows for _ in range(times)]
    data = lines(*({**({"iox::measurement": name} if name else {}), **row} for name, row in told))
    read = read_rows(data, size, columnar=columnar)
    expected = [(name, row) for name, row in told]
    if columnar:  # a column with integers and floats has floats
        assert [(name, set(row)) for name, row in read] == [(n, set(r)) for n, r in expected]
    else:
        assert read == expected


@pytest.mark.parametrize("key", ['a"b', "a\\b", "a\tb", "\0", "\x7f é\u2028"])
def test_a_key_that_json_escapes_is_read_in_each_piece(key):
    rows = [{key: n} for n in range(4)]
    feed = JSONLinesDeserializer().start()
    given = [piece for row in rows for piece in feed.feed(lines(row))]
    (series,) = merge_results([*given, *feed.finish()]).series
    assert (series.columns, series.rows) == ((key,), [[0], [1], [2], [3]])


@pytest.mark.parametrize("columnar", [False, True])
def test_pieces_end_where_a_measurement_ends(columnar):
    data = lines(
        *of_measurement("a", 2 * PIECE_ROWS), *of_measurement("b", 5, x=1), *of_measurement("a", 3)
    )
    read = read_rows(data, 1 << 16, columnar=columnar)
    assert [name for name, _ in read] == ["a"] * 2 * PIECE_ROWS + ["b"] * 5 + ["a"] * 3
    assert [row["n"] for _, row in read] == [*range(2 * PIECE_ROWS), *range(5), *range(3)]


@pytest.mark.slow
def test_lines_that_are_short_for_many_columns_take_no_memory_for_them():
    wide = lines({f"k{column}": column for column in range(2_000)})
    parser = JSONLinesDeserializer().start()
    parser.feed(wide)
    tracemalloc.start()
    with suppress(DecodeError):  # nearly all cells are empty
        parser.feed(b"{}\n" * 50_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150_000_000  # of 800 MB for all cells
