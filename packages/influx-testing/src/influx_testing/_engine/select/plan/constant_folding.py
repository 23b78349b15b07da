"""Constant folding: `now() - 1h` becomes a moment, `2 * 3` becomes 6.

A moment, a span and a number each combine in their own way, as the server's own folding does it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from influx_query.nodes import (
    BinaryExpr,
    BooleanLiteral,
    Call,
    DurationLiteral,
    Expr,
    IntegerLiteral,
    NumberLiteral,
    ParenExpr,
    StringLiteral,
    TimeLiteral,
    UnsignedLiteral,
)
from influx_testing._engine.select.functions.mathematics import MATH_FUNCTIONS, argument_count
from influx_testing._engine.select.plan.expressions import rewrite
from influx_testing._engine.select.run.arithmetic import binary_function, wrap
from influx_testing.errors import StatementError

__all__ = ["LITERALS", "Folder", "is_moment", "moment"]

LITERALS = (
    BooleanLiteral,
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    StringLiteral,
    TimeLiteral,
    UnsignedLiteral,
)

Literal = (
    BooleanLiteral
    | DurationLiteral
    | IntegerLiteral
    | NumberLiteral
    | StringLiteral
    | TimeLiteral
    | UnsignedLiteral
)
"""Any constant."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:(?: |T)([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{0,9})[0-9]*)?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_moment(text: str) -> bool:
    """Whether a string looks like a date, with or without a time of day."""
    return _DATE.match(text) is not None


def moment(text: str, zone: tzinfo | None) -> int:
    """Read a date or a moment, in ns since 1970.

    Args:
        text: `2020-01-31`, `2020-01-31 12:00:00.5` in the zone, or RFC 3339.
        zone: what a text without a zone means; None is UTC.

    Raises:
        StatementError: it is none of these.
    """
    match = _MOMENT.fullmatch(text)
    if match is None or not _well_formed(text, match):
        raise StatementError("invalid timestamp string")
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        stamp = datetime(year, month, day, hour, minute, second, tzinfo=zone or UTC)
        if match[8]:
            stamp = datetime.fromisoformat(stamp.replace(tzinfo=None).isoformat() + match[8])
    except ValueError:
        raise StatementError("invalid timestamp string") from None
    whole = stamp.astimezone(UTC) - _EPOCH
    fraction = int((match[7] or "").ljust(9, "0"))
    return (whole.days * 86_400 + whole.seconds) * 1_000_000_000 + fraction


def _well_formed(text: str, match: re.Match[str]) -> bool:
    """With `T` there must be a zone, with a blank there must be none."""
    if match[4] is None:
        return match[8] is None
    return (text[10] == "T") == (match[8] is not None)


@dataclass(frozen=True, slots=True)
class Folder:
    """Folds constants.

    Attributes:
        now: what now() is, in ns since 1970; None leaves it a call.
        zone: the zone of moments written without one.
    """

    now: int | None = None
    zone: tzinfo | None = None

    def fold(self, expr: Expr) -> Expr:
        """Rebuild an expression with everything constant evaluated."""
        return rewrite(expr, self._fold_one)

    def _fold_one(self, expr: Expr) -> Expr:
        if isinstance(expr, BinaryExpr):
            return self._operation(expr)
        if isinstance(expr, ParenExpr):
            return expr if isinstance(expr.expr, BinaryExpr) else expr.expr
        if isinstance(expr, Call):
            return self._call(expr)
        return expr

    def _call(self, expr: Call) -> Expr:
        if expr.name == "now" and not expr.args and self.now is not None:
            return TimeLiteral(self.now)
        if expr.name in MATH_FUNCTIONS:
            return _constant_call(expr)
        return expr

    def _operation(self, expr: BinaryExpr) -> Expr:
        lhs, rhs = expr.lhs, expr.rhs
        if not (isinstance(lhs, LITERALS) and isinstance(rhs, LITERALS)):
            return expr
        if isinstance(lhs, StringLiteral) and isinstance(rhs, StringLiteral):
            return self._strings(expr, lhs, rhs)
        left = self._as_time(lhs) if isinstance(rhs, TimeLiteral | DurationLiteral) else lhs
        right = self._as_time(rhs) if isinstance(lhs, TimeLiteral | DurationLiteral) else rhs
        fold = _FOLDS.get((type_name(left), type_name(right)))
        result = None if fold is None else fold(expr.op, left.value, right.value)
        return expr if result is None else result

    def _as_time(self, literal: Literal) -> Literal:
        """Read text that looks like a moment as one."""
        if not isinstance(literal, StringLiteral):
            return literal
        if not is_moment(literal.value):
            return literal
        return TimeLiteral(moment(literal.value, self.zone))

    def _strings(self, expr: BinaryExpr, lhs: StringLiteral, rhs: StringLiteral) -> Expr:
        if expr.op == "+":
            return StringLiteral(lhs.value + rhs.value)
        left, right = self._as_time(lhs), self._as_time(rhs)
        if isinstance(left, TimeLiteral) and isinstance(right, TimeLiteral):
            return _times(expr.op, left.value, right.value) or expr
        if expr.op in {"=", "!="}:
            return BooleanLiteral((lhs.value == rhs.value) == (expr.op == "="))
        return expr


def type_name(literal: Expr) -> str:
    """The short name of a literal's type; unsigned ones stand alone."""
    return "number" if isinstance(literal, NumberLiteral) else _NAMES[type(literal)]


_NAMES: dict[type, str] = {
    BooleanLiteral: "boolean",
    DurationLiteral: "duration",
    IntegerLiteral: "integer",
    StringLiteral: "string",
    TimeLiteral: "time",
    UnsignedLiteral: "unsigned",
}


def _constant_call(expr: Call) -> Expr:
    values = [arg.value for arg in expr.args if isinstance(arg, IntegerLiteral | NumberLiteral)]
    if len(values) != len(expr.args) or len(values) != argument_count(expr.name):
        return expr
    return _literal(MATH_FUNCTIONS[expr.name](*values))


def _literal(value: Any) -> Expr:
    if value.__class__ is bool:
        return BooleanLiteral(value)
    return IntegerLiteral(value) if value.__class__ is int else NumberLiteral(value)


def _numbers(op: str, lhs: Any, rhs: Any) -> Expr | None:
    value = binary_function(op, float_division=True)(lhs, rhs)
    return None if value is None else _literal(value)


def _booleans(op: str, lhs: Any, rhs: Any) -> Expr | None:
    return _numbers(op, lhs, rhs) if op in {"=", "!=", "AND", "OR", "&", "|", "^"} else None


def _times(op: str, lhs: int, rhs: int) -> Expr | None:
    if op == "-":
        return DurationLiteral(wrap(lhs - rhs))
    return _compared(op, lhs, rhs)


def _compared(op: str, lhs: int, rhs: int) -> Expr | None:
    if op in {"=", "!=", "<", "<=", ">", ">="}:
        return _numbers(op, lhs, rhs)
    return None


def _time_and_span(op: str, lhs: int, rhs: int) -> Expr | None:
    if op == "+":
        return TimeLiteral(lhs + rhs)
    return TimeLiteral(lhs - rhs) if op == "-" else None


def _span_and_time(op: str, lhs: int, rhs: int) -> Expr | None:
    return TimeLiteral(lhs + rhs) if op == "+" else None


def _spans(op: str, lhs: int, rhs: int) -> Expr | None:
    if op in {"+", "-"}:
        return DurationLiteral(wrap(lhs + rhs if op == "+" else lhs - rhs))
    return _compared(op, lhs, rhs)


def _scaled(op: str, lhs: int, rhs: Any) -> Expr | None:
    if op not in {"*", "/"}:
        return None
    if op == "/" and rhs == 0:
        return DurationLiteral(0)
    if rhs.__class__ is int:
        function = binary_function(op, float_division=False)
        return DurationLiteral(function(lhs, rhs))
    return DurationLiteral(int(lhs * rhs if op == "*" else lhs / rhs))


_FOLDS: dict[tuple[str, str], Callable[[str, Any, Any], Expr | None]] = {
    ("boolean", "boolean"): _booleans,
    ("integer", "integer"): _numbers,
    ("integer", "number"): _numbers,
    ("number", "integer"): _numbers,
    ("number", "number"): _numbers,
    ("time", "time"): _times,
    ("time", "duration"): _time_and_span,
    ("time", "integer"): _time_and_span,
    ("duration", "time"): _span_and_time,
    ("integer", "time"): _span_and_time,
    ("integer", "duration"): _time_and_span,
    ("duration", "duration"): _spans,
    ("duration", "integer"): _scaled,
    ("duration", "number"): _scaled,
}
