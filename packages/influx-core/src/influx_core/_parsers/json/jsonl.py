"""Parses JSON lines, one object per row: the responses of InfluxDB 3 to InfluxQL and SQL.

Most responses have the same keys in all lines. Such lines are decoded to structs, which takes less
than half the time of dicts; all others are decoded to dicts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import msgspec

from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.json.unfinished_json import UnfinishedJSON
from influx_core._parsers.row_objects import (
    MEASUREMENT,
    RowCollector,
    RowObjectsDeserializer,
)
from influx_core._results.query_result import StatementResult
from influx_core._runtime.gc_pause import gc_paused
from influx_core.interfaces import ResponseParser

__all__ = ["JSONLinesDeserializer"]

FORMAT = "a response of JSON lines"

MOST_LAYOUTS = 8
"""The highest number of structs made for one response; beyond it, dicts are faster."""

_NOT_IN_STRUCTS = re.compile(r'["\\\x00-\x1f]')
"""Characters that JSON escapes; the fields of structs cannot have such names."""

Row = dict[str, Any]

_decoder = msgspec.json.Decoder(Row)
_outliner = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _JSONLinesParser:
    """Splits a response into lines, and decodes many lines at a time."""

    def __init__(self, rows: RowCollector) -> None:
        self._rows = rows
        self._unfinished = UnfinishedJSON(FORMAT, _outliner.decode)
        self._layout: _Layout | None = None
        self._layouts = 0

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the pieces they fill."""
        lines, newline, rest = data.rpartition(b"\n")
        if not newline:
            self._unfinished.hold(data)
            return []
        lines = self._unfinished.taken(lines)
        self._unfinished.hold(rest)
        return self._read(lines)

    def finish(self) -> list[StatementResult]:
        """Return the rows still held; refuse a line that was cut."""
        pieces = self._read(self._unfinished.taken())
        with gc_paused():
            return [*pieces, *self._rows.finish()]

    def _read(self, lines: bytes) -> list[StatementResult]:
        if not lines:
            return []
        with decoding(FORMAT), gc_paused():
            if self._layout is not None:
                rows = self._layout.decode(lines)
                if rows is not None:
                    return self._rows.add_tuples(rows)
            pieces = self._rows.add_objects(_decoder.decode_lines(lines))
            self._learn()
        return pieces

    def _learn(self) -> None:
        """Expect that the next lines have the keys of those before."""
        name, columns = self._rows.name, self._rows.columns
        self._layout = None
        if self._layouts == MOST_LAYOUTS or name is None or not columns:
            return
        if _NOT_IN_STRUCTS.search("".join(columns)) is None:
            self._layouts += 1
            self._layout = _Layout(name, columns)


class _Layout:
    """Lines of one measurement that have no other keys than these.

    Args:
        name: the measurement; empty if the lines name none.
        columns: the keys.
    """

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        keys = [MEASUREMENT, *columns] if name else columns
        fields = [f"f{position}" for position in range(len(keys))]
        kind = msgspec.defstruct(
            "Line",
            [(field, Any, None) for field in fields],
            rename=dict(zip(fields, keys, strict=True)),
            forbid_unknown_fields=True,
            gc=False,
        )
        self._decoder = msgspec.json.Decoder(kind)
        self._name = name
        self._width = len(keys)

    def decode(self, lines: bytes) -> list[tuple[Any, ...]] | None:
        """The values of lines, by column; None if they have another layout.

        Lines that are short for so many columns are left to dicts, which do not store what is
        missing: the memory stays in proportion to the size of the response.
        """
        if (lines.count(b"\n") + 1) * self._width > len(lines):
            return None
        try:
            rows = list(map(msgspec.structs.astuple, self._decoder.decode_lines(lines)))
        except msgspec.ValidationError:
            return None
        if not self._name:
            return rows
        if set(map(itemgetter(0), rows)) != {self._name}:
            return None
        return [row[1:] for row in rows]


class JSONLinesDeserializer(RowObjectsDeserializer):
    """`application/jsonl`, the default for InfluxDB 3.

    Args:
        times: the columns that are read as times; JSON contains times as text. `all`: `time`, and
            each other column of a piece whose values all have the server's form of times, such as
            `2020-01-31T12:00:00`. `time`: only the column `time`.

    Raises:
        ConfigError: `times` is neither `all` nor `time`.
    """

    accept = "application/jsonl"
    name = "jsonl"

    def parser(self, rows: RowCollector) -> ResponseParser:
        """Return a parser for one response, which collects its rows there."""
        return _JSONLinesParser(rows)
