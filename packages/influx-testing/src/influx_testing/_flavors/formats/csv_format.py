"""CSV as the server writes it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from influx_testing._engine.statements.result_series import Result, ResultSeries
from influx_testing._flavors.formats.response_format import time_writer

__all__ = ["CsvFormat"]

_SPACES = "\t\v\f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NEEDS_QUOTES = re.compile(rf'[",\r\n]|\A[{_SPACES}]|\A\\\.\Z')
"""What Go quotes: also a cell that begins with a space, and the end of data of PostgreSQL."""


class CsvFormat:
    """CSV with one table for each statement; statement errors and time units are not written."""

    content_type = "text/csv"

    def __init__(self, epoch: str) -> None:
        self._time = time_writer(epoch or "ns", str)
        self._statement = -1

    def answer(self, results: Iterable[Result]) -> bytes:
        """Write the rows of results; the header comes with the first of a statement."""
        rows: list[str] = []
        for result in results:
            if result.statement_id != self._statement:
                if not result.series:
                    continue
                if self._statement >= 0:
                    rows.append("\n")
                self._statement = result.statement_id
                rows.append(_row(["name", "tags", *result.series[0].columns]))
            for series in result.series:
                rows += map(_row, self._rows(series))
        return "".join(rows).encode("utf-8", "replace")

    def error(self, message: str) -> bytes:
        """Write a table of one error."""
        return (_row(["error"]) + _row([message])).encode("utf-8", "replace")

    def _rows(self, series: ResultSeries) -> Iterator[list[str]]:
        tags = ",".join(
            f"{_escaped(key)}={_escaped(value)}"
            for key, value in (series.tags or {}).items()
            if value
        )
        for row in series.values:
            cells = [
                name if name in series.forgotten else _cell(value)
                for name, value in zip(series.columns, row, strict=True)
            ]
            if series.has_time:
                cells[0] = str(self._time(row[0]))
            yield [series.name, tags, *cells]


def _row(cells: Iterable[str]) -> str:
    return ",".join(map(_quoted, cells)) + "\n"


def _quoted(cell: str) -> str:
    """Put a cell in quotes if Go does."""
    if _NEEDS_QUOTES.search(cell) is None:
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _plain_float(value)
    return str(value)


def _plain_float(value: float) -> str:
    """Write a float with as many digits as needed and without an exponent."""
    if not math.isfinite(value):
        return f"{value:+}".replace("inf", "Inf")
    text = msgspec.json.encode(value).decode()
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        digits = max(len(mantissa.partition(".")[2]) - int(exponent), 0)
        text = f"{value:.{digits}f}" if digits else str(int(value))
        if not digits:
            text = _whole_text(mantissa, int(exponent))
    return text.removesuffix(".0")


def _whole_text(mantissa: str, exponent: int) -> str:
    """Write a number without its decimal point: shift the point of `1.2345` right by `exponent`."""
    whole, _, fraction = mantissa.partition(".")
    return whole + fraction.ljust(exponent, "0")


def _escaped(text: str) -> str:
    """Escape a tag key or a tag value as in line protocol."""
    return re.sub(r"([,= ])", r"\\\1", text)
