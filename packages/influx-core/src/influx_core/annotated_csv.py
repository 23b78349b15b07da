"""Encodes and decodes annotated CSV, the format of Flux results."""

from influx_core._annotated_csv.deserializer import AnnotatedCSVDeserializer, decode
from influx_core._annotated_csv.dialect import Annotation, Dialect
from influx_core._annotated_csv.encode import encode, encode_error
from influx_core._results.flux_table import FluxColumn, FluxRow, FluxTable
from influx_core._results.flux_values import DataType

__all__ = [
    "AnnotatedCSVDeserializer",
    "Annotation",
    "DataType",
    "Dialect",
    "FluxColumn",
    "FluxRow",
    "FluxTable",
    "decode",
    "encode",
    "encode_error",
]
