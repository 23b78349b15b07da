"""Makes a source and a sink of the path of Parquet files: `parquet:DIR?compression=snappy`."""

from __future__ import annotations

from influx_copy._open_files import path_and_options
from influx_copy._parquet.parquet_sink import ParquetSink
from influx_copy._parquet.parquet_source import ParquetSource

__all__ = ["parquet_sink", "parquet_source"]

_OPTIONS = ("measurement", "tags", "compression")


def parquet_source(url: str) -> ParquetSource:
    """Return a source of Parquet; options: `measurement`, and `tags` separated by commas."""
    path, options = path_and_options(url, _OPTIONS)
    tags = [tag for tag in options.get("tags", "").split(",") if tag]
    return ParquetSource(path, options.get("measurement", ""), tags)


def parquet_sink(url: str) -> ParquetSink:
    """Return a sink of Parquet; options: `compression`."""
    path, options = path_and_options(url, _OPTIONS)
    return ParquetSink(path, options.get("compression", "zstd"))
