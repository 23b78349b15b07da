"""Determines the time range of a statement from its condition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from influx_query._expressions.conditions import is_time
from influx_query._expressions.expression_nodes import BinaryExpr, Call, Expr, ParenExpr
from influx_query._expressions.literals import (
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    StringLiteral,
    TimeLiteral,
)
from influx_query._statements.select.select_nodes import SelectStatement
from influx_query._text.timestamps import parse_time, time_ns
from influx_query._tree.node import Node
from influx_query._tree.traversal import walk

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A time range in nanoseconds since 1970 UTC, both ends included; None means no limit.

    The range is empty if `start` is after `end`.
    """

    start: int | None = None
    end: int | None = None

    def __and__(self, other: TimeRange) -> TimeRange:
        starts = [each.start for each in (self, other) if each.start is not None]
        ends = [each.end for each in (self, other) if each.end is not None]
        return TimeRange(max(starts, default=None), min(ends, default=None))


def time_range(statement: Node, *, now: int | datetime | None = None) -> TimeRange:
    """Return the time range of a statement: the intersection of all its limits on time.

    Like the server, this function treats an OR between limits on time as AND. It ignores
    subqueries, which have time ranges of their own.

    Args:
        statement: Any statement; without a condition the range has no limits.
        now: The value of now(), in nanoseconds since 1970 or as a datetime with a time zone.

    Raises:
        ValueError: A limit is not a time, or it uses now() and `now` is None.
    """
    condition = getattr(statement, "condition", None)
    if not isinstance(condition, Expr):
        return TimeRange()
    location = statement.location if isinstance(statement, SelectStatement) else ""
    instant = now if now is None or isinstance(now, int) else time_ns(now)
    found = TimeRange()
    for node in walk(condition):
        if isinstance(node, BinaryExpr) and node.op in _MIRRORED:
            found &= _limit(node, _TimeEvaluator(instant, location))
    return found


@dataclass(frozen=True, slots=True)
class _TimeEvaluator:
    """The context for evaluating times: now() and the time zone."""

    now: int | None
    location: str

    def value(self, expr: Expr) -> int:
        """Return the value of an expression of times and durations, in nanoseconds."""
        match expr:
            case IntegerLiteral() | DurationLiteral() | TimeLiteral():
                return expr.value
            case NumberLiteral():
                return int(expr.value)
            case StringLiteral():
                return parse_time(expr.value, self.location)
            case ParenExpr():
                return self.value(expr.expr)
            case Call(name="now") if self.now is not None:
                return self.now
            case Call(name="now"):
                raise ValueError("the condition has now(); give its value: now=...")
            case BinaryExpr(op="+"):
                return self.value(expr.lhs) + self.value(expr.rhs)
            case BinaryExpr(op="-"):
                return self.value(expr.lhs) - self.value(expr.rhs)
            case _:
                raise ValueError(f"{expr} is no time that is known without the server")


def _limit(comparison: BinaryExpr, clock: _TimeEvaluator) -> TimeRange:
    """Return the time range of one comparison; without limits if it isn't about time."""
    if is_time(comparison.lhs):
        operator, value = comparison.op, comparison.rhs
    elif is_time(comparison.rhs):
        operator, value = _MIRRORED[comparison.op], comparison.lhs
    else:
        return TimeRange()
    moment = clock.value(value)
    match operator:
        case "<":
            return TimeRange(end=moment - 1)
        case "<=":
            return TimeRange(end=moment)
        case ">":
            return TimeRange(start=moment + 1)
        case ">=":
            return TimeRange(start=moment)
        case _:
            return TimeRange(moment, moment)
