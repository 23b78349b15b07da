"""The sources and sinks of this distribution, offered by the hooks that plugins use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from influx_copy._open_files import (
    annotated_csv_source,
    csv_source,
    json_lines_sink,
    json_lines_source,
    line_protocol_sink,
    line_protocol_source,
)
from influx_copy._parquet.open_parquet import parquet_sink, parquet_source
from influx_copy._servers.connect import questdb_sink, server_sink, server_source
from influx_copy.hookspecs import hookimpl
from influx_copy.interfaces import CopySink, CopySource

__all__ = ["influx_copy_sinks", "influx_copy_sources"]

_SERVERS = ("http", "https", "http+unix", "memory")


@hookimpl
def influx_copy_sources() -> Mapping[str, Callable[[str], CopySource]]:
    """Offer servers and files."""
    return {
        **dict.fromkeys(_SERVERS, server_source),
        "lp": line_protocol_source,
        "csv": csv_source,
        "annotated-csv": annotated_csv_source,
        "jsonl": json_lines_source,
        "parquet": parquet_source,
    }


@hookimpl
def influx_copy_sinks() -> Mapping[str, Callable[[str], CopySink]]:
    """Offer servers and files."""
    return {
        **dict.fromkeys(_SERVERS, server_sink),
        "questdb": questdb_sink,
        "lp": line_protocol_sink,
        "jsonl": json_lines_sink,
        "parquet": parquet_sink,
    }
