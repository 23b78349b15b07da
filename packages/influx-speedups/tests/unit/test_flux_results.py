"""The compiled reader of annotated CSV gives what the Python one gives."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_core import DecodeError, Plugins
from influx_core.annotated_csv import AnnotatedCSVDeserializer, FluxTable, encode
from influx_core.columns import merge_results
from influx_core.interfaces import Deserializer
from influx_speedups.codec import CompiledAnnotatedCSVDeserializer
from influx_testing.conformance import DeserializerSuite
from influx_testing.strategies import flux_tables

HEAD = (
    "#datatype,string,long,dateTime:RFC3339,double,long,unsignedLong,boolean,string,string\n"
    "#group,false,false,false,false,false,false,false,false,true\n"
    "#default,_result,,,,,,,,\n"
    ",result,table,_time,f,i,u,b,s,host\n"
)
ROW = ",,0,2020-01-01T00:00:00.123456789Z,1.5,-7,7,true,a,h\n"


def read(deserializer: AnnotatedCSVDeserializer, text: bytes) -> list[FluxTable] | str:
    parser = deserializer.start()
    try:
        return list(merge_results([*parser.feed(text), *parser.finish()]).series)
    except DecodeError as error:
        return str(error)


def same(text: bytes) -> None:
    compiled = read(CompiledAnnotatedCSVDeserializer(), text)
    python = read(AnnotatedCSVDeserializer(), text)
    assert repr(compiled) == repr(python)
    if not isinstance(compiled, str):
        assert [list(map(repr, table.rows)) for table in compiled] == [
            list(map(repr, table.rows)) for table in python
        ]
        assert [[c.kind for c in table.data] for table in compiled] == [
            [c.kind for c in table.data] for table in python
        ]


class TestContract(DeserializerSuite):
    answer = (
        "#datatype,string,long,dateTime:RFC3339,double,string\r\n"
        "#group,false,false,false,false,false\r\n#default,_result,,,,\r\n"
        ",result,table,time,f,s\r\n"
        ',,0,1970-01-01T00:00:00.000000001Z,0.5,"a\r\nb"\r\n'
        ",,0,1970-01-01T00:00:00.000000002Z,1.5,é\r\n"
    ).encode()
    rows = ((1, 0.5, "a\nb"), (2, 1.5, "é"))

    def make(self) -> Deserializer:
        return CompiledAnnotatedCSVDeserializer()


def test_a_client_prefers_it():
    assert type(Plugins().flux_deserializer()) is CompiledAnnotatedCSVDeserializer


@pytest.mark.parametrize(
    "cells",
    [
        ROW,
        ",,0,,,,,,,h\n",
        ',,0,2020-01-01T00:00:00Z,NaN,0,0,false,"a,""b""\r\n",h\r\n',
        ",,0,2020-02-29T23:59:59.5Z,+Inf,9223372036854775807,18446744073709551615,true,é,h\n",
        ',,0,1677-09-21T00:12:43.145224193Z,-Inf,-9223372036854775808,,,"",h\n',
        ",,0,2020-01-01T00:00:00+01:00,1e3,+1,1,true,a,h\n",
        ',,0,,0.1234567890123456789012,007,,,a,"h"\n',
        ",,0,2020-01-01T00:00:00.Z,,,,,,h\n",
        ",,0,2019-02-29T00:00:00Z,,,,,,h\n",
        ",,0,2020-01-01T24:00:00Z,,,,,,h\n",
        ",,0,,.5,,,,,h\n",
        ",,0,,5.,,,,,h\n",
        ",,0,,-,,,,,h\n",
        ",,0,,,-,,,,h\n",
        ",,0,,,9223372036854775808,,,,h\n",
        ",,0,,,,-1,,,h\n",
        ",,0,,,,18446744073709551616,,,h\n",
        ",,0,,,,,True,,h\n",
        ",,0,,,,,,a\rb,h\n",
        ',,0,,,,,,a"b,h\n',
        ',,0,,,,,,"a"b,h\n',
        ",,0,,,,,,,h,\n",
        ",,0,,,,,,h\n",
        "x,,0,,,,,,,h\n",
        ",other,1,,,,,,,h\n",
        ",,0,,,,,,,g\n",
        ',,0,,,,,,"a\nb",h\n',
    ],
)
def test_a_row_is_read_alike(cells: str):
    same((HEAD + cells).encode())
    same((HEAD + ROW + cells + ROW.replace(",,0", ",,5")).encode())


def test_times_of_rows_are_the_same_datetimes():
    cells = ["1677-09-21T00:12:43.145224193Z", "1969-12-31T23:59:59.999999999Z", ""]
    cells += ["2262-04-11T23:47:16.854775807Z", "2020-02-29T12:00:00.1Z"]
    text = (HEAD + "".join(f",,0,{cell},,,,,,h\n" for cell in cells)).encode()
    (compiled,) = read(CompiledAnnotatedCSVDeserializer(), text)
    (python,) = read(AnnotatedCSVDeserializer(), text)
    assert [row.time for row in compiled] == [row.time for row in python]
    assert [row["_time"] for row in compiled] == [row["_time"] for row in python]
    rows = pickle.loads(pickle.dumps(list(compiled)))
    assert rows == list(python)
    assert [row.time for row in rows] == [row.time for row in python]


def test_bytes_that_are_no_text_are_refused_alike():
    same(HEAD.encode() + b",,0,,,,,,\xff,h\n")


def test_numbers_are_read_to_the_last_bit():
    values = [2.0**power * factor for power in range(-60, 60) for factor in (1, 1.1, 3.3e-5)]
    rows = "".join(f",,0,,{format(value, '.25f')},,,,,h\n" for value in values)
    rows += "".join(f",,0,,{value!r},,,,,h\n" for value in values)
    same((HEAD + rows).encode())


@pytest.mark.slow
@given(flux_tables())
def test_any_tables_are_read_alike(tables: list[FluxTable]):
    text = b"".join(encode(tables))
    same(text)
    assert read(CompiledAnnotatedCSVDeserializer(), text) == tables


@pytest.mark.slow
@given(flux_tables(), st.data())
def test_damaged_text_is_read_or_refused_alike(tables: list[FluxTable], data: st.DataObject):
    text = bytearray(b"".join(encode(tables)) + (HEAD + ROW + ROW).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b",", b'"', b"\n", b"\r\n", b"0", b"-", b"", b"a", b"\xff", b'""'])
        )
    same(bytes(text))
