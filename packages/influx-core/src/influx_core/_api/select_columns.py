"""Restores columns that a response to SQL leaves out, because all their values are null. No I/O.

JSON leaves out nulls. So a response without rows has no columns, and a column whose first values
are null appears at another position. A SELECT that names all its columns has what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from influx_core._columns.arrow_layout import Column
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series

__all__ = ["SelectedColumnsAdapter", "selected_names"]

_TOKEN = re.compile(
    r"""
    (?P<skipped> \s+ | --[^\n]*(?:\n|\Z) | /\*.*?\*/ )
    | (?P<quoted> "(?:[^"]|"")*" )
    | (?P<text> '(?:[^']|'')*' )
    | (?P<word> [^\W\d]\w* )
    | (?P<number> \d[\w.]* )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_ENDS = frozenset({"from", "where", "union", "order", "limit"})
_NOT_NAMES = frozenset({"end", "null", "true", "false"})
"""Words that end an expression and are not the name of its column."""


def selected_names(text: str) -> tuple[str, ...] | None:
    """The names of the columns of a SELECT; None if the text does not determine all of them.

    The name is known for a plain column and for an expression with an alias.
    """
    tokens = list(_tokens(text))
    if not tokens or tokens[0] != ("word", "select"):
        return None
    if ("word", "union") in tokens:
        return None
    items: list[list[tuple[str, str]]] = [[]]
    depth = 0
    for kind, value in tokens[1:]:
        depth += (value in _OPENING) - (value in _CLOSING) if kind == "sign" else 0
        if depth == 0 and (value == ";" or (kind == "word" and value in _ENDS)):
            break
        if depth == 0 and (kind, value) == ("sign", ","):
            items.append([])
        else:
            items[-1].append((kind, value))
    if items[0][:1] == [("word", "distinct")]:
        del items[0][0]
    names = [_name(item) for item in items]
    known = [name for name in names if name is not None]
    return tuple(known) if len(set(known)) == len(names) else None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """The tokens of SQL, each with its kind; names without quotes are in lower case."""
    for found in _TOKEN.finditer(text):
        kind, value = found.lastgroup, found[0]
        if kind == "word":
            yield "word", value.lower()
        elif kind == "quoted":
            yield "quoted", value[1:-1].replace('""', '"')
        elif kind is not None and kind != "skipped":
            yield kind, value


def _name(item: Sequence[tuple[str, str]]) -> str | None:
    """The name of the column that these tokens select; None if it is not known."""
    if not item or item[-1][0] not in ("word", "quoted"):
        return None
    *before, (kind, name) = item
    if kind == "word" and name in _NOT_NAMES:
        return None
    if not before or _is_qualifier(before):
        return name
    if before[-1] == ("word", "as"):
        return name if len(before) > 1 else None
    ends_expression = before[-1][0] != "sign" or before[-1][1] in _CLOSING
    return name if ends_expression and ("word", "over") not in before else None


def _is_qualifier(tokens: Sequence[tuple[str, str]]) -> bool:
    """Whether tokens qualify a column with a table, schema and catalog: `public.iox.m.`."""
    names, dots = tokens[::2], tokens[1::2]
    return (
        len(names) == len(dots)
        and all(kind in ("word", "quoted") for kind, _ in names)
        and all(dot == ("sign", ".") for dot in dots)
    )


class SelectedColumnsAdapter:
    """Gives all series the columns that the SELECT names, in its order.

    Args:
        names: the names.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._begun = False

    def adapt(self, results: list[StatementResult]) -> list[StatementResult]:
        """Return the results with all columns."""
        self._begun = self._begun or bool(results)
        return [
            replace(piece, series=tuple(map(self._with_all_columns, piece.series)))
            for piece in results
        ]

    def finish(self) -> list[StatementResult]:
        """Return one series without rows for a response without rows."""
        if self._begun:
            return []
        data = [Column("null", 0) for _ in self._names]
        return [StatementResult(0, (ColumnSeries("", self._names, data),))]

    def _with_all_columns(self, series: Series) -> Series:
        if series.columns == self._names or not set(series.columns) <= set(self._names):
            return series
        places = {name: place for place, name in enumerate(series.columns)}
        order = [places.get(name) for name in self._names]
        if isinstance(series, ColumnSeries):
            nulls = Column("null", len(series))
            data = [nulls if at is None else series.data[at] for at in order]
            return ColumnSeries(series.name, self._names, data, partial=series.partial)
        rows = [[None if at is None else row[at] for at in order] for row in series.rows]
        return Series(series.name, self._names, rows, partial=series.partial, times=series.times)
