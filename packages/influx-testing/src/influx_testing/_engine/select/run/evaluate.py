"""Turns expressions into Python functions of a row of values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import add, itemgetter, mul, sub
from typing import Any, Literal

from influx_query import walk
from influx_query.functions import FUNCTIONS, MATH
from influx_query.nodes import (
    BinaryExpr,
    BooleanLiteral,
    Call,
    Expr,
    IntegerLiteral,
    NumberLiteral,
    ParenExpr,
    RegexLiteral,
    StringLiteral,
    UnsignedLiteral,
    VarRef,
)
from influx_testing._engine.select.functions.mathematics import MATH_FUNCTIONS
from influx_testing._engine.select.plan.expressions import COMPARISONS, spine, without_parentheses
from influx_testing._engine.select.run.arithmetic import (
    BinaryFunction,
    binary_function,
    truncated,
    unsigned_function,
)
from influx_testing._go.regex import compile_regex

__all__ = ["Evaluate", "ExpressionRules", "compile_expression", "names_to_read"]

Evaluate = Callable[[Sequence[Any]], Any]
"""Returns the value of an expression for the values of a row; None is a missing value."""


@dataclass(frozen=True, slots=True)
class ExpressionRules:
    """The rules by which expressions are evaluated.

    Attributes:
        float_division: see `binary_function`.
        missing_quotient: the result of a division with a missing operand.
        missing_is_false: which missing values count as false beside a boolean: those of names and
            of operations, only those of operations, or none.
        truncates_in_bitwise: whether `&`, `|` and `^` remove the fractions of floats.
        unsigned_by_value: whether integers beyond signed 64 bits are unsigned, as in 3.x; otherwise
            those are that come from unsigned names, calls and constants.
        reads_name_once: whether all uses of a name have the value of one of them, see
            `names_to_read`.
        functions: the mathematical functions.
    """

    float_division: bool
    missing_quotient: float | None = None
    missing_is_false: Literal["all", "operations", "none"] = "none"
    truncates_in_bitwise: bool = False
    unsigned_by_value: bool = False
    reads_name_once: bool = False
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=lambda: MATH_FUNCTIONS)

    def operation(self, expr: BinaryExpr, *, unsigned: bool) -> BinaryFunction:
        """Return the function of an operation.

        Args:
            expr: the operation.
            unsigned: whether one of its operands is unsigned.
        """
        function = self._operator(expr.op)
        if unsigned and not self.unsigned_by_value:
            function = unsigned_function(expr.op, function)
        if expr.op in _WITH_BOOLEANS:
            left, right = map(self._counts_as_false, (expr.lhs, expr.rhs))
            if (left and _may_be_boolean(expr.rhs)) or (right and _may_be_boolean(expr.lhs)):
                return _with_false(function, left=left, right=right)
        return function

    def _counts_as_false(self, operand: Expr) -> bool:
        """Whether a missing value of an operand counts as false beside a boolean."""
        inner = without_parentheses(operand)
        if self.missing_is_false == "none" or isinstance(inner, _CONSTANTS):
            return False
        if isinstance(inner, VarRef):
            return self.missing_is_false == "all"
        return not (isinstance(inner, BinaryExpr) and inner.op in COMPARISONS)

    def _operator(self, op: str) -> BinaryFunction:
        function = binary_function(op, float_division=self.float_division)
        if op == "/" and self.missing_quotient is not None:
            return _with_default(function, self.missing_quotient)
        if op in _BITWISE and self.truncates_in_bitwise:
            return _on_integers(function)
        if op in _UNSIGNED_OPERATIONS and self.unsigned_by_value:
            return _unsigned_aware(function, _UNSIGNED_OPERATIONS[op])
        return function


_BITWISE = frozenset({"&", "^", "|"})
_WITH_BOOLEANS = frozenset({"=", "!=", "AND", "OR", *_BITWISE})
_CONSTANTS = (BooleanLiteral, IntegerLiteral, NumberLiteral, RegexLiteral, StringLiteral)


def _may_be_boolean(operand: Expr) -> bool:
    return isinstance(operand, BooleanLiteral) or not isinstance(operand, _CONSTANTS)


def _with_false(function: BinaryFunction, *, left: bool, right: bool) -> BinaryFunction:
    """Let a missing operand count as false beside a boolean."""

    def apply(lhs: Any, rhs: Any) -> Any:
        if left and lhs is None and rhs.__class__ is bool:
            return function(False, rhs)
        if right and rhs is None and lhs.__class__ is bool:
            return function(lhs, False)
        return function(lhs, rhs)

    return apply


_UNSIGNED_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "*": mul,
    "+": add,
    "-": sub,
}


def _unsigned_aware(function: BinaryFunction, exact: Callable[[int, int], int]) -> BinaryFunction:
    """Let an operation overflow at unsigned 64 bits if an operand exceeds signed 64 bits."""

    def apply(lhs: Any, rhs: Any) -> Any:
        if lhs.__class__ is int and rhs.__class__ is int and max(lhs, rhs) >= 2**63:
            return exact(lhs, rhs) % 2**64
        return function(lhs, rhs)

    return apply


def _with_default(function: BinaryFunction, default: float) -> BinaryFunction:
    def apply(lhs: Any, rhs: Any) -> Any:
        result = function(lhs, rhs)
        return default if result is None else result

    return apply


def _on_integers(function: BinaryFunction) -> BinaryFunction:
    def whole(value: Any) -> Any:
        return truncated(value) if value.__class__ is float else value

    return lambda lhs, rhs: function(whole(lhs), whole(rhs))


def compile_expression(
    expr: Expr,
    slots: Mapping[Expr, int],
    rules: ExpressionRules,
    unsigned: Collection[Expr] = (),
) -> Evaluate:
    """Return a function that evaluates an expression.

    Args:
        expr: the expression.
        slots: the positions of names and calls in a row; all others are missing values.
        rules: the rules for operators and functions.
        unsigned: the calls whose values are unsigned.
    """
    if expr in slots:
        return itemgetter(slots[expr])
    if isinstance(expr, ParenExpr):
        return compile_expression(expr.expr, slots, rules, unsigned)
    if isinstance(expr, BinaryExpr):
        return _operations(expr, slots, rules, unsigned)
    if isinstance(expr, Call) and expr.name in rules.functions:
        return _mathematics(expr, slots, rules, unsigned)
    constant = _constant(expr)
    return lambda row: constant


_KEEP_TYPES = frozenset(name for name in MATH if FUNCTIONS[name].gives == "same")
"""The mathematical functions whose results have the type of their argument."""


def _is_unsigned(expr: Expr, unsigned: Collection[Expr]) -> bool:
    """Whether an integer that an expression has is unsigned."""
    inner = without_parentheses(expr)
    if isinstance(inner, BinaryExpr):
        left, operations = spine(inner)
        operands = [left, *(operation.rhs for operation in operations)]
        return any(_is_unsigned(operand, unsigned) for operand in operands)
    if isinstance(inner, VarRef):
        return inner.data_type == "unsigned"
    if isinstance(inner, Call) and inner.name in _KEEP_TYPES:
        return any(_is_unsigned(arg, unsigned) for arg in inner.args)
    return isinstance(inner, UnsignedLiteral) or inner in unsigned


_TYPE_ORDER = ("", "float", "integer", "string", "boolean", "tag", "field", "unsigned")
"""The types of names in the order of the numbers that 1.x has for them."""


def names_to_read(condition: Expr, rules: ExpressionRules) -> dict[VarRef, VarRef]:
    """Return for each use of a name in a condition the one whose value it has.

    A use is a name and a type. 1.x keeps one value for a name, and reads the uses in the order of
    their types: the last one counts for all. So `f::integer` also casts `f` and `f::float`.
    """
    uses = list(dict.fromkeys(node for node in walk(condition) if isinstance(node, VarRef)))
    if not rules.reads_name_once:
        return {use: use for use in uses}
    uses.sort(key=lambda use: _TYPE_ORDER.index(use.data_type))
    last = {use.name: use for use in uses}
    return {use: last[use.name] for use in uses}


def _constant(expr: Expr) -> Any:
    if isinstance(expr, RegexLiteral):
        return compile_regex(expr.pattern)
    if isinstance(expr, _VALUES):
        return expr.value
    return None


_VALUES = (BooleanLiteral, IntegerLiteral, NumberLiteral, StringLiteral, UnsignedLiteral)


def _operations(
    expr: BinaryExpr,
    slots: Mapping[Expr, int],
    rules: ExpressionRules,
    unsigned: Collection[Expr],
) -> Evaluate:
    left, operations = spine(expr)
    first = compile_expression(left, slots, rules, unsigned)
    is_unsigned = _is_unsigned(left, unsigned)
    steps: list[tuple[BinaryFunction, Evaluate]] = []
    for operation in operations:
        is_unsigned = is_unsigned or _is_unsigned(operation.rhs, unsigned)
        operand = compile_expression(operation.rhs, slots, rules, unsigned)
        steps.append((rules.operation(operation, unsigned=is_unsigned), operand))
    if len(steps) == 1:
        function, second = steps[0]
        return lambda row: function(first(row), second(row))

    def evaluate(row: Sequence[Any]) -> Any:
        value = first(row)
        for function, operand in steps:
            value = function(value, operand(row))
        return value

    return evaluate


def _mathematics(
    expr: Call,
    slots: Mapping[Expr, int],
    rules: ExpressionRules,
    unsigned: Collection[Expr],
) -> Evaluate:
    function = rules.functions[expr.name]
    args = [compile_expression(arg, slots, rules, unsigned) for arg in expr.args]

    def evaluate(row: Sequence[Any]) -> Any:
        values = [arg(row) for arg in args]
        if all(value.__class__ in {int, float} for value in values):
            return function(*values)
        return None

    return evaluate
