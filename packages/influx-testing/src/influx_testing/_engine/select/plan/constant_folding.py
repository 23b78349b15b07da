"""Constant folding: `now() - 1h` becomes a time, `2 * 3` becomes 6.

Times, durations and numbers combine by the rules of the server's constant folding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from influx_query import looks_like_time, parse_time, transform
from influx_query.functions import FUNCTIONS, MATH, arity_issue
from influx_query.nodes import (
    BinaryExpr,
    BooleanLiteral,
    Call,
    DurationLiteral,
    Expr,
    IntegerLiteral,
    Node,
    NumberLiteral,
    ParenExpr,
    StringLiteral,
    TimeLiteral,
    UnsignedLiteral,
)
from influx_testing._engine.select.functions.mathematics import MATH_FUNCTIONS
from influx_testing._engine.select.run.arithmetic import binary_function, unsigned_function, wrap
from influx_testing.errors import StatementError

__all__ = ["LITERALS", "Folder", "read_time"]

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
"""The node types of constants."""


def read_time(text: str, zone: tzinfo | None) -> TimeLiteral:
    """Parse text that looks like a time.

    Args:
        text: the text, which begins with a date.
        zone: the time zone of a text without one; None means UTC.

    Raises:
        StatementError: the text is not a time.
    """
    try:
        return TimeLiteral(parse_time(text, zone))
    except ValueError:
        raise StatementError("invalid timestamp string") from None


@dataclass(frozen=True, slots=True)
class Folder:
    """Folds constants.

    Attributes:
        now: the value of now(), in ns since 1970; with None, calls of now() are kept.
        zone: the time zone of times without one.
    """

    now: int | None = None
    zone: tzinfo | None = None

    def fold(self, expr: Expr) -> Expr:
        """Return an expression with its constant parts evaluated."""
        return transform(expr, self._fold_one)

    def _fold_one(self, node: Node) -> Node:
        if isinstance(node, BinaryExpr):
            return self._operation(node)
        if isinstance(node, ParenExpr):
            return node if isinstance(node.expr, BinaryExpr) else node.expr
        if isinstance(node, Call):
            return self._call(node)
        return node

    def _call(self, expr: Call) -> Expr:
        if expr.name == "now" and not expr.args and self.now is not None:
            return TimeLiteral(self.now)
        if expr.name in MATH:
            return _constant_call(expr)
        return expr

    def _operation(self, expr: BinaryExpr) -> Expr:
        lhs, rhs = expr.lhs, expr.rhs
        if not (isinstance(lhs, LITERALS) and isinstance(rhs, LITERALS)):
            return expr
        if isinstance(lhs, StringLiteral) and isinstance(rhs, StringLiteral):
            return self._strings(expr, lhs, rhs)
        left = self._as_time(lhs) if isinstance(rhs, _BESIDE_TIMES) else lhs
        right = self._as_time(rhs) if isinstance(lhs, _BESIDE_TIMES) else rhs
        fold = _FOLDS.get((type_name(left), type_name(right)))
        result = None if fold is None else fold(expr.op, left.value, right.value)
        return expr if result is None else result

    def _as_time(self, literal: Literal) -> Literal:
        """Convert text that looks like a time to a time."""
        if not isinstance(literal, StringLiteral):
            return literal
        if not looks_like_time(literal.value):
            return literal
        return read_time(literal.value, self.zone)

    def _strings(self, expr: BinaryExpr, lhs: StringLiteral, rhs: StringLiteral) -> Expr:
        if expr.op == "+":
            return StringLiteral(lhs.value + rhs.value)
        left, right = self._as_time(lhs), self._as_time(rhs)
        if isinstance(left, TimeLiteral) and isinstance(right, TimeLiteral):
            return _times(expr.op, left.value, right.value) or expr
        if expr.op in {"=", "!="}:
            return BooleanLiteral((lhs.value == rhs.value) == (expr.op == "="))
        return expr


_DECIMALS = 3
"""The digits after the dot with which errors show a constant, as the parser of 1.6 sets them."""

_BESIDE_TIMES = (DurationLiteral, IntegerLiteral, TimeLiteral)
"""If the other operand is one of these, text is converted to a time."""


def type_name(literal: Expr) -> str:
    """The short name of a literal's type, for errors."""
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
    if len(values) != len(expr.args) or arity_issue(FUNCTIONS[expr.name], len(values)):
        return expr
    return _literal(MATH_FUNCTIONS[expr.name](*values))


def _literal(value: Any) -> Expr:
    if value.__class__ is bool:
        return BooleanLiteral(value)
    return IntegerLiteral(value) if value.__class__ is int else NumberLiteral(value, _DECIMALS)


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


def _unsigned(op: str, lhs: int, rhs: int) -> Expr | None:
    value = unsigned_function(op, binary_function(op, float_division=False))(lhs, rhs)
    if value is None:
        return None
    return BooleanLiteral(value) if value.__class__ is bool else UnsignedLiteral(value)


_FOLDS: dict[tuple[str, str], Callable[[str, Any, Any], Expr | None]] = {
    ("boolean", "boolean"): _booleans,
    ("integer", "integer"): _numbers,
    ("integer", "number"): _numbers,
    ("number", "integer"): _numbers,
    ("number", "number"): _numbers,
    ("unsigned", "unsigned"): _unsigned,
    ("unsigned", "integer"): _unsigned,
    ("integer", "unsigned"): _unsigned,
    ("unsigned", "number"): _numbers,
    ("number", "unsigned"): _numbers,
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
