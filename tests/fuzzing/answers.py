"""Answers of InfluxDB 1.x and 3: any bytes are results or an error, alike for all readers.

Each format is read by the Python code and, if it is installed, by the compiled code, to rows and to
columns, in any pieces; JSON also with its rows kept as text, and validated from the first piece on.
The types of CSV are guessed for each piece, so they are compared only for the same pieces; as text,
values are the same in any pieces.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch

import msgspec

from influx_core import DecodeError, QueryResult
from influx_core.columns import merge_results
from influx_core.interfaces import Deserializer, ResponseParser
from influx_core.parts import (
    CSVDeserializer,
    CSVTableDeserializer,
    JSONDeserializer,
    JSONRowsDeserializer,
    MessagePackDeserializer,
)

from .annotated_csv import cut
from .mutation import damaged

TIME = msgspec.msgpack.Ext(5, (1577836800).to_bytes(8, "big") + (123456789).to_bytes(4, "big"))
VALUES = [1, -7, 0.5, 2.0, 1e300, 2**63, "a", "", 'q"u,o\nte', "é\U0001f600", True, None]
LONG = [[number, number % 3] for number in range(60)]


def document(rows: list[list[object]], columns: list[str], **series: object) -> dict[str, object]:
    """An answer of one series."""
    shown = {"name": "m", "columns": columns, "values": rows, **series}
    return {"results": [{"statement_id": 0, "series": [shown]}]}


ANSWERS = [
    document([[5, value] for value in VALUES], ["time", "v"], tags={"host": "a", "r": ""}),
    document(LONG, ["time", "v"]),
    document([[TIME, 1.5], [TIME, None]], ["time", "v"], partial=True),
    document([], ["time"]),
    {"results": [{"statement_id": 0, "error": "no"}, {"statement_id": 1}]},
    {"results": [{"statement_id": 0, "messages": [{"level": "warning", "text": "deprecated"}]}]},
    {"error": "unable to parse"},
    {"results": []},
]


def text_of(time: object) -> str:
    """A time in JSON; no value of the answers is of another type that JSON lacks."""
    return "2020-01-01T00:00:00.123456789Z"


JSON = [msgspec.json.encode(answer, enc_hook=text_of) + b"\n" for answer in ANSWERS]
OBJECTS: list[dict[str, object]] = [
    *({"iox::measurement": "m", "time": "2020-01-01T00:00:00", "v": value} for value in VALUES),
    *({"iox::measurement": "n", "a": number, "b": -0.5 / number} for number in range(1, 60)),
]
JSON_ROWS = [msgspec.json.encode(rows) for rows in (OBJECTS, OBJECTS[:3], [])]
CSV = [
    b'name,tags,time,v\nm,"host=a,r=b",1,0.5\nm,"host=a,r=b",2,\nm,host=c,3,7\n',
    b'name,tags,time,s,b,f\nm,,5,"a ""b"",\nc",true,-0\nm,,6,\xc3\xa9,,9223372036854775808\n',
    b"name,tags,time,v\n" + b"".join(b"m,h=%d,%d,%d.25\n" % (n // 9, n, n % 3) for n in range(60)),
    b"name,tags,k\nm,,host\nm,,\n\nname,tags,time,x\nn,a\\,b=c,7,1\n",
    b"error\nunable to parse\n",
    b"",
]
CSV_TABLES = [
    b"iox::measurement,time,v\nm,2020-01-01T00:00:00,0.5\nm,2020-01-01T00:00:00.000000001,\nn,,7\n",
    b'time,s,b,t\n2020-01-01T00:00:00.123,"a ""b"",\nc",true,2020-02-29T23:59:59\n,,false,\n',
    b"v,time\n" + b"".join(b"%d.25,2020-01-01T00:00:00.%03d\n" % (n % 3, n + 1) for n in range(60)),
    b"",
]
MESSAGE_PACK = [msgspec.msgpack.encode(answer) for answer in ANSWERS]
PIECES = [
    *(bytes((code,)) for code in b'\r\n\0 ,:;"[]{}\\/+-.eE0123456789tfn\xff\xc3\x80'),
    *(b"null", b"true", b"NaN", b"1e999", b"-0", b"-0.0", b"1" * 25, b"\\ud800", b'\\"', b"]," * 3),
    *(b"[" * 3_000, b'{"a":' * 3_000, b"<html>", b"\xef\xbb\xbf", b"a" * 70_000, b"[1,2]", b"],["),
    *(b'"values"', b'"columns"', b'"series"', b'"tags"', b'"partial":true', b'"statement_id":1'),
    *(b"\x91" * 3_000, b"\x81\xa1a" * 1_000, b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff"),
    *(b"\xdb\xff\xff\xff\xff", b"\xc7\x0c\x05", b"\xc7\xff\x05", b"\xcb" + b"\xff" * 8, b"\xc1"),
    *(b"\xca\x3f\x80\0\0", b"\xcf" + b"\xff" * 8, b"\xd3\x80" + b"\0" * 7, b"\xd9\x01a", b"\xc0"),
    *(b"\xdc\0\x01", b"\xde\0\x01", b"\xa6values", b"\xa7columns", b"\xa7partial\xc3", b"\xa4tags"),
    *(
        b"\n\n",
        b'""',
        b'"a\nb"',
        b",,",
        b"name,tags",
        b"m,,",
        b"m,host=c,",
        b"007",
        b"1.",
        b"truer",
    ),
    *(b"2020-02-30T00:00:00", b"9999-01-01T00:00:00", b".123000", b"T", b"iox::measurement,"),
    *(JSON[0], JSON[1], MESSAGE_PACK[0], MESSAGE_PACK[1], CSV[0], CSV[2], CSV_TABLES[0]),
]


CSV_VALUES: tuple[Any, ...] = ("guess", "text", {"v": "float", "x": "integer", "b": "boolean"})


def readers(python: Callable[[], Deserializer], **options: Any) -> Iterator[Deserializer]:
    """The reader in Python, and the compiled one if it is installed."""
    yield python(**options)
    if find_spec("_influx_speedups"):
        compiled = getattr(import_module("influx_speedups.codec"), f"Compiled{python.__name__}")
        yield compiled(**options)


FORMATS = [
    (JSON, tuple(readers(JSONDeserializer))),
    (MESSAGE_PACK, tuple(readers(MessagePackDeserializer))),
    (JSON_ROWS, (JSONRowsDeserializer(),)),
]
CSV_FORMATS = [
    (CSV_TABLES, "guess", tuple(readers(CSVTableDeserializer))),
    *((CSV, values, tuple(readers(CSVDeserializer, values=values))) for values in CSV_VALUES),
]


def check(source: random.Random) -> None:
    """Read damaged bytes with each reader, whole and in pieces."""
    if source.randrange(3) == 0:
        check_csv(source)
        return
    texts, known = source.choice(FORMATS)
    data = changed(texts, source)
    for columnar in (False, True):
        starts = [reader.start_columns if columnar else reader.start for reader in known]
        expected = outcome(starts[0], [data])
        found = [outcome(start, [data]) for start in starts[1:]]
        found += [outcome(start, cut(data, source)) for start in starts]
        with patch("influx_core._parsers.documents.MOST_AS_LISTS", 0):
            found += [outcome(start, [data]) for start in starts]
        with patch("influx_core._parsers.documents.FIRST_VALIDATION", 1):
            found += [outcome(start, cut(data, source)) for start in starts]
        for other in found:
            assert other == expected, f"{data!r}: {other} is not {expected}"


def changed(texts: Sequence[bytes], source: random.Random) -> bytes:
    """One of the texts or two, damaged."""
    return damaged(b"".join(source.choices(texts, k=source.choice((1, 1, 1, 2)))), PIECES, source)


def check_csv(source: random.Random) -> None:
    """Read damaged CSV with each reader, whole and in pieces."""
    texts, values, known = source.choice(CSV_FORMATS)
    data = changed(texts, source)
    for columnar in (False, True):
        starts = [reader.start_columns if columnar else reader.start for reader in known]
        for pieces in ([data], cut(data, source)):
            found = [outcome(start, pieces) for start in starts]
            assert found == found[:1] * len(found), f"{pieces!r} with {values}: {found}"
        if values == "text" and not columnar:  # columns of a piece are floats beyond 64 bits
            whole = outcome(starts[0], [data])
            assert found[0] == whole, f"{pieces!r}: {found[0]} is not {whole}"


def outcome(start: Callable[[], ResponseParser], pieces: Iterable[bytes]) -> str:
    """What is read, as text that tells 1 from 1.0; or that it is refused, sooner or later."""
    parser = start()
    try:
        results = [result for piece in pieces for result in parser.feed(piece)]
        results += parser.finish()
        return described(merge_results(results))
    except DecodeError:
        return "DecodeError"


def described(result: QueryResult) -> str:
    """All there is in a result."""
    return repr(
        [
            (
                statement.statement_id,
                statement.error,
                statement.messages,
                [(each, each.tags, each.partial, each.rows) for each in statement.series],
            )
            for statement in result
        ]
    )
