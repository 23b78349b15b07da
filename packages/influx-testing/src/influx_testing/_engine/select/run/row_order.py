"""Sorts and limits the rows of a SELECT as 3.x does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from influx_query.nodes import Expr, Field, VarRef
from influx_testing._engine.select.run.rows import Row

__all__ = ["sorted_rows", "tag_places"]


def tag_places(fields: Sequence[Field], columns: Sequence[Field]) -> list[int]:
    """The positions of the selected tags in a row, in the order of their names.

    Args:
        fields: the fields of the SELECT.
        columns: the columns of a row, including the tags in the arguments of top() and bottom().
    """
    tags = {field.expr for field in fields if _is_tag(field.expr)}
    places = {column.expr: place for place, column in enumerate(columns) if column.expr in tags}
    return [place for _, place in sorted((str(tag), place) for tag, place in places.items())]


def _is_tag(expr: Expr) -> bool:
    return isinstance(expr, VarRef) and expr.data_type == "tag"


def sorted_rows(
    rows: Iterable[Row], tags: Sequence[int], *, ascending: bool, limit: int, offset: int
) -> Iterator[Row]:
    """Sort rows by measurement, group, time, and selected tags; then limit each group.

    Args:
        rows: the rows in the order of storage, in which equal rows stay.
        tags: the positions of the selected tags in a row.
        ascending: whether times ascend.
        limit: the highest number of rows of a group; 0 is no limit.
        offset: the number of rows to skip in each group.
    """

    def order(row: Row) -> Any:
        name, group = row.key
        return (
            name,
            [_nulls_last(value) for _, value in group],
            row.time if ascending else -row.time,
            [_nulls_last(row.values[place]) for place in tags],
        )

    for _, group in groupby(sorted(rows, key=order), key=lambda row: row.key):
        yield from islice(group, offset, offset + limit if limit else None)


def _nulls_last(value: str | None) -> tuple[bool, str]:
    return not value, value or ""
