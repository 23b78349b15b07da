"""HTML tables of rows and columns, for notebooks; independent of InfluxDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice

__all__ = ["SHOWN_ROWS", "html_table"]

SHOWN_ROWS = 60
"""What fits a notebook's cell; the caption tells of the others."""


def html_table(
    title: str, columns: Sequence[str], rows: Iterable[Iterable[object]], size: int
) -> str:
    """Make a table of the first rows, everything escaped.

    Args:
        title: what stands above.
        columns: the names of the columns.
        rows: the rows; None is an empty cell.
        size: how many rows there are in all.
    """
    heading = _row("th", columns)
    body = "".join(_row("td", map(_text, row)) for row in islice(rows, SHOWN_ROWS))
    counted = f"{size} rows" if size <= SHOWN_ROWS else f"{SHOWN_ROWS} of {size} rows"
    return (
        f"<table><caption>{escape(title)} ({counted})</caption>"
        f"<thead>{heading}</thead><tbody>{body}</tbody></table>"
    )


def _row(kind: str, cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in cells) + "</tr>"


def _text(value: object) -> str:
    return "" if value is None else str(value)
