"""Splits WHERE into a time range and a condition that is evaluated for every point.

As in the server, bounds on time are always intersected, even below an OR.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from influx_query import looks_like_time
from influx_query.nodes import (
    BinaryExpr,
    BooleanLiteral,
    DurationLiteral,
    Expr,
    IntegerLiteral,
    NumberLiteral,
    ParenExpr,
    StringLiteral,
    TimeLiteral,
    VarRef,
)
from influx_testing._engine.select.plan.constant_folding import Folder, read_time
from influx_testing._engine.select.plan.expressions import spine
from influx_testing._engine.select.run.arithmetic import wrap
from influx_testing.errors import StatementError

__all__ = ["MAX_TIME", "MIN_TIME", "TimeBounds", "is_time", "simplified", "split_condition"]

MIN_TIME = -(2**63) + 2
MAX_TIME = 2**63 - 2

_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class TimeBounds:
    """A time range, both ends included; None means no bound."""

    min: int | None = None
    max: int | None = None

    def intersect(self, other: TimeBounds) -> TimeBounds:
        """The intersection of two time ranges."""
        lows = [bound for bound in (self.min, other.min) if bound is not None]
        highs = [bound for bound in (self.max, other.max) if bound is not None]
        return TimeBounds(max(lows, default=None), min(highs, default=None))

    def wrapped(self) -> TimeBounds:
        """The time range in signed 64 bits: the nanosecond after the last one is the first one."""
        return TimeBounds(
            None if self.min is None else wrap(self.min),
            None if self.max is None else wrap(self.max),
        )


def is_time(expr: Expr) -> bool:
    """Whether an expression is the time column, in upper or lower case."""
    return isinstance(expr, VarRef) and expr.name.lower() == "time"


def split_condition(condition: Expr | None, folder: Folder) -> tuple[Expr | None, TimeBounds]:
    """Split a condition into the bounds on time and the rest.

    Returns:
        The rest of the condition, or None if nothing is left; and the time range.

    Raises:
        StatementError: a comparison with time is invalid.
    """
    if condition is None:
        return None, TimeBounds()
    rest, span = _split(condition, folder)
    if isinstance(rest, ParenExpr):
        rest = rest.expr
    if isinstance(rest, BooleanLiteral) and rest.value:
        rest = None
    return rest, span


def simplified(condition: Expr, folder: Folder) -> Expr:
    """Return a condition without terms of AND and OR that make no difference.

    A comparison of constants counts as its result. A term with time may be gone, too: nothing is
    left of `time > 0 OR true` but `true`.
    """
    if isinstance(condition, ParenExpr):
        inner = simplified(condition.expr, folder)
        return ParenExpr(inner) if isinstance(inner, BinaryExpr) else inner
    if not isinstance(condition, BinaryExpr) or condition.op not in {"AND", "OR"}:
        folded = folder.fold(condition)
        return folded if isinstance(folded, BooleanLiteral) else condition
    left, operations = _logic(condition)
    rest = simplified(left, folder)
    for operation in operations:
        rest = _combined(operation.op, rest, simplified(operation.rhs, folder))
    return rest


def _split(condition: Expr, folder: Folder) -> tuple[Expr | None, TimeBounds]:
    if isinstance(condition, BinaryExpr):
        if condition.op in {"AND", "OR"}:
            return _split_logic(condition, folder)
        return _split_comparison(condition, folder)
    if isinstance(condition, ParenExpr):
        rest, span = _split(condition.expr, folder)
        return None if rest is None else Folder().fold(ParenExpr(rest)), span
    if isinstance(condition, BooleanLiteral):
        return condition, TimeBounds()
    raise StatementError(f"invalid condition expression: {condition}")


def _split_logic(condition: BinaryExpr, folder: Folder) -> tuple[Expr | None, TimeBounds]:
    left, operations = _logic(condition)
    rest, span = _split(left, folder)
    for operation in operations:
        right, right_span = _split(operation.rhs, folder)
        span = span.intersect(right_span)
        rest = _joined(operation.op, rest, right)
    return rest, span


def _logic(condition: BinaryExpr) -> tuple[Expr, list[BinaryExpr]]:
    """The first term of AND and OR, and the operations from left to right; see `spine`."""
    left, operations = spine(condition)
    while operations and operations[0].op not in {"AND", "OR"}:
        left = operations.pop(0)
    return left, operations


def _joined(op: str, left: Expr | None, right: Expr | None) -> Expr | None:
    if left is None or right is None:
        return left if right is None else right
    return _combined(op, left, right)


def _combined(op: str, left: Expr, right: Expr) -> Expr:
    for known, other in ((left, right), (right, left)):
        if isinstance(known, BooleanLiteral):
            return known if known.value == (op == "OR") else other
    return BinaryExpr(op, left, right)


def _split_comparison(condition: BinaryExpr, folder: Folder) -> tuple[Expr | None, TimeBounds]:
    if is_time(condition.lhs):
        return None, _time_range(condition.op, condition.rhs, folder)
    if is_time(condition.rhs):
        op = _SWAPPED.get(condition.op, condition.op)
        return None, _time_range(op, condition.lhs, folder)
    return folder.fold(condition), TimeBounds()


def _time_range(op: str, bound: Expr, folder: Folder) -> TimeBounds:
    value = _bound(bound, folder)
    ranges = {
        ">": TimeBounds(min=value + 1),
        ">=": TimeBounds(min=value),
        "<": TimeBounds(max=value - 1),
        "<=": TimeBounds(max=value),
        "=": TimeBounds(value, value),
    }
    if op not in ranges:
        raise StatementError(f"invalid time comparison operator: {op}")
    return ranges[op]


def _bound(bound: Expr, folder: Folder) -> int:
    if isinstance(bound, StringLiteral) and looks_like_time(bound.value):
        bound = read_time(bound.value, folder.zone)
    bound = folder.fold(bound)
    if isinstance(bound, TimeLiteral):
        return _checked(bound.value)
    if isinstance(bound, DurationLiteral | IntegerLiteral | NumberLiteral):
        return int(bound.value)
    kind = type(bound).__name__
    raise StatementError(f"invalid operation: time and *influxql.{kind} are not compatible")


def _checked(time: int) -> int:
    if time > MAX_TIME:
        raise StatementError(f"time {_to_seconds(time)} overflows time literal")
    if time <= MIN_TIME:
        raise StatementError(f"time {_to_seconds(time)} underflows time literal")
    return time


def _to_seconds(time: int) -> str:
    stamp = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=time // 1_000_000_000)
    return stamp.isoformat()[:19] + "Z"
