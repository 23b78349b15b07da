"""A body that is broken or hostile is a DecodeError, in bounded time and memory."""

from __future__ import annotations

import json
import random
import struct
import tracemalloc
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import DecodeError, StatementResult
from influx_core._results.query_result import merge_results
from influx_core.annotated_csv import AnnotatedCSVDeserializer
from influx_core.parts import (
    CSVDeserializer,
    CSVTableDeserializer,
    JSONDeserializer,
    JSONLinesDeserializer,
    JSONRowsDeserializer,
    MessagePackDeserializer,
)

DESERIALIZERS: dict[str, Callable[[], Any]] = {
    "json": JSONDeserializer,
    "jsonl": JSONLinesDeserializer,
    "csv": CSVDeserializer,
    "msgpack": MessagePackDeserializer,
    "json-rows": JSONRowsDeserializer,
    "csv-table": CSVTableDeserializer,
    "annotated-csv": AnnotatedCSVDeserializer,
}
FLUX_HEAD = (
    b"#datatype,string,long,dateTime:RFC3339,double,string\n"
    b"#group,false,false,false,false,true\n#default,_result,,,,\n,result,table,_time,f,s\n"
)
NAMES = pytest.mark.parametrize("name", DESERIALIZERS)
ROWS = [[1, "a", 0.5], [2, None, None]]
RESULT = {
    "results": [
        {
            "statement_id": 0,
            "series": [{"name": "m", "columns": ["time", "s", "f"], "values": ROWS}],
        }
    ]
}
GOOD = {
    "json": json.dumps(RESULT).encode() + b"\n",
    "jsonl": b'{"iox::measurement":"m","time":"2020-01-01T00:00:00","s":"a","f":0.5}\n' * 2,
    "csv": b"name,tags,time,s,f\nm,host=a,1,a,0.5\nm,host=a,2,,\n",
    "msgpack": msgspec.msgpack.encode(RESULT),
    "json-rows": b'[{"iox::measurement":"m","time":"2020-01-01T00:00:00","s":"a","f":0.5}]',
    "csv-table": b"iox::measurement,time,s,f\nm,2020-01-01T00:00:00,a,0.5\nm,,,\n",
    "annotated-csv": FLUX_HEAD + b",,0,2020-01-01T00:00:00Z,0.5,a\n,,1,,,b\n",
}


def read(deserializer: Any, body: bytes, size: int = 1 << 16, columnar: bool = False) -> Any:
    """What becomes of a body; every value of it is used."""
    parser = deserializer.start_columns() if columnar else deserializer.start()
    found: list[StatementResult] = []
    for start in range(0, len(body), size):
        found += parser.feed(body[start : start + size])
    found += parser.finish()
    result = merge_results(found)
    for series in result.series:
        for row in series:
            repr(row)
        repr(series.with_epoch(None).values)
    return result


def attempt(name: str, body: bytes, size: int = 1 << 16) -> None:
    """Read a body both ways; anything but a DecodeError is a failure."""
    for columnar in (False, True):
        with suppress(DecodeError):
            read(DESERIALIZERS[name](), body, size, columnar)


@NAMES
@given(body=st.binary(max_size=60), size=st.integers(1, 60))
def test_random_bytes_raise_nothing_but_decode_errors(name, body, size):
    attempt(name, body, size)


@NAMES
@given(seed=st.integers(0, 2**32), size=st.integers(1, 200))
def test_a_damaged_body_raises_nothing_but_decode_errors(name, seed, size):
    chance = random.Random(seed)
    body = bytearray(GOOD[name] * chance.randint(1, 3))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body) + 1)
        match chance.randrange(4):
            case 0:
                body[at : at + 1] = chance.randbytes(1)
            case 1:
                del body[at : at + chance.randint(1, 20)]
            case 2:
                body[at:at] = chance.choice([b"\xff", b'"', b"[", b"{}", b"\n", b"null", b"1e999"])
            case _:
                body[at:at] = body[: chance.randint(1, 30)]
    attempt(name, bytes(body), size)


def packed(text: bytes) -> bytes:
    """A MessagePack document whose error is a text of these bytes."""
    return b"\x81\xa5error" + b"\xda" + struct.pack(">H", len(text)) + text


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("json", b'{"error":"\xfcber"}'),
        ("json", b'{"results":[{"series":[{"name":"\xff"}]}]}'),
        ("jsonl", b'{"a":"\xff"}\n'),
        ("jsonl", b'{"\xff":1}\n'),
        ("csv", b"name,tags,time,s\nm,,1,\xff\n"),
        ("annotated-csv", FLUX_HEAD + b",,0,,,\xff\n"),
        ("annotated-csv", b"#\xff\n"),
        ("msgpack", packed(b"\xfcber")),
    ],
)
def test_bytes_that_are_not_utf8_are_a_decode_error(name, body):
    for columnar in (False, True):
        with pytest.raises(DecodeError):
            read(DESERIALIZERS[name](), body, columnar=columnar)


def deep(name: str, depth: int) -> bytes:
    lists = b"[" * depth + b"]" * depth
    match name:
        case "json":
            head = b'{"results":[{"series":[{"name":"m","columns":["v"],"values":[['
            return head + lists + b"]]}]}]}\n"
        case "jsonl":
            return b'{"v":' + lists + b"}\n"
        case "json-rows":
            return b'[{"v":' + lists + b"}]"
        case "msgpack":
            head = (
                b"\x81\xa7results\x91\x81\xa6series\x91\x82\xa7columns\x91\xa1v\xa6values\x91\x91"
            )
            return head + b"\x91" * depth + b"\xc0"
        case "annotated-csv":
            return FLUX_HEAD + b",,0,,," + lists + b"\n"
    return b"name,tags,time,v\nm,,1," + lists + b"\n"


@NAMES
@pytest.mark.parametrize("depth", [100, 5_000, 200_000])
def test_deep_nesting_is_read_or_a_decode_error(name, depth):
    attempt(name, deep(name, depth))


@NAMES
def test_a_number_of_5000_digits_is_read_or_a_decode_error(name):
    digits = b"9" * 5_000
    body = {
        "json": b'{"results":[{"series":[{"columns":["time"],"values":[[' + digits + b"]]}]}]}",
        "jsonl": b'{"time":' + digits + b"}\n",
        "csv": b"name,tags,time,v\nm,," + digits + b"," + digits + b"\n",
        "msgpack": packed(digits),
        "json-rows": b'[{"time":' + digits + b"}]",
        "csv-table": b"time,v\n" + digits + b"," + digits + b"\n",
        "annotated-csv": FLUX_HEAD + b",,0,," + digits + b",a\n",
    }[name]
    attempt(name, body)


def pieces_taken(parser: Any, pieces: Iterable[bytes]) -> int:
    """How many pieces a parser takes before it refuses one."""
    taken = 0
    with suppress(DecodeError):
        for piece in pieces:
            parser.feed(piece)
            taken += 1
    return taken


@pytest.mark.slow
def test_json_lines_whose_keys_change_in_every_row_are_refused_soon():
    lines = (b'{"k%d":1}\n' % row for row in range(100_000))
    assert pieces_taken(JSONLinesDeserializer().start(), lines) < 10_000


def test_json_lines_of_a_wide_sparse_table_are_read():
    lines = [json.dumps({"time": row, f"k{row % 500}": row}) for row in range(1_000)]
    result = read(JSONLinesDeserializer(), "\n".join(lines).encode() + b"\n")
    (series,) = result.series
    assert (len(series), len(series.columns)) == (1_000, 501)


@pytest.mark.parametrize(
    ("name", "head", "filling"),
    [
        ("json", b'{"results":[{"series":[{"name":"', b'a, b [c] \\" ' * 90_000),
        ("json", b'{"results":[{"series":[{"columns":["v"],"values":[[1', b"1" * 1_000_000),
        ("jsonl", b'{"a":"', b"a, b [c] " * 100_000),
        ("csv", b'name,tags,time,s\nm,,1,"', b"a,b\n" * 250_000),
        ("json-rows", b'[{"a":"', b"a, b [c] " * 100_000),
        ("csv-table", b'time,s\n1,"', b"a,b\n" * 250_000),
        ("annotated-csv", FLUX_HEAD + b',,0,,,"', b"a,b\n" * 250_000),
        ("msgpack", b"\x81\xa5error\xdb\xff\xff\xff\xff", b"a" * 1_000_000),
    ],
)
def test_a_value_without_an_end_fills_no_memory(name, head, filling):
    parser = DESERIALIZERS[name]().start()
    tracemalloc.start()
    taken = pieces_taken(parser, [head, *[filling] * 200])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 100
    assert peak < 250_000_000


def test_a_long_value_and_a_long_document_of_short_ones_are_read():
    text = "x" * (1 << 20)
    body = json.dumps(
        {"results": [{"series": [{"columns": ["s"], "values": [[text]] * 40}]}]}
    ).encode()
    (series,) = read(JSONDeserializer(), body).series
    assert [row.s for row in series] == [text] * 40


def test_html_of_a_proxy_is_said_to_be_html():
    with pytest.raises(DecodeError, match="it is HTML or XML; does a proxy"):
        read(JSONDeserializer(), b"<html><body>Bad Gateway</body></html>")


def test_rows_of_another_length_than_the_columns_are_refused():
    body = b'{"results":[{"series":[{"name":"m","columns":["time","v"],"values":[[1,2],[3]]}]}]}'
    for columnar in (False, True):
        with pytest.raises(DecodeError, match="a row of 1 values in a series of 2 columns"):
            read(JSONDeserializer(), body, columnar=columnar)


def test_tags_of_csv_are_read_in_time_whatever_they_hold():
    (series,) = read(CSVDeserializer(), b"name,tags,time\nm," + b"\\ " * 5_000 + b",1\n").series
    assert dict(series.tags) == {}
