"""The compiled codec, for direct calls; each function has a counterpart in influx_core.

Importing this module raises ImportError if the extension was not built.
"""

from influx_speedups._codec.column_encoder import encode_columns
from influx_speedups._codec.csv_results import (
    CompiledCSVDeserializer,
    CompiledCSVTableDeserializer,
)
from influx_speedups._codec.flux_results import CompiledAnnotatedCSVDeserializer
from influx_speedups._codec.json_results import CompiledJSONDeserializer
from influx_speedups._codec.line_scanner import decode, scan
from influx_speedups._codec.line_summarizer import CompiledLineSummarizer
from influx_speedups._codec.msgpack_results import CompiledMessagePackDeserializer
from influx_speedups._codec.point_encoder import encode
from influx_speedups._codec.serializer import CompiledLineProtocolSerializer

__all__ = [
    "CompiledAnnotatedCSVDeserializer",
    "CompiledCSVDeserializer",
    "CompiledCSVTableDeserializer",
    "CompiledJSONDeserializer",
    "CompiledLineProtocolSerializer",
    "CompiledLineSummarizer",
    "CompiledMessagePackDeserializer",
    "decode",
    "encode",
    "encode_columns",
    "scan",
]
