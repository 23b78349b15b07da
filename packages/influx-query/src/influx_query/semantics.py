"""What the server refuses of a SELECT that parses: wrong arguments, and fields that don't mix.

The reasons are the server's own. What is stored is the business of `influx_query.checking`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from influx_query.functions import FUNCTIONS, Function, Kind
from influx_query.nodes import (
    BinaryExpr,
    Call,
    Distinct,
    DurationLiteral,
    Expr,
    IntegerLiteral,
    NumberLiteral,
    ParenExpr,
    RegexLiteral,
    SelectStatement,
    VarRef,
    Wildcard,
)
from influx_query.walking import walk

_FIELDS: Final = (VarRef, Wildcard, RegexLiteral)
_VARIABLES: Final = (*_FIELDS, Call, Distinct)
_RANKING: Final = ("top", "bottom")


class Refusal(ValueError):
    """A statement the server would not run; the text is the server's reason."""


@dataclass(slots=True)
class _Found:
    """What has been seen in the fields of one SELECT."""

    calls: list[str] = field(default_factory=list[str])
    has_plain: bool = False
    only_selectors: bool = True


def check_select(statement: SelectStatement) -> None:
    """Check a SELECT, without its subqueries.

    Raises:
        Refusal: The server would refuse it.
    """
    interval = _interval(statement)
    found = _Found()
    exprs = [each.expr for each in statement.fields if not _is_time(each.expr)]
    if not exprs:
        raise Refusal("at least 1 non-time field must be queried")
    for expr in exprs:
        _check_field(expr, found, interval)
    _check_mix(found, interval)
    if statement.fill.kind == "linear" and not found.calls:
        raise Refusal("fill(linear) must be used with a function")
    if statement.condition is not None:
        _check_condition(statement.condition)


def _is_time(expr: Expr) -> bool:
    return isinstance(expr, VarRef) and expr.name == "time"


def _interval(statement: SelectStatement) -> bool:
    """Check GROUP BY, and tell whether it has buckets."""
    has_time = False
    for dimension in statement.dimensions:
        expr = dimension.expr
        if isinstance(expr, Call):
            if has_time:
                raise Refusal("multiple time dimensions not allowed")
            _check_buckets(expr)
            has_time = True
        elif isinstance(expr, VarRef):
            if expr.name.lower() == "time":
                raise Refusal("time() is a function and expects at least one argument")
        elif not isinstance(expr, Wildcard | RegexLiteral):
            raise Refusal("only time and tag dimensions allowed")
    return has_time


def _check_buckets(call: Call) -> None:
    if call.name != "time":
        raise Refusal("only time() calls allowed in dimensions")
    if not 1 <= len(call.args) <= 2:
        raise Refusal("time dimension expected 1 or 2 arguments")
    if not isinstance(call.args[0], DurationLiteral):
        raise Refusal("time dimension must have duration argument")


def _check_field(expr: Expr, found: _Found, interval: bool) -> None:
    """Check one field: the parts of its arithmetic, each a plain field or a call."""
    parts = [each for each in _operands(expr) if isinstance(each, _VARIABLES)]
    if not parts:
        raise Refusal("field must contain at least one variable")
    for part in parts:
        if isinstance(part, Call):
            _check_call(part, found, interval)
        elif isinstance(part, Distinct):
            found.calls.append("distinct")
            found.only_selectors = False
        else:
            found.has_plain = True


def _operands(expr: Expr) -> list[Expr]:
    """Give what stands between the operators of an expression, through math functions too."""
    stack, operands = [expr], list[Expr]()
    while stack:
        node = stack.pop()
        if isinstance(node, BinaryExpr):
            stack += (node.rhs, node.lhs)
        elif isinstance(node, ParenExpr):
            stack.append(node.expr)
        elif isinstance(node, Call) and _kind(node) is Kind.MATH:
            _check_arity(FUNCTIONS[node.name], node)
            stack += reversed(node.args)
        else:
            operands.append(node)
    return operands


def _kind(call: Call) -> Kind | None:
    function = FUNCTIONS.get(call.name)
    return function.kind if function else None


def _check_call(call: Call, found: _Found, interval: bool) -> None:
    function = FUNCTIONS.get(call.name)
    if function is None:
        raise Refusal(f"undefined function {call.name}()")
    _check_arity(function, call)
    found.calls.append(call.name)
    is_selector = function.kind is Kind.SELECTOR and call.name not in _RANKING
    found.only_selectors &= is_selector and isinstance(call.args[0], VarRef)
    if call.name in _RANKING:
        found.only_selectors = True
    if function.kind in (Kind.AGGREGATE, Kind.SELECTOR):
        _check_first(call)
    else:
        _check_nested(function, call, interval)
    _check_rest(function, call)


def _check_arity(function: Function, call: Call) -> None:
    least, most, given = function.least, function.most, len(call.args)
    if given >= least and (most is None or given <= most):
        return
    if most is None:
        expected = f"at least {least}"
    elif least == most:
        expected = str(least)
    else:
        expected = f"at least {least} but no more than {most}"
    raise Refusal(
        f"invalid number of arguments for {function.name}, expected {expected}, got {given}"
    )


def _check_first(call: Call) -> None:
    """Check the field of an aggregate or a selector."""
    first = call.args[0]
    counts_distinct = call.name == "count" and (
        isinstance(first, Distinct) or (isinstance(first, Call) and first.name == "distinct")
    )
    if not counts_distinct and not isinstance(first, _FIELDS):
        raise Refusal(f"expected field argument in {call.name}()")


def _check_nested(function: Function, call: Call, interval: bool) -> None:
    """Check the field of a transformation: a call if there are buckets, and only then."""
    first = call.args[0]
    if isinstance(first, Call):
        if not interval:
            raise Refusal(f"{call.name} aggregate requires a GROUP BY interval")
        _check_call(first, _Found(), interval)
    elif function.kind is Kind.PREDICTOR:
        raise Refusal(f"must use aggregate function with {call.name}")
    elif interval:
        raise Refusal(f"aggregate function required inside the call to {call.name}")


def _check_rest(function: Function, call: Call) -> None:
    """Check the arguments behind the first."""
    if call.name in _RANKING:
        _check_ranking(call)
        return
    for parameter, argument in zip(function.parameters[1:], call.args[1:], strict=False):
        accepted = _TYPES.get(parameter.accepts)
        if accepted and not isinstance(argument, accepted):
            kind = "float" if parameter.accepts == "number" else parameter.accepts
            raise Refusal(f"expected {kind} argument in {call.name}()")
        if isinstance(argument, DurationLiteral) and argument.value <= 0:
            raise Refusal(f"duration argument must be positive, got {argument}")


def _check_ranking(call: Call) -> None:
    *tags, last = call.args[1:]
    if not isinstance(last, IntegerLiteral):
        raise Refusal(f"expected integer as last argument in {call.name}(), found {last}")
    if last.value < 1:
        raise Refusal(f"limit ({last}) in {call.name} function must be at least 1")
    for each in tags:
        if not isinstance(each, VarRef):
            raise Refusal(f"only fields or tags are allowed in {call.name}(), found {each}")


def _check_mix(found: _Found, interval: bool) -> None:
    """Check what can't stand side by side."""
    if "distinct" in found.calls and (len(found.calls) > 1 or found.has_plain):
        raise Refusal(
            "aggregate function distinct() cannot be combined with other functions or fields"
        )
    for name in _RANKING:
        if name in found.calls and len(found.calls) > 1:
            raise Refusal(f"selector function {name}() cannot be combined with other functions")
    if not found.calls and interval:
        raise Refusal("GROUP BY requires at least one aggregate function")
    if found.calls and found.has_plain:
        if not found.only_selectors:
            raise Refusal("mixing aggregate and non-aggregate queries is not supported")
        if len(found.calls) > 1:
            raise Refusal("mixing multiple selector functions with tags or fields is not supported")


def _check_condition(condition: Expr) -> None:
    for node in walk(condition):
        if isinstance(node, Call) and node.name != "now" and _kind(node) is not Kind.MATH:
            raise Refusal(f"invalid function call in condition: {node}")
        if isinstance(node, BinaryExpr) and node.op == "!=" and _is_time(node.lhs):
            raise Refusal("invalid time comparison operator: !=")


_TYPES: Final[dict[str, tuple[type[Expr], ...]]] = {
    "integer": (IntegerLiteral,),
    "number": (IntegerLiteral, NumberLiteral),
    "duration": (DurationLiteral,),
}
