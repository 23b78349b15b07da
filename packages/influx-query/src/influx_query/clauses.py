"""What each clause of a built query takes, made into the nodes it is written from.

A text is a name to be quoted, except where the builder says it is a raw expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any, Final, Literal, TypeAlias, cast

from influx_query import literals, quoting
from influx_query.expressions import Condition, Operand
from influx_query.lexer import tokenize
from influx_query.nodes import (
    BinaryExpr,
    Call,
    Expr,
    Field,
    Fill,
    Measurement,
    Node,
    ParenExpr,
    RegexLiteral,
    VarRef,
    Wildcard,
)
from influx_query.writing import QuotedMeasurement, QuotedName, RawText, UpperCaseBoolean

Selectable: TypeAlias = str | Operand | Field
Dimension: TypeAlias = "str | Operand | re.Pattern[str]"
Equal: TypeAlias = "str | float | Decimal | bool | date | timedelta | re.Pattern[str] | list[Any]"
FillValue: TypeAlias = Literal["null", "none", "previous", "linear"] | float | None

_FILLS: Final = ("null", "none", "previous", "linear")
_READY: Final = frozenset([",", ".", "*", "(", ")", "-", "DURATIONVAL"])


def quoted(text: str) -> str:
    """Write a string."""
    return quoting.quote_string(text)


def selected(expressions: Iterable[Selectable]) -> tuple[Node, ...]:
    """Make fields of raw expressions and typed ones."""
    return tuple(_selected(expression) for expression in expressions)


def _selected(expression: Selectable) -> Node:
    if isinstance(expression, str):
        return RawText(expression)
    if isinstance(expression, Operand):
        return expression.node
    if isinstance(expression, Field):
        return expression
    raise TypeError(f"can't select {expression!r}; it takes text, field(...), func.mean(...)")


def source(value: str | Measurement, *, ready: bool = False) -> Node:
    """Make a measurement to read from; with `ready`, a text can be quoted names already."""
    if isinstance(value, str):
        return RawText(value) if ready and _is_ready(value) else QuotedMeasurement(value)
    if isinstance(value, Measurement):
        return QuotedMeasurement(value.name, value.database, value.retention_policy, value.regex)
    raise TypeError(f"can't read from {value!r}; it takes names, measurement(...) and queries")


def target(value: str | Measurement, *, ready: bool = False) -> Node | None:
    """Make a measurement to write into; an empty text is none."""
    if isinstance(value, Measurement) and value.regex is not None:
        raise ValueError(f"can't write into {value}: it has to be one measurement, not a regex")
    return source(value, ready=ready) if value else None


def conditions(
    expressions: Iterable[str | Condition], equals: Mapping[str, Equal]
) -> tuple[Node, ...]:
    """Make conditions that can be joined with AND as they are."""
    given = [_condition(expression) for expression in expressions]
    return (*given, *(_equal(name, value) for name, value in equals.items()))


def _condition(expression: str | Condition) -> Node:
    if isinstance(expression, str):
        return RawText(f"({expression})" if has_or(expression) else expression)
    if not isinstance(expression, Condition):
        raise TypeError(f"{expression!r} is no condition; compare something: tag('host') == 'a'")
    node = expression.node
    is_or = isinstance(node, BinaryExpr) and node.op == "OR"
    return ParenExpr(node) if is_or else node


def has_or(expression: str) -> bool:
    """Tell whether a raw expression has an OR outside of its parentheses."""
    depth = 0
    for kind in tokenize(expression).kinds:
        depth += (kind == "(") - (kind == ")")
        if kind == "OR" and depth <= 0:
            return True
    return False


def _equal(name: str, value: Equal) -> Node:
    if isinstance(value, list):
        if not value:
            raise ValueError(f"where({name}=[]): nothing can equal none of the values")
        terms = [_equal(name, item) for item in cast("list[Any]", value)]
        return ParenExpr(reduce(lambda left, right: BinaryExpr("OR", left, right), terms))
    if value is None:
        raise TypeError(
            f"where({name}=None): InfluxQL can't ask for a missing value; "
            f"a tag that is missing is empty: where({name}='')"
        )
    node = UpperCaseBoolean(value) if isinstance(value, bool) else literals.literal(value)
    return BinaryExpr("=~" if isinstance(node, RegexLiteral) else "=", QuotedName(name), node)


def dimensions(present: tuple[Node, ...], added: Iterable[Dimension]) -> tuple[Node, ...]:
    """Add dimensions to those there are; a star takes the place of every tag."""
    nodes = (*present, *(_dimension(each) for each in added))
    stars = [each for each in nodes if isinstance(each, Wildcard)]
    if not stars:
        return nodes
    return (*(each for each in nodes if isinstance(each, Call)), stars[0])


def _dimension(value: Dimension) -> Node:
    if isinstance(value, str):
        return Wildcard() if value == "*" else QuotedName(value)
    if isinstance(value, re.Pattern):
        return literals.regex(value)
    if isinstance(value, Operand):
        return _dimension_node(value.node)
    raise TypeError(f"can't group by {value!r}; it takes names of tags, tag(...), time(...)")


def _dimension_node(node: Expr) -> Expr:
    if isinstance(node, VarRef) and not node.data_type:
        if node.name.lower() == "time":
            raise ValueError("group by time needs to know the width of buckets: time('5m')")
        return QuotedName(node.name)
    if isinstance(node, RegexLiteral) or (isinstance(node, Call) and node.name == "time"):
        return node
    raise ValueError(f"can't group by {node}: only tags, time(...) and regexes over tags will do")


def ready_dimensions(text: str) -> tuple[Node, ...]:
    """Make dimensions of a constructor's text: quoted already, or one tag."""
    if not text:
        return ()
    if text != "*" and _is_ready(text):
        return (RawText(text),)
    return dimensions((), (text,))


def fill(value: FillValue) -> Fill | None:
    """Make a fill() of a number or of one of its words; None is none."""
    if value is None:
        return None
    if isinstance(value, str):
        if value not in _FILLS:
            raise ValueError(f"can't fill with {value!r}; it takes a number, {', '.join(_FILLS)}")
        return Fill(value)
    if isinstance(value, bool):
        raise TypeError("can't fill with a boolean, only with a number")
    return Fill("number", value)


def count(clause: str, value: int | None) -> int | None:
    """Check the number of LIMIT and the like."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{clause}({value!r}) takes a whole number")
    if not 0 <= value <= quoting.INT64_MAX:
        raise ValueError(f"{clause}({value}) takes a number from 0")
    return value


def _is_ready(text: str) -> bool:
    """Tell whether a text is made of quoted names already, with stars and time() between."""
    tokens = tokenize(text)
    pairs = list(zip(tokens.kinds, tokens.starts, strict=True))[:-1]
    return bool(pairs) and all(
        kind in _READY
        or (kind == "IDENT" and (text[start] == '"' or text.startswith("time(", start)))
        for kind, start in pairs
    )
