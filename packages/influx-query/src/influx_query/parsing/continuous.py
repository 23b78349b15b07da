"""CREATE CONTINUOUS QUERY, with what its SELECT has to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_query.nodes import (
    Call,
    CreateContinuousQueryStatement,
    DurationLiteral,
    Node,
    SelectStatement,
)
from influx_query.parsing.select import select
from influx_query.quoting import format_duration

if TYPE_CHECKING:
    from influx_query.parsing.cursor import Cursor


def continuous_query(cursor: Cursor) -> CreateContinuousQueryStatement:
    """Read what follows CREATE CONTINUOUS QUERY."""
    name = cursor.ident()
    cursor.expect("ON")
    database = cursor.ident()
    every, span = _resample(cursor) if cursor.accept("RESAMPLE") else (0, 0)
    cursor.expect("BEGIN", "SELECT")
    source = select(cursor, needs_target=True)
    _require_interval(cursor, source)
    cursor.expect("END")
    _check_span(cursor, source, every, span)
    return CreateContinuousQueryStatement(name, database, source, every, span)


def _resample(cursor: Cursor) -> tuple[int, int]:
    every = _interval(cursor) if cursor.accept("EVERY") else 0
    span = _interval(cursor) if cursor.accept("FOR") else 0
    if not every and not span:
        cursor.fail("EVERY", "FOR")
    return every, span


def _interval(cursor: Cursor) -> int:
    if cursor.kind != "DURATIONVAL":
        cursor.fail("duration")
    return cursor.duration()


def group_by_interval(statement: SelectStatement) -> int:
    """Give the width of the buckets in nanoseconds; 0 without GROUP BY time.

    Raises:
        ValueError: The arguments of time() are not one or two, or the first is no duration.
    """
    for dimension in statement.dimensions:
        call = dimension.expr
        if isinstance(call, Call) and call.name == "time":
            if not 1 <= len(call.args) <= 2:
                raise ValueError("time dimension expected 1 or 2 arguments")
            width = call.args[0]
            if not isinstance(width, DurationLiteral):
                raise ValueError("time dimension must have duration argument")
            return width.value
    return 0


def _require_interval(cursor: Cursor, source: SelectStatement) -> None:
    """Refuse an aggregate without GROUP BY time; the error is at the last token of the SELECT."""
    if not _has_call(source):
        return
    expected = ["GROUP BY time(...)"]
    try:
        if group_by_interval(source):
            return
    except ValueError as error:
        expected.append(str(error))
    cursor.index -= 1
    cursor.fail(*expected)


def _has_call(source: SelectStatement) -> bool:
    stack: list[Node] = list(source.fields)
    while stack:
        node = stack.pop()
        if isinstance(node, Call):
            return True
        stack += node.children()
    return False


def _check_span(cursor: Cursor, source: SelectStatement, every: int, span: int) -> None:
    try:
        least = max(group_by_interval(source), every)
    except ValueError as error:
        raise cursor.error(str(error)) from None
    if span and least > span:
        raise cursor.error(
            "FOR duration must be >= GROUP BY time duration: "
            f"must be a minimum of {format_duration(least)}, got {format_duration(span)}"
        )
