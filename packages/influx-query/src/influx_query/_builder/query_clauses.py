"""What each clause of a built query takes, made into the nodes it is written from.

A text is a name to be quoted, except where the builder says it is a raw expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from influx_query._builder.rendering import (
    QuotedMeasurement,
    QuotedName,
    RawText,
    UpperCaseBoolean,
)
from influx_query._clauses.builder_arguments import count as count_of
from influx_query._clauses.clause_nodes import Measurement
from influx_query._expressions.conditions import Condition
from influx_query._expressions.expression_nodes import (
    BinaryExpr,
    Call,
    Expr,
    Field,
    ParenExpr,
    VarRef,
    Wildcard,
)
from influx_query._expressions.literals import RegexLiteral, literal, regex
from influx_query._expressions.operands import Operand
from influx_query._statements.select.select_nodes import Fill
from influx_query._text.lexer import tokenize
from influx_query._text.quoting import quote_string
from influx_query._tree.node import Node
from influx_query._tree.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, timedelta
    from decimal import Decimal

    from influx_query._builder.rendering import Writer

Selectable: TypeAlias = str | Operand | Field
Dimension: TypeAlias = "str | Operand | re.Pattern[str]"
Equal: TypeAlias = "str | float | Decimal | bool | date | timedelta | re.Pattern[str] | list[Any]"
FillValue: TypeAlias = Literal["null", "none", "previous", "linear"] | float | None

_FILLS: Final = ("null", "none", "previous", "linear")
_NAME: Final = r'"(?:[^"\\\n]|\\[n\\"\'])*"'
_SOURCE: Final = rf"{_NAME}(?:\.{{1,2}}{_NAME}){{0,2}}"
_DIMENSION: Final = rf"(?:\*|time\([0-9a-zµ, -]+\)|{_NAME})"
_READY_SOURCES: Final = re.compile(rf"{_SOURCE}(?:\s*,\s*{_SOURCE})*\Z")
_READY_DIMENSIONS: Final = re.compile(rf"{_DIMENSION}(?:\s*,\s*{_DIMENSION})*\Z")


@dataclass(frozen=True, slots=True)
class Clauses:
    """What a query is made of so far; None and empty tuples are clauses that aren't there."""

    select: tuple[Node, ...] = ()
    sources: tuple[Node | Clauses, ...] = ()
    into: Node | None = None
    where: tuple[Node, ...] = ()
    group_by: tuple[Node, ...] = ()
    fill: Fill | None = None
    descending: bool = False
    limit: int | None = None
    offset: int | None = None
    slimit: int | None = None
    soffset: int | None = None
    location: str = ""

    @property
    def has_raw_fields(self) -> bool:
        """Whether a field is raw text, in this query or in one it reads from."""
        raw = any(isinstance(each, RawText) for field in self.select for each in walk(field))
        inner = (source for source in self.sources if isinstance(source, Clauses))
        return raw or any(source.has_raw_fields for source in inner)

    def text(self, write: Writer, write_condition: Writer) -> str:
        """Write the query; conditions by a writer of their own, which can take their values out."""
        sources = (
            f"({each.text(write, write_condition)})" if isinstance(each, Clauses) else write(each)
            for each in self.sources
        )
        text = f"SELECT {','.join(map(write, self.select))}"
        if self.into is not None:
            text += f" INTO {write(self.into)}"
        text += f" FROM {','.join(sources)}"
        if self.where:
            text += f" WHERE {' AND '.join(map(write_condition, self.where))}"
        if self.group_by:
            text += f" GROUP BY {','.join(map(write, self.group_by))}"
        if self.fill is not None:
            text += f" {write(self.fill)}"
        return text + self._tail()

    def _tail(self) -> str:
        text = " ORDER BY time DESC" if self.descending else ""
        counts = (self.limit, self.offset, self.slimit, self.soffset)
        for keyword, value in zip(("LIMIT", "OFFSET", "SLIMIT", "SOFFSET"), counts, strict=True):
            if value is not None:
                text += f" {keyword} {value}"
        return text + (f" tz({quote_string(self.location)})" if self.location else "")


def selected(expressions: Iterable[Selectable]) -> tuple[Node, ...]:
    """Make fields of raw expressions and typed ones."""
    return tuple(_selected(expression) for expression in expressions)


def _selected(expression: object) -> Node:
    if isinstance(expression, str):
        return RawText(expression)
    if isinstance(expression, Operand):
        return expression.node
    if isinstance(expression, Field):
        return expression
    raise TypeError(f"can't select {expression!r}; it takes text, field(...), func.mean(...)")


def source(value: object, *, ready: bool = False) -> Node:
    """Make a measurement to read from; with `ready`, a text can be quoted names already."""
    if isinstance(value, str):
        return RawText(value) if ready and _READY_SOURCES.match(value) else QuotedMeasurement(value)
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


def _condition(expression: object) -> Node:
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


def _equal(name: str, value: object) -> Expr:
    if isinstance(value, list):
        return _any_equal(name, cast("list[object]", value))
    if value is None:
        raise TypeError(
            f"where({name}=None): InfluxQL can't ask for a missing value; "
            f"a tag that is missing is empty: where({name}='')"
        )
    node = UpperCaseBoolean(value) if isinstance(value, bool) else literal(value)
    return BinaryExpr("=~" if isinstance(node, RegexLiteral) else "=", QuotedName(name), node)


def _any_equal(name: str, values: list[object]) -> Expr:
    if not values:
        raise ValueError(f"where({name}=[]): nothing can equal none of the values")
    terms = [_equal(name, value) for value in values]
    joined = reduce(lambda left, right: BinaryExpr("OR", left, right), terms)
    return joined if len(terms) == 1 else ParenExpr(joined)


def dimensions(present: tuple[Node, ...], added: Iterable[Dimension]) -> tuple[Node, ...]:
    """Add dimensions to those there are; a star takes the place of every tag."""
    nodes = (*present, *(_dimension(each) for each in added))
    stars = [each for each in nodes if isinstance(each, Wildcard)]
    if not stars:
        return nodes
    return (*(each for each in nodes if isinstance(each, Call)), stars[0])


def _dimension(value: object) -> Node:
    if isinstance(value, str):
        return Wildcard() if value == "*" else QuotedName(value)
    if isinstance(value, re.Pattern):
        return regex(cast("re.Pattern[str]", value))
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
    if text != "*" and _READY_DIMENSIONS.match(text):
        return (RawText(text),)
    return dimensions((), (text,))


def fill(value: FillValue) -> Fill | None:
    """Make the call of fill with a number or one of its words; None is none."""
    if value is None:
        return None
    if isinstance(value, str):
        if value not in _FILLS:
            raise ValueError(f"can't fill with {value!r}; it takes a number, {', '.join(_FILLS)}")
        return Fill(value)
    if isinstance(value, bool):
        raise TypeError("can't fill with a boolean, only with a number")
    return Fill("number", value)


def count(clause: str, value: object) -> int | None:
    """Return the number of LIMIT and the like; None is none."""
    return None if value is None else count_of(clause, value)
