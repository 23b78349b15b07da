r"""Splits records of annotated CSV into cells, and tells a quoted empty cell from a missing one.

InfluxDB writes a newline inside quotes as `\r\n` and its own clients read it back as `\n`; so does
this module.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from influx_core.errors import DecodeError

__all__ = ["QUOTED_EMPTY", "split_cells", "split_quoted", "unquoted_cell"]


class _QuotedEmpty(str):
    """The type of `QUOTED_EMPTY`, a single object that equals the empty string."""

    __slots__ = ()


QUOTED_EMPTY: Final = _QuotedEmpty()
"""The cell `""`, an empty string; the cell without anything is null."""


@cache
def _cell_pattern(delimiter: str) -> re.Pattern[str]:
    plain = rf'(?:[^"{re.escape(delimiter)}\r\n]|\r(?!\n))*+'
    cell = rf'("(?:[^"]++|"")*+"|{plain})({re.escape(delimiter)}|\r?\n)'
    return re.compile(rf"{cell}|(?s:.)")  # matches everywhere: a search from each place takes long


def split_cells(record: str, delimiter: str) -> list[str]:
    """Split one record, with its line end, into cells.

    Raises:
        DecodeError: a quote is out of place.
    """
    if '"' not in record:
        return record.rstrip("\n").removesuffix("\r").split(delimiter)
    return split_quoted(record, delimiter)[0]


def split_quoted(text: str, delimiter: str) -> list[list[str]]:
    """Split records into cells; some records contain quotes.

    Raises:
        DecodeError: a quote is out of place.
    """
    records: list[list[str]] = [[]]
    end = 0
    for found in _cell_pattern(delimiter).finditer(text):
        if found[2] is None:
            break
        end = found.end()
        records[-1].append(unquoted_cell(found[1]))
        if found[2] != delimiter:
            records.append([])
    if end != len(text):
        raise DecodeError(f"not annotated CSV: a quote is out of place in {text[end:][:80]!r}")
    return records[:-1]


def unquoted_cell(cell: str) -> str:
    """The text of one cell of a record; `QUOTED_EMPTY` for two quotes."""
    if not cell.startswith('"'):
        return cell
    inside = cell[1:-1].replace('""', '"').replace("\r\n", "\n")
    return inside or QUOTED_EMPTY
