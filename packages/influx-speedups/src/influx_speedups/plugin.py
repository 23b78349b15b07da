"""Registers the compiled codec with influx_core, if the extension was built."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from influx_core import hookimpl
from influx_core.interfaces import Deserializer, LineSummarizer, Serializer
from influx_core.plugins import DeferredFactory
from influx_speedups._codec.extension import available

__all__ = ["influx_deserializers", "influx_line_summarizers", "influx_serializers"]


@hookimpl
def influx_serializers() -> Mapping[str, Callable[..., Serializer]]:
    """Return the compiled line protocol serializer, which `auto` prefers; empty if not built."""
    if not available():
        return {}
    path = "influx_speedups._codec.serializer:CompiledLineProtocolSerializer"
    return {"compiled-line-protocol": DeferredFactory(path, auto_rank=2)}


@hookimpl
def influx_deserializers() -> Mapping[str, Callable[..., Deserializer]]:
    """Return the compiled deserializers, which clients prefer; empty if not built.

    CSV and MessagePack are compiled also for those who select them by the name of the Python codec:
    no client selects them in another way.
    """
    if not available():
        return {}
    json = "influx_speedups._codec.json_results:CompiledJSONDeserializer"
    csv_table = "influx_speedups._codec.csv_results:CompiledCSVTableDeserializer"
    csv = "influx_speedups._codec.csv_results:CompiledCSVDeserializer"
    msgpack = "influx_speedups._codec.msgpack_results:CompiledMessagePackDeserializer"
    annotated_csv = "influx_speedups._codec.flux_results:CompiledAnnotatedCSVDeserializer"
    return {
        "compiled-json": DeferredFactory(json, auto_rank=2),
        "compiled-csv": DeferredFactory(csv, replaces="csv"),
        "compiled-csv-table": DeferredFactory(csv_table, replaces="csv-table"),
        "compiled-msgpack": DeferredFactory(msgpack, replaces="msgpack"),
        "compiled-annotated-csv": DeferredFactory(annotated_csv, flux_rank=2),
    }


@hookimpl
def influx_line_summarizers() -> Mapping[str, Callable[..., LineSummarizer]]:
    """Return the compiled summarizer of line protocol, which `auto` prefers; empty if not built."""
    if not available():
        return {}
    path = "influx_speedups._codec.line_summarizer:CompiledLineSummarizer"
    return {"compiled-line-protocol": DeferredFactory(path, auto_rank=2)}
