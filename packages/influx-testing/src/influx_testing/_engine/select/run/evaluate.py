"""Turns expressions into Python functions of a row of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

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
)
from influx_testing._engine.select.functions.mathematics import MATH_FUNCTIONS
from influx_testing._engine.select.plan.expressions import spine
from influx_testing._engine.select.run.arithmetic import BinaryFunction, binary_function
from influx_testing._go.regex import compile_regex

__all__ = ["Evaluate", "compile_expression"]

Evaluate = Callable[[Sequence[Any]], Any]
"""Takes the values of a row, gives the value of an expression; None is a missing one."""


def compile_expression(expr: Expr, slots: Mapping[Expr, int], *, float_division: bool) -> Evaluate:
    """Make a function of an expression.

    Args:
        expr: what to evaluate.
        slots: which names and calls are found where in a row; others are missing values.
        float_division: see `binary_function`.
    """
    if expr in slots:
        return itemgetter(slots[expr])
    if isinstance(expr, ParenExpr):
        return compile_expression(expr.expr, slots, float_division=float_division)
    if isinstance(expr, BinaryExpr):
        return _operations(expr, slots, float_division=float_division)
    if isinstance(expr, Call) and expr.name in MATH_FUNCTIONS:
        return _mathematics(expr, slots, float_division=float_division)
    constant = _constant(expr)
    return lambda row: constant


def _constant(expr: Expr) -> Any:
    if isinstance(expr, RegexLiteral):
        return compile_regex(expr.pattern)
    if isinstance(expr, BooleanLiteral | IntegerLiteral | NumberLiteral | StringLiteral):
        return expr.value
    return None


def _operations(expr: BinaryExpr, slots: Mapping[Expr, int], *, float_division: bool) -> Evaluate:
    left, operations = spine(expr)
    first = compile_expression(left, slots, float_division=float_division)
    steps: list[tuple[BinaryFunction, Evaluate]] = [
        (
            binary_function(operation.op, float_division=float_division),
            compile_expression(operation.rhs, slots, float_division=float_division),
        )
        for operation in operations
    ]
    if len(steps) == 1:
        function, second = steps[0]
        return lambda row: function(first(row), second(row))

    def evaluate(row: Sequence[Any]) -> Any:
        value = first(row)
        for function, operand in steps:
            value = function(value, operand(row))
        return value

    return evaluate


def _mathematics(expr: Call, slots: Mapping[Expr, int], *, float_division: bool) -> Evaluate:
    function = MATH_FUNCTIONS[expr.name]
    args = [compile_expression(arg, slots, float_division=float_division) for arg in expr.args]

    def evaluate(row: Sequence[Any]) -> Any:
        values = [arg(row) for arg in args]
        if all(value.__class__ in {int, float} for value in values):
            return function(*values)
        return None

    return evaluate
