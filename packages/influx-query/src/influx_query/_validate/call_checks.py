"""Checks the calls in the fields of a SELECT, and records which kinds of calls there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from influx_query._expressions.expression_nodes import (
    BinaryExpr,
    Call,
    Distinct,
    Expr,
    ParenExpr,
    VarRef,
    Wildcard,
)
from influx_query._expressions.literals import (
    BooleanLiteral,
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    RegexLiteral,
    StringLiteral,
    TimeLiteral,
    UnsignedLiteral,
)
from influx_query.errors import ValidationError
from influx_query.functions import Function, Kind, Parameter, arity_issue

if TYPE_CHECKING:
    from collections.abc import Mapping

LITERALS: Final = (
    BooleanLiteral,
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    StringLiteral,
    TimeLiteral,
    UnsignedLiteral,
)
"""The node types of constants."""

_NO_VARIABLE: Final = "field must contain at least one variable"
_TWO_LITERALS: Final = "cannot perform a binary expression on two literals"

_TYPES: Final[dict[str, tuple[type[Expr], ...]]] = {
    "integer": (IntegerLiteral,),
    "number": (IntegerLiteral, NumberLiteral),
    "duration": (DurationLiteral,),
    "word": (StringLiteral,),
}


class CallValidator:
    """Checks the fields of one statement, one after another.

    Attributes:
        calls: The calls of functions over points, in order.
        has_columns: Whether a plain field or tag is selected.
        only_selectors: Whether every function is a selector.
        has_distinct: Whether distinct() is called outside of other calls.
        ranking: ``top`` or ``bottom`` if one is called.
    """

    def __init__(
        self, functions: Mapping[str, Function], *, has_interval: bool, limit: int, inherited: bool
    ) -> None:
        self.calls: list[Call] = []
        self.has_columns = False
        self.only_selectors = True
        self.has_distinct = False
        self.ranking = ""
        self._functions = functions
        self._has_interval = has_interval
        self._inherited = inherited
        self._limit = limit
        self._wildcards = True

    def check_field(self, expr: Expr) -> None:
        """Check one expression of the SELECT clause."""
        self._wildcards = True
        if self._is_constant(expr):
            raise ValidationError(_NO_VARIABLE)
        self._check(expr)

    def _is_constant(self, expr: Expr) -> bool:
        """Whether the server folds an expression to a literal, such as null for ``abs('x')``."""
        if isinstance(expr, ParenExpr):
            return self._is_constant(expr.expr)
        if not isinstance(expr, Call):
            return isinstance(expr, LITERALS)
        function = self._functions.get(expr.name)
        if function is None or function.kind is not Kind.MATH:
            return False
        constant = all(isinstance(arg, RegexLiteral) or self._is_constant(arg) for arg in expr.args)
        return constant and not arity_issue(function, len(expr.args))

    def _check(self, expr: Expr) -> None:
        match expr:
            case VarRef():
                self.has_columns = True
            case Wildcard() | RegexLiteral():
                self._check_wildcard(expr)
            case Call():
                self._check_call(expr)
            case Distinct():
                self._check_call(Call("distinct", (VarRef(expr.name),)))
            case BinaryExpr():
                self._check_operands(expr)
            case ParenExpr():
                self._check(expr.expr)
            case _ if isinstance(expr, LITERALS):
                raise ValidationError(_NO_VARIABLE)
            case _:
                raise ValidationError("unimplemented")

    def _check_wildcard(self, expr: Expr) -> None:
        self.has_columns = True
        if not self._wildcards:
            what = "regex" if isinstance(expr, RegexLiteral) else "wildcard"
            raise ValidationError(f"unable to use {what} in a binary expression")

    def _check_operands(self, expr: BinaryExpr) -> None:
        """Check a chain of operators from the left; the first two operands need a variable."""
        self._wildcards = False
        operands: list[Expr] = []
        left: Expr = expr
        while isinstance(left, BinaryExpr):
            operands.append(left.rhs)
            left = left.lhs
        right = operands[-1]
        if self._is_constant(left) and self._is_constant(right):
            is_false = isinstance(right, Call) and not isinstance(left, Call | StringLiteral)
            raise ValidationError(_NO_VARIABLE if is_false else _TWO_LITERALS)
        for operand in (left, *reversed(operands)):
            if not isinstance(operand, LITERALS):
                self._check(operand)

    def _check_call(self, call: Call) -> None:
        function = self._functions.get(call.name)
        if function is None:
            raise ValidationError(f"undefined function {call.name}()")
        if function.kind is not Kind.MATH:
            self.calls.append(call)
        if function.is_ranking and self.ranking:
            raise ValidationError(
                f"selector function {self.ranking}() cannot be combined with other functions"
            )
        if issue := arity_issue(function, len(call.args)):
            raise ValidationError(issue)
        if function.kind is Kind.MATH:
            self._check_arguments_of_math(call)
        elif function.is_ranking:
            self._check_ranking(function, call)
        else:
            _check_parameters(function, call)
            self._check_first(function, call)

    def _check_arguments_of_math(self, call: Call) -> None:
        """Check the arguments; a regular expression selects no fields here, but is a constant."""
        for argument in call.args:
            if not isinstance(argument, (*LITERALS, RegexLiteral)):
                self._check(argument)

    def _check_first(self, function: Function, call: Call) -> None:
        if call.name == "distinct":
            self._check_distinct(call)
            self.has_distinct = True
        elif function.kind in (Kind.AGGREGATE, Kind.SELECTOR):
            self.only_selectors &= function.is_selector
            first = _as_call(call.args[0])
            if call.name == "count" and isinstance(first, Call) and first.name == "distinct":
                self._check_nested(first)
            else:
                self._check_column(call.name, first)
        else:
            self._check_transformed(function, call)

    def _check_nested(self, call: Call) -> None:
        """Check a call inside another call; distinct() is allowed there."""
        if call.name == "distinct":
            if issue := arity_issue(self._functions["distinct"], len(call.args)):
                raise ValidationError(issue)
            self._check_distinct(call)
        else:
            self._check(call)

    def _check_distinct(self, call: Call) -> None:
        if not isinstance(call.args[0], VarRef):
            raise ValidationError("expected field argument in distinct()")
        self.only_selectors = False

    def _check_column(self, name: str, argument: Expr) -> None:
        """Check the field of an aggregate or a selector: a name, a wildcard or a regex."""
        if isinstance(argument, VarRef):
            return
        if not isinstance(argument, Wildcard | RegexLiteral):
            raise ValidationError(f"expected field argument in {name}()")
        if not self._wildcards:
            what = "regex field" if isinstance(argument, RegexLiteral) else "wildcard"
            raise ValidationError(f"unsupported expression with {what}: {name}()")
        self.only_selectors = False

    def _check_transformed(self, function: Function, call: Call) -> None:
        """Check a function over fields, or over the buckets of another function."""
        self.only_selectors = False
        first = call.args[0]
        if isinstance(first, Call):
            if not self._has_interval:
                raise ValidationError(f"{call.name} aggregate requires a GROUP BY interval")
            self._check_nested(first)
        elif function.kind is Kind.PREDICTOR:
            raise ValidationError(f"must use aggregate function with {call.name}")
        elif self._has_interval and not self._inherited:
            raise ValidationError(f"aggregate function required inside the call to {call.name}")
        else:
            self._check_column(call.name, first)

    def _check_ranking(self, function: Function, call: Call) -> None:
        first, *tags, last = call.args
        _, tag, count = function.parameters
        _check_parameter(call, count, last, found=str(last))
        assert isinstance(last, IntegerLiteral)
        if 0 < self._limit < last.value:
            raise ValidationError(
                f"limit ({last.value}) in {call.name} function can not be larger than the LIMIT "
                f"({self._limit}) in the select statement"
            )
        if not isinstance(first, VarRef):
            raise ValidationError(
                f"expected first argument to be a field in {call.name}(), found {first}"
            )
        for each in tags:
            if not isinstance(each, VarRef):
                raise ValidationError(_message(tag.type_error, call, str(each)))
        self.ranking = call.name


def _check_parameters(function: Function, call: Call) -> None:
    """Check the arguments after the first one."""
    for parameter, argument in zip(function.parameters[1:], call.args[1:], strict=False):
        _check_parameter(call, parameter, argument, found=_go_type(argument))


def _check_parameter(call: Call, parameter: Parameter, argument: Expr, *, found: str) -> None:
    accepted = _TYPES.get(parameter.accepts)
    if accepted and not isinstance(argument, accepted):
        default = f"expected {parameter.accepts} argument in {call.name}()"
        raise ValidationError(_message(parameter.type_error or default, call, found))
    if isinstance(argument, StringLiteral) and parameter.words:
        if argument.value not in parameter.words:
            raise ValidationError(_message(parameter.range_error, call, argument.value))
        return
    if parameter.least is None or not isinstance(argument, IntegerLiteral | DurationLiteral):
        return
    if argument.value < parameter.least and argument.value != parameter.default:
        raise ValidationError(_message(parameter.range_error, call, str(argument)))


def _message(template: str, call: Call, got: str) -> str:
    return template.replace("{function}", call.name).replace("{got}", got)


def _as_call(expr: Expr) -> Expr:
    """Return ``DISTINCT a`` as the call ``distinct(a)``, as the server does."""
    return Call("distinct", (VarRef(expr.name),)) if isinstance(expr, Distinct) else expr


def _go_type(expr: Expr) -> str:
    """Return the name of a node's class in the Go implementation."""
    return f"*influxql.{type(expr).__name__}"
