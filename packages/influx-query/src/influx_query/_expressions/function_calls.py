"""Function calls as typed operands, checked on construction: ``func.mean(field("value"))``."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, cast

from influx_query._expressions.expression_nodes import (
    BoundParameter,
    Call,
    Distinct,
    Expr,
    VarRef,
    Wildcard,
)
from influx_query._expressions.literals import (
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    RegexLiteral,
    StringLiteral,
    duration_literal,
)
from influx_query._expressions.literals import regex as regex_literal
from influx_query._expressions.operands import Operand, as_operand
from influx_query.functions import FUNCTIONS, Function, Parameter, arity_issue

if TYPE_CHECKING:
    from collections.abc import Iterator


class FunctionCall:
    """One InfluxQL function; calling it with arguments returns an operand."""

    __slots__ = ("function",)

    def __init__(self, function: Function) -> None:
        self.function = function

    def __call__(self, *arguments: object) -> Operand:
        """Return the call.

        Args:
            arguments: Operands and plain values. For a field, a string is its name, ``*`` means
                every field, and a compiled pattern selects the fields that match.

        Raises:
            TypeError: The number of arguments is wrong, or an argument has a wrong type.
            ValueError: A number is out of range.
        """
        parameters = _assign(self.function, arguments)
        nodes = [
            _argument(self.function, parameter, argument)
            for parameter, argument in zip(parameters, arguments, strict=True)
        ]
        return Operand(Call(self.function.name, tuple(nodes)))

    def __repr__(self) -> str:
        return f"func.{self.function.signature}"


class FunctionNamespace:
    """The namespace of all InfluxQL functions, as attributes."""

    __slots__ = ()

    def __getattr__(self, name: str) -> FunctionCall:
        function = FUNCTIONS.get(name.lower())
        if function is None:
            close = get_close_matches(name, FUNCTIONS, n=3)
            hint = f"did you mean {' or '.join(close)}?" if close else "dir(func) lists them"
            raise AttributeError(f"InfluxQL has no function {name}; {hint}")
        return FunctionCall(function)

    def __dir__(self) -> Iterator[str]:
        return iter(FUNCTIONS)


func: Final = FunctionNamespace()
"""The functions: ``func.mean("value")``."""


def _assign(function: Function, arguments: tuple[object, ...]) -> list[Parameter]:
    """Return the parameter of each argument; the parameter for tags takes any number of them."""
    given = len(arguments)
    if issue := arity_issue(function, given):
        raise TypeError(f"{issue}; it is {function.signature}")
    if function.most is not None:
        return list(function.parameters[:given])
    first, tags, last = function.parameters
    return [first, *[tags] * (given - 2), last]


def _argument(function: Function, parameter: Parameter, argument: object) -> Expr:
    if parameter.accepts in ("field", "nested", "value", "tags"):
        node = _name(argument)
    elif parameter.accepts == "duration":
        node = (
            duration_literal(argument) if isinstance(argument, str) else as_operand(argument).node
        )
    else:
        node = as_operand(argument).node
    distinct = function.name == "count" and isinstance(node, Call) and node.name == "distinct"
    if not distinct and not isinstance(node, _ACCEPTED[parameter.accepts]):
        raise TypeError(
            f"{function.name}: {parameter.name} takes {_WORDS[parameter.accepts]}, not {node}"
        )
    _check_range(function, parameter, node)
    return node


def _name(argument: object) -> Expr:
    """Return the node of an argument for a field: a name, ``*``, a pattern or an operand."""
    if isinstance(argument, str):
        return Wildcard() if argument == "*" else VarRef(argument)
    if isinstance(argument, re.Pattern):
        return regex_literal(cast("re.Pattern[str]", argument))
    return as_operand(argument).node


def _check_range(function: Function, parameter: Parameter, node: Expr) -> None:
    if isinstance(node, DurationLiteral) and node.value <= 0:
        raise ValueError(f"{function.name}: duration argument must be positive, got {node}")
    if parameter.least is None or not isinstance(node, IntegerLiteral):
        return
    if node.value < parameter.least and node.value != parameter.default:
        raise ValueError(
            f"{function.name}: {parameter.name} is {parameter.least} at least, got {node}"
        )


_FIELDS: Final = (VarRef, Wildcard, RegexLiteral, BoundParameter)
_ACCEPTED: Final[dict[str, tuple[type[Expr], ...]]] = {
    "field": (*_FIELDS, Distinct),
    "nested": (*_FIELDS, Call),
    "tags": (VarRef,),
    "value": (Expr,),
    "integer": (IntegerLiteral, BoundParameter),
    "number": (IntegerLiteral, NumberLiteral, BoundParameter),
    "duration": (DurationLiteral, BoundParameter),
    "word": (StringLiteral, BoundParameter),
}
_WORDS: Final = {
    "field": "a field",
    "nested": "a field or the call of an aggregate",
    "tags": "names of tags or fields",
    "value": "an expression",
    "integer": "a whole number",
    "number": "a number",
    "duration": "a span of time",
    "word": "a word",
}
