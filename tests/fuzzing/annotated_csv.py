"""Annotated CSV: any bytes are tables or a DecodeError, for both readers and in any pieces."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec

from influx_core import DecodeError
from influx_core.annotated_csv import AnnotatedCSVDeserializer
from influx_core.columns import merge_results

from .mutation import damaged

HEAD = b"""\
#datatype,string,long,dateTime:RFC3339,double,long,unsignedLong,boolean,string,base64Binary\r
#group,false,false,false,false,false,false,false,true,false\r
#default,_result,,,,,,,,\r
,result,table,_time,f,i,u,b,host,raw\r
"""
ROWS = b""",,0,2020-01-01T00:00:00.123456789Z,1.5e-3,-7,18446744073709551615,true,"a,""b""
",YQ==\r
"""
ERROR = b"#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,no,897\n"
DURATION = b"#datatype,string,long,duration,dateTime:number\n#group,false,false,true,false\n"
DURATION += b"#default,,,1h,\n,result,table,d,t\n,,0,1h30m,5\n,x,1,,9223372036854775807\n"
TEXTS = [
    HEAD + ROWS,
    HEAD + ROWS * 20,
    HEAD + ROWS + b"\r\n" + HEAD + ROWS.replace(b",,0", b",,1") * 3,
    HEAD + ROWS.replace(b"\r\n", b"\n") * 5 + b"\n" + ERROR,
    ERROR,
    DURATION,
    b",result,table,_time\n,,0,x\n",
    b"",
]
PIECES = [
    *(bytes((code,)) for code in b'\r\n\0,"#=;:.-+ TZeEi0959\xff\xc3\x80'),
    *(b"\r\n\r\n", b'""', b'"a\nb"', b",,", b",,0", b"NaN", b"+Inf", b"1e999", b"9" * 25),
    *(b"#datatype", b"#group", b"#default", b"string", b"long", b"duration", b"time", b"double"),
    *(b"dateTime:RFC3339Nano", b"true", b"2020-02-30T00:00:00Z", b"0001-01-01T00:00:00Z"),
    *(b",error,reference\n", b"_result", b",result,table", b"\xef\xbb\xbf", b"a" * 70_000),
    *(HEAD, ROWS, ERROR, DURATION),
]


def readers() -> Iterator[type[AnnotatedCSVDeserializer]]:
    """The reader in Python, and the compiled one if it is installed."""
    yield AnnotatedCSVDeserializer
    if find_spec("_influx_speedups"):
        yield import_module("influx_speedups.codec").CompiledAnnotatedCSVDeserializer


READERS = tuple(readers())


def check(source: random.Random) -> None:
    """Read damaged bytes with each reader, whole and in pieces."""
    data = damaged(source.choice(TEXTS), PIECES, source)
    delimiter = source.choice((",", ",", ",", ";"))
    whole, *others = [
        outcome(reader(delimiter=delimiter), pieces)
        for reader in READERS
        for pieces in ([data], cut(data, source))
    ]
    for other in others:
        assert other == whole, f"{data!r}: {other} is not {whole}"


def cut(data: bytes, source: random.Random) -> list[bytes]:
    """The bytes in up to five pieces, some of which may be empty."""
    places = sorted(source.randrange(len(data) + 1) for _ in range(source.randrange(5)))
    return [data[i:j] for i, j in zip([0, *places], [*places, len(data)], strict=True)]


def outcome(reader: AnnotatedCSVDeserializer, pieces: Iterable[bytes]) -> str:
    """What is read, as text that tells 1 from 1.0; or the error."""
    parser = reader.start()
    try:
        results = [result for piece in pieces for result in parser.feed(piece)]
        results += parser.finish()
        merged = merge_results(results)
    except DecodeError as error:
        return f"DecodeError: {error}"
    errors = [(result.error, result.reference) for result in results if result.error]
    return repr((errors, [(table, list(map(repr, table.rows))) for table in merged.series]))
