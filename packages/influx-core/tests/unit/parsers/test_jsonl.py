from __future__ import annotations

import json

import pytest

from influx_core import DecodeError
from influx_core._parsers.jsonl import JSONLinesDeserializer
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
