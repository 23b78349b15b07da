"""The built-in parts of influx_core, as classes.

A client selects a part by name (`auth="basic"`), by name and options (`auth={"type": "jwt", ...}`),
or takes an object created here. Parts with optional dependencies are imported on first use.
"""

from typing import TYPE_CHECKING, Any

from influx_core._annotated_csv.deserializer import AnnotatedCSVDeserializer
from influx_core._http.auth import BasicAuth, BearerAuth, JWTAuth, QueryAuth, TokenAuth
from influx_core._http.no_auth import NoAuth
from influx_core._http.retry import Backoff, Never
from influx_core._http.transports.udp import UDPTransport
from influx_core._lineprotocol.serializer import LineProtocolSerializer
from influx_core._lineprotocol.summary import LineProtocolSummarizer
from influx_core._parsers.csv.csv_parser import CSVDeserializer
from influx_core._parsers.csv.csv_table import CSVTableDeserializer
from influx_core._parsers.json.json_parser import JSONDeserializer
from influx_core._parsers.json.json_rows import JSONRowsDeserializer
from influx_core._parsers.json.jsonl import JSONLinesDeserializer
from influx_core._parsers.msgpack.msgpack_parser import MessagePackDeserializer
from influx_core._spool.sqlite_spool import SQLiteSpool

if TYPE_CHECKING:
    from influx_core._http.transports.aiohttp import TLS, AiohttpTransport
    from influx_core._parsers.parquet import ParquetDeserializer

__all__ = [
    "TLS",
    "AiohttpTransport",
    "AnnotatedCSVDeserializer",
    "Backoff",
    "BasicAuth",
    "BearerAuth",
    "CSVDeserializer",
    "CSVTableDeserializer",
    "JSONDeserializer",
    "JSONLinesDeserializer",
    "JSONRowsDeserializer",
    "JWTAuth",
    "LineProtocolSerializer",
    "LineProtocolSummarizer",
    "MessagePackDeserializer",
    "Never",
    "NoAuth",
    "ParquetDeserializer",
    "QueryAuth",
    "SQLiteSpool",
    "TokenAuth",
    "UDPTransport",
]


def __getattr__(name: str) -> Any:
    if name in ("AiohttpTransport", "TLS"):
        from influx_core._http.transports import aiohttp

        return getattr(aiohttp, name)
    if name == "ParquetDeserializer":
        from influx_core._parsers.parquet import ParquetDeserializer

        return ParquetDeserializer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
