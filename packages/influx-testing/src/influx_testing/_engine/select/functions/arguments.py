"""What each function of SELECT takes, and what the server says about anything else.

Source: https://docs.influxdata.com/influxdb/v1/query_language/functions/
"""

from __future__ import annotations

from collections.abc import Callable

from influx_query import format_duration
from influx_query.nodes import (
    BinaryExpr,
    Call,
    DurationLiteral,
    Expr,
    IntegerLiteral,
    NumberLiteral,
    ParenExpr,
    RegexLiteral,
    VarRef,
    Wildcard,
)
from influx_testing._engine.select.functions.mathematics import MATH_FUNCTIONS, argument_count
from influx_testing._engine.select.plan.constant_folding import LITERALS
from influx_testing._engine.select.plan.expressions import spine
from influx_testing.errors import StatementError

__all__ = ["SELECTORS", "CallChecker"]

SELECTORS = frozenset({"bottom", "first", "last", "max", "min", "percentile", "sample", "top"})
"""Functions that pick points, so that other fields can stand beside them."""

_PLAIN_SELECTORS = frozenset({"first", "last", "max", "min"})
_PLAIN_AGGREGATES = frozenset({"count", "mean", "median", "mode", "spread", "stddev", "sum"})


class CallChecker:
    """Checks the calls of one statement and remembers what they mean for the whole.

    Attributes:
        calls: the functions over points, in order.
        has_columns: whether a bare field or tag is selected.
        only_selectors: whether every function picks points.
        has_distinct: whether distinct() stands outermost somewhere.
        row_picker: `top` or `bottom` if called.
    """

    def __init__(self, *, has_interval: bool, limit: int, inherited: bool = False) -> None:
        self.calls: list[Call] = []
        self.has_columns = False
        self.only_selectors = True
        self.has_distinct = False
        self.row_picker = ""
        self._has_interval = has_interval
        self._inherited = inherited
        self._limit = limit
        self._wildcards = True
        self._checks: dict[str, Callable[[Call], None]] = {
            "bottom": self._row_picker,
            "cumulative_sum": self._cumulative_sum,
            "derivative": self._derivative,
            "difference": self._difference,
            "distinct": self._distinct,
            "elapsed": self._elapsed,
            "holt_winters": self._holt_winters,
            "holt_winters_with_fit": self._holt_winters,
            "integral": self._integral,
            "moving_average": self._moving_average,
            "non_negative_derivative": self._derivative,
            "non_negative_difference": self._difference,
            "percentile": self._percentile,
            "sample": self._sample,
            "top": self._row_picker,
        }

    def check_field(self, expr: Expr) -> None:
        """Check one expression of the SELECT clause."""
        self._wildcards = True
        self._check(expr)

    def _check(self, expr: Expr) -> None:
        if isinstance(expr, VarRef):
            self.has_columns = True
        elif isinstance(expr, Wildcard | RegexLiteral):
            self._check_wildcard(expr)
        elif isinstance(expr, Call):
            self._check_call(expr)
        elif isinstance(expr, LITERALS):
            raise StatementError("field must contain at least one variable")
        elif isinstance(expr, BinaryExpr):
            self._check_operands(expr)
        elif isinstance(expr, ParenExpr):
            self._check(expr.expr)
        else:
            raise StatementError("unimplemented")

    def _check_wildcard(self, expr: Expr) -> None:
        self.has_columns = True
        if not self._wildcards:
            what = "regex" if isinstance(expr, RegexLiteral) else "wildcard"
            raise StatementError(f"unable to use {what} in a binary expression")

    def _check_operands(self, expr: BinaryExpr) -> None:
        """Check the operands of a chain of operations, from the left; one may be a constant."""
        self._wildcards = False
        left, operations = spine(expr)
        if isinstance(left, LITERALS) and isinstance(operations[0].rhs, LITERALS):
            raise StatementError("cannot perform a binary expression on two literals")
        for operand in (left, *(operation.rhs for operation in operations)):
            if not isinstance(operand, LITERALS):
                self._check(operand)

    def _check_call(self, call: Call) -> None:
        if call.name in MATH_FUNCTIONS:
            self._mathematics(call)
            return
        self.calls.append(call)
        self._checks.get(call.name, self._plain)(call)

    def _check_nested(self, call: Expr) -> None:
        """Check the function inside another one; distinct() may stand there."""
        if isinstance(call, Call) and call.name == "distinct":
            self._distinct_argument(call.args)
        else:
            self._check(call)

    def _mathematics(self, call: Call) -> None:
        _expect_count(call, argument_count(call.name))
        for arg in call.args:
            if not isinstance(arg, LITERALS):
                self._check(arg)

    def _plain(self, call: Call) -> None:
        if call.name in _PLAIN_AGGREGATES:
            self.only_selectors = False
        elif call.name not in _PLAIN_SELECTORS:
            raise StatementError(f"undefined function {call.name}()")
        _expect_count(call, 1)
        arg = call.args[0]
        if call.name == "count" and isinstance(arg, Call) and arg.name == "distinct":
            self._check_nested(arg)
        else:
            self._symbol(call.name, arg)

    def _symbol(self, name: str, arg: Expr) -> None:
        if isinstance(arg, VarRef):
            return
        if not isinstance(arg, Wildcard | RegexLiteral):
            raise StatementError(f"expected field argument in {name}()")
        if not self._wildcards:
            what = "regex field" if isinstance(arg, RegexLiteral) else "wildcard"
            raise StatementError(f"unsupported expression with {what}: {name}()")
        self.only_selectors = False

    def _percentile(self, call: Call) -> None:
        _expect_count(call, 2)
        if not isinstance(call.args[1], IntegerLiteral | NumberLiteral):
            raise StatementError("expected float argument in percentile()")
        self._symbol("percentile", call.args[0])

    def _sample(self, call: Call) -> None:
        _expect_count(call, 2)
        size = call.args[1]
        if not isinstance(size, IntegerLiteral):
            raise StatementError("expected integer argument in sample()")
        if size.value <= 0:
            raise StatementError(f"sample window must be greater than 1, got {size.value}")
        self._symbol("sample", call.args[0])

    def _distinct(self, call: Call) -> None:
        self._distinct_argument(call.args)
        self.has_distinct = True

    def _distinct_argument(self, args: tuple[Expr, ...]) -> None:
        if not args:
            raise StatementError("distinct function requires at least one argument")
        if len(args) != 1:
            raise StatementError("distinct function can only have one argument")
        if not isinstance(args[0], VarRef):
            raise StatementError("expected field argument in distinct()")
        self.only_selectors = False

    def _row_picker(self, call: Call) -> None:
        name = call.name
        if self.row_picker:
            raise StatementError(
                f"selector function {self.row_picker}() cannot be combined with other functions"
            )
        if len(call.args) < 2:
            raise StatementError(
                f"invalid number of arguments for {name}, expected at least 2, got {len(call.args)}"
            )
        self._row_count(name, call.args[-1])
        if not isinstance(call.args[0], VarRef):
            raise StatementError(
                f"expected first argument to be a field in {name}(), found {call.args[0]}"
            )
        for arg in call.args[1:-1]:
            if not isinstance(arg, VarRef):
                raise StatementError(f"only fields or tags are allowed in {name}(), found {arg}")
        self.row_picker = name

    def _row_count(self, name: str, count: Expr) -> None:
        if not isinstance(count, IntegerLiteral):
            raise StatementError(f"expected integer as last argument in {name}(), found {count}")
        if count.value <= 0:
            raise StatementError(f"limit ({count.value}) in {name} function must be at least 1")
        if 0 < self._limit < count.value:
            raise StatementError(
                f"limit ({count.value}) in {name} function can not be larger than the LIMIT "
                f"({self._limit}) in the select statement"
            )

    def _derivative(self, call: Call) -> None:
        _expect_one_or_two(call)
        _expect_duration(call, f"second argument to {call.name} must be a duration, got ")
        self._transformation(call)

    def _elapsed(self, call: Call) -> None:
        _expect_one_or_two(call)
        _expect_duration(call, "second argument to elapsed must be a duration, got ")
        self._transformation(call)

    def _difference(self, call: Call) -> None:
        _expect_count(call, 1)
        self._transformation(call)

    def _cumulative_sum(self, call: Call) -> None:
        _expect_count(call, 1)
        self._transformation(call)

    def _moving_average(self, call: Call) -> None:
        _expect_count(call, 2)
        size = call.args[1]
        if not isinstance(size, IntegerLiteral):
            raise StatementError(
                f"second argument for moving_average must be an integer, got {go_type(size)}"
            )
        if size.value <= 1:
            raise StatementError(f"moving_average window must be greater than 1, got {size.value}")
        self._transformation(call)

    def _transformation(self, call: Call) -> None:
        """A function over fields, or over the buckets of another function."""
        self.only_selectors = False
        arg = call.args[0]
        if isinstance(arg, Call):
            if not self._has_interval:
                raise StatementError(f"{call.name} aggregate requires a GROUP BY interval")
            self._check_nested(arg)
        elif self._has_interval and not self._inherited:
            raise StatementError(f"aggregate function required inside the call to {call.name}")
        else:
            self._symbol(call.name, arg)

    def _integral(self, call: Call) -> None:
        _expect_one_or_two(call)
        if len(call.args) == 2 and not isinstance(call.args[1], DurationLiteral):
            raise StatementError("second argument must be a duration")
        _expect_duration(call, "")
        self.only_selectors = False
        self._symbol("integral", call.args[0])

    def _holt_winters(self, call: Call) -> None:
        name = call.name
        _expect_count(call, 3)
        count, season = call.args[1:]
        if not isinstance(count, IntegerLiteral):
            raise StatementError(f"expected integer argument as second arg in {name}")
        if count.value <= 0:
            raise StatementError(f"second arg to {name} must be greater than 0, got {count.value}")
        if not isinstance(season, IntegerLiteral):
            raise StatementError(f"expected integer argument as third arg in {name}")
        if season.value < 0:
            raise StatementError(f"third arg to {name} cannot be negative, got {season.value}")
        self.only_selectors = False
        if not isinstance(call.args[0], Call):
            raise StatementError(f"must use aggregate function with {name}")
        if not self._has_interval:
            raise StatementError(f"{name} aggregate requires a GROUP BY interval")
        self._check_nested(call.args[0])


def go_type(expr: Expr) -> str:
    """Name an expression's type as the server does."""
    return f"*influxql.{type(expr).__name__.removeprefix('Rounded')}"


def _expect_count(call: Call, count: int) -> None:
    if len(call.args) != count:
        raise StatementError(
            f"invalid number of arguments for {call.name}, expected {count}, got {len(call.args)}"
        )


def _expect_one_or_two(call: Call) -> None:
    if not 1 <= len(call.args) <= 2:
        raise StatementError(
            f"invalid number of arguments for {call.name}, "
            f"expected at least 1 but no more than 2, got {len(call.args)}"
        )


def _expect_duration(call: Call, otherwise: str) -> None:
    if len(call.args) < 2:
        return
    unit = call.args[1]
    if not isinstance(unit, DurationLiteral):
        raise StatementError(otherwise + go_type(unit))
    if unit.value <= 0:
        raise StatementError(
            f"duration argument must be positive, got {format_duration(unit.value)}"
        )
