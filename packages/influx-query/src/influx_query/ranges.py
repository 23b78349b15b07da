"""The span of time a statement asks for, told from its condition without running it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from influx_query.moments import parse_moment
from influx_query.nodes import (
    BinaryExpr,
    Call,
    DurationLiteral,
    Expr,
    IntegerLiteral,
    Node,
    NumberLiteral,
    ParenExpr,
    SelectStatement,
    StringLiteral,
    TimeLiteral,
    VarRef,
)
from influx_query.quoting import time_ns
from influx_query.walking import walk

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A span of time in nanoseconds since 1970, with both ends in it; None is no limit.

    It is empty when `start` is after `end`.
    """

    start: int | None = None
    end: int | None = None

    def __and__(self, other: TimeRange) -> TimeRange:
        starts = [each.start for each in (self, other) if each.start is not None]
        ends = [each.end for each in (self, other) if each.end is not None]
        return TimeRange(max(starts, default=None), min(ends, default=None))


def time_range(statement: Node, *, now: int | datetime | None = None) -> TimeRange:
    """Give the span of time a statement asks for, as the server takes it: every limit counts.

    The server does not join limits on time by OR, so neither does this. Subqueries are left out:
    theirs are spans of their own.

    Args:
        statement: Any statement with a condition; others have no limits.
        now: What now() is, in nanoseconds since 1970 or as a datetime with a time zone.

    Raises:
        ValueError: A limit can't be told: it is no moment, or it needs a `now` that isn't given.
    """
    condition = getattr(statement, "condition", None)
    if not isinstance(condition, Expr):
        return TimeRange()
    location = statement.location if isinstance(statement, SelectStatement) else ""
    moment = time_ns(now) if isinstance(now, datetime) else now
    found = TimeRange()
    for node in walk(condition):
        if isinstance(node, BinaryExpr) and node.op in _MIRRORED:
            found &= _limit(node, _Clock(moment, location))
    return found


@dataclass(frozen=True, slots=True)
class _Clock:
    """What a moment depends on besides its text."""

    now: int | None
    location: str

    def moment(self, expr: Expr) -> int:
        """Give the value of an expression made of moments and spans, in nanoseconds."""
        match expr:
            case IntegerLiteral() | DurationLiteral() | TimeLiteral():
                return expr.value
            case NumberLiteral():
                return int(expr.value)
            case StringLiteral():
                return parse_moment(expr.value, self.location)
            case ParenExpr():
                return self.moment(expr.expr)
            case Call(name="now") if self.now is not None:
                return self.now
            case Call(name="now"):
                raise ValueError("the condition has now(); say which moment that is: now=...")
            case BinaryExpr(op="+"):
                return self.moment(expr.lhs) + self.moment(expr.rhs)
            case BinaryExpr(op="-"):
                return self.moment(expr.lhs) - self.moment(expr.rhs)
            case _:
                raise ValueError(f"{expr} is no moment that can be told without the server")


def _limit(comparison: BinaryExpr, clock: _Clock) -> TimeRange:
    """Give the span one comparison leaves; all of time if it isn't about time."""
    if _is_time(comparison.lhs):
        operator, value = comparison.op, comparison.rhs
    elif _is_time(comparison.rhs):
        operator, value = _MIRRORED[comparison.op], comparison.lhs
    else:
        return TimeRange()
    moment = clock.moment(value)
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


def _is_time(expr: Expr) -> bool:
    return isinstance(expr, VarRef) and expr.name.lower() == "time"
