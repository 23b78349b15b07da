"""Our own parts keep the promises that plugin authors are asked to keep."""

from __future__ import annotations

import importlib.util
import io
from dataclasses import replace

import influx_parrot
import msgspec
import pytest

from influx_core._annotated_csv.deserializer import AnnotatedCSVDeserializer
from influx_core._http import auth, retry
from influx_core._http.no_auth import NoAuth
from influx_core._http.transports.aiohttp import AiohttpTransport
from influx_core._lineprotocol.summary import LineProtocolSummarizer
from influx_core._parsers.csv.csv_parser import CSVDeserializer
from influx_core._parsers.csv.csv_table import CSVTableDeserializer
from influx_core._parsers.json.json_parser import JSONDeserializer
from influx_core._parsers.json.json_rows import JSONRowsDeserializer
from influx_core._parsers.json.jsonl import JSONLinesDeserializer
from influx_core._parsers.msgpack.msgpack_parser import MessagePackDeserializer
from influx_core._parsers.parquet import ParquetDeserializer
from influx_core._spool.sqlite_spool import SQLiteSpool
from influx_core.errors import SpoolError, SpoolInUse
from influx_core.integrations.opentelemetry import TracingTransport
from influx_core.lineprotocol import LineProtocolSerializer
from influx_testing.conformance import (
    AuthSuite,
    ColumnSerializerSuite,
    DeserializerSuite,
    LineSummarizerSuite,
    ReadingSerializerSuite,
    RetryPolicySuite,
    SerializerSuite,
    SpoolSuite,
    TransportSuite,
)

ROWS = [[1, 0.5, "a\nb"], [2, 1.5, "é"]]
DOCUMENT = {
    "results": [
        {
            "statement_id": 0,
            "series": [{"name": "m", "columns": ["time", "f", "s"], "values": ROWS}],
        }
    ]
}


class TestAiohttp(TransportSuite):
    def make(self):
        return AiohttpTransport()


class TestTracing(TransportSuite):
    def make(self):
        return TracingTransport(AiohttpTransport())


class TestParrot(TransportSuite):
    def make(self):
        return influx_parrot.ParrotTransport()

    def base_url(self, url):
        return url.replace("http://", "parrot://")


class TestLineProtocol(ColumnSerializerSuite, ReadingSerializerSuite, SerializerSuite):
    def make(self):
        return LineProtocolSerializer()


class TestJSON(DeserializerSuite):
    answer = msgspec.json.encode(DOCUMENT) + b"\n"
    rows = ROWS

    def make(self):
        return JSONDeserializer()


class TestMessagePack(DeserializerSuite):
    answer = msgspec.msgpack.encode(DOCUMENT)
    rows = ROWS

    def make(self):
        return MessagePackDeserializer()


class TestCSV(DeserializerSuite):
    answer = 'name,tags,time,f,s\nm,,1,0.5,"a\nb"\nm,,2,1.5,é\n'.encode()
    rows = ROWS

    def make(self):
        return CSVDeserializer()


class TestJSONLines(DeserializerSuite):
    answer = b'{"time":1,"f":0.5}\n{"time":2,"f":1.5}\n'
    rows = ((1, 0.5), (2, 1.5))

    def make(self):
        return JSONLinesDeserializer()


class TestJSONRows(DeserializerSuite):
    answer = b'[{"time":1,"f":0.5},{"time":2,"f":1.5}]'
    rows = ((1, 0.5), (2, 1.5))

    def make(self):
        return JSONRowsDeserializer()


class TestCSVTable(DeserializerSuite):
    answer = (
        'time,f,s\n1970-01-01T00:00:00.000000001,0.5,"a\nb"\n1970-01-01T00:00:00.000000002,1.5,é\n'
    ).encode()
    rows = ROWS

    def make(self):
        return CSVTableDeserializer()


class TestAnnotatedCSV(DeserializerSuite):
    answer = (
        "#datatype,string,long,dateTime:RFC3339,double,string\r\n#group,false,false,false,false,false\r\n"
        "#default,_result,,,,\r\n,result,table,time,f,s\r\n"
        ',,0,1970-01-01T00:00:00.000000001Z,0.5,"a\r\nb"\r\n'
        ",,0,1970-01-01T00:00:00.000000002Z,1.5,é\r\n"
    ).encode()
    rows = ROWS

    def make(self):
        return AnnotatedCSVDeserializer()


def parquet_file() -> bytes:
    """A small file, whose damaged copies are all read by the suite."""
    if importlib.util.find_spec("pyarrow") is None:
        return b""
    import pyarrow as pa
    import pyarrow.parquet as pq

    times, floats, texts = zip(*ROWS, strict=True)
    table = pa.table({"time": pa.array(times, pa.timestamp("ns")), "f": floats, "s": texts})
    file = io.BytesIO()
    pq.write_table(table, file, compression="none", write_statistics=False, store_schema=False)
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")
class TestParquet(DeserializerSuite):
    answer = parquet_file()
    rows = ROWS

    def make(self):
        return ParquetDeserializer()


@pytest.mark.parametrize("make", [auth.BasicAuth, auth.QueryAuth, auth.JWTAuth])
class TestUserAuths(AuthSuite):
    secret = "s3cret" * 6  # of the length that PyJWT wants

    @pytest.fixture(autouse=True)
    def _made(self, make):
        self.make = lambda: make("root", self.secret)


@pytest.mark.parametrize("make", [auth.TokenAuth, auth.BearerAuth])
class TestTokenAuths(AuthSuite):
    secret = "s3cret"

    @pytest.fixture(autouse=True)
    def _made(self, make):
        self.make = lambda: make("s3cret")


class TestNoAuth(AuthSuite):
    def make(self):
        return NoAuth()


class TestNever(RetryPolicySuite):
    def make(self):
        return retry.Never()


class TestBackoff(RetryPolicySuite):
    def make(self):
        return retry.Backoff()


class TestLineSummarizer(LineSummarizerSuite):
    def make(self):
        return LineProtocolSummarizer()


class TestSQLiteSpool(SpoolSuite):
    def make(self, path):
        return SQLiteSpool(path)

    def make_small(self, path):
        return SQLiteSpool(path, max_bytes=25)


class MemorySpool:
    """The smallest spool there is: what it keeps is lost with the process."""

    def __init__(self, stores, name):
        self.stores, self.name = stores, name

    def open(self):
        rows, users = self.stores.setdefault(self.name, ({}, set()))
        if users:
            raise SpoolInUse("somebody has it")
        users.add(self)
        self.rows = rows
        return [replace(rows[number], lines=b"") for number in sorted(rows)]

    def append(self, batch):
        self.rows[batch.number] = batch

    def read(self, number):
        if number not in self.rows:
            raise SpoolError("it is not there")
        return self.rows[number]

    def remove(self, number):
        self.rows.pop(number, None)

    def close(self):
        self.stores.get(self.name, ({}, set()))[1].discard(self)


class TestMemorySpool(SpoolSuite):
    survives_death = False

    @pytest.fixture(autouse=True)
    def _stores(self):
        self.stores = {}

    def make(self, path):
        return MemorySpool(self.stores, path)
