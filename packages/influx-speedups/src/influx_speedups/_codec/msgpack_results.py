"""Parses MessagePack results: regular documents in compiled code, all others with influx_core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import _influx_speedups as compiled
from influx_core.codec import MessagePackParser, MessagePackReader
from influx_speedups._codec.compiled_results import column_results, row_results

if TYPE_CHECKING:
    from influx_core import StatementResult
    from influx_core.interfaces import ResponseParser

__all__ = ["CompiledMessagePackDeserializer"]


class CompiledMessagePackDeserializer:
    """Parses MessagePack responses, chunked or not, in compiled code."""

    accept = "application/x-msgpack"

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return MessagePackParser(_PackedTableReader(), compiled.skip_msgpack)

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response that returns series as columns."""
        return MessagePackParser(_PackedColumnReader(), compiled.skip_msgpack)


class _PackedTableReader:
    """Makes tables of the regular documents of one response."""

    def __init__(self) -> None:
        self._irregular = MessagePackReader()

    def __call__(self, data: bytes) -> list[StatementResult]:
        found = compiled.read_msgpack_tables(data)
        return self._irregular(data) if found is None else row_results(found)


class _PackedColumnReader:
    """Makes columns of the regular documents of one response."""

    def __init__(self) -> None:
        self._irregular = MessagePackReader(columnar=True)

    def __call__(self, data: bytes) -> list[StatementResult]:
        found = compiled.read_msgpack_columns(data)
        return self._irregular(data) if found is None else column_results(found)
