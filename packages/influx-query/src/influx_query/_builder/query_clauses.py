"""Turns the arguments of the builder into the nodes of a query's clauses.

A text is a name to be quoted, except where the builder documents a raw expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from influx_query._builder.rendering import (
    QuotedMeasurement,
    QuotedName,
    RawText,
    UpperCaseBoolean,
)
from influx_query._clauses.builder_arguments import count as count_of
from influx_query._clauses.builder_arguments import name_of
from influx_query._clauses.clause_nodes import Measurement
from influx_query._expressions.conditions import Condition
from influx_query._expressions.expression_nodes import (
    BinaryExpr,
    BoundParameter,
    Call,
    Expr,
    Field,
    ParenExpr,
    VarRef,
    Wildcard,
)
from influx_query._expressions.literals import RegexLiteral, literal, regex
from influx_query._expressions.operands import Operand, time_value
from influx_query._statements.select.select_nodes import Fill
from influx_query._statements.select.select_parser import is_time_zone
from influx_query._text.lexer import tokenize
from influx_query._text.numbers import INT64_MAX, INT64_MIN, format_number
from influx_query._text.numpy_scalars import plain
from influx_query._text.quoting import quote_string
from influx_query._tree.node import Node
from influx_query._tree.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, timedelta

    from influx_query._builder.rendering import Writer

Selectable: TypeAlias = str | Operand | Field
Dimension: TypeAlias = "str | Operand | re.Pattern[str]"
Equal: TypeAlias = "str | float | Decimal | bool | date | timedelta | re.Pattern[str] | list[Any]"
FillValue: TypeAlias = Literal["null", "none", "previous", "linear"] | float | None

_FILLS: Final = {
    "null": Fill("null"),
    "none": Fill("none"),
    "previous": Fill("previous"),
    "linear": Fill("linear"),
}
_NAME: Final = r'"(?:[^"\\\n]|\\[n\\"\'])*"'
_SOURCE: Final = rf"{_NAME}(?:\.{{1,2}}{_NAME}){{0,2}}"
_DIMENSION: Final = rf"(?:\*|time\([0-9a-zµ, -]+\)|{_NAME})"
_ANY_DIMENSION: Final = re.compile(_DIMENSION)
_READY_SOURCES: Final = re.compile(rf"{_SOURCE}(?:\s*,\s*{_SOURCE})*\Z")
_READY_DIMENSIONS: Final = re.compile(rf"{_DIMENSION}(?:\s*,\s*{_DIMENSION})*\Z")


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of a query so far; None and empty tuples are clauses that are missing."""

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
        """Return the text of the query; conditions have their own writer, which can bind values."""
        sources = (
            f"({each.text(write, write_condition)})" if isinstance(each, Clauses) else write(each)
            for each in self.sources
        )
        text = f"SELECT {','.join(map(write, self.select))}"
        if self.into is not None:
            text += f" INTO {write(self.into)}"
        text += f" FROM {_joined_sources(sources)}"
        if self.where:
            text += f" WHERE {' AND '.join(map(write_condition, self.where))}"
        if self.group_by:
            text += f" GROUP BY {','.join(map(write, self.group_by))}"
        if self.fill is not None:
            text += f" {write(self.fill)}"
        return text + self._tail()

    def parameter_names(self) -> frozenset[str]:
        """Return the names of the parameters that are in the query already."""
        nodes = (*self.select, *self.where, *self.group_by)
        names = {name for each in nodes for node in walk(each) for name in _parameter_names(node)}
        inner = (source for source in self.sources if isinstance(source, Clauses))
        return frozenset(names.union(*(source.parameter_names() for source in inner)))

    def _tail(self) -> str:
        text = " ORDER BY time DESC" if self.descending else ""
        counts = (self.limit, self.offset, self.slimit, self.soffset)
        for keyword, value in zip(("LIMIT", "OFFSET", "SLIMIT", "SOFFSET"), counts, strict=True):
            if value is not None:
                text += f" {keyword} {value}"
        return text + (f" tz({quote_string(self.location)})" if self.location else "")


def _joined_sources(sources: Iterable[str]) -> str:
    """Return sources with commas; the server reads a regex right behind a comma as an error."""
    text = ""
    for each in sources:
        separator = ", " if each.startswith("/") else ","
        text += f"{separator}{each}" if text else each
    return text


def _parameter_names(node: Node) -> Iterable[str]:
    if isinstance(node, BoundParameter):
        return (node.name,)
    if not isinstance(node, RawText):
        return ()
    tokens = tokenize(node.text)
    kinds = zip(tokens.kinds, tokens.values, strict=True)
    return (value.removeprefix("$") for kind, value in kinds if kind == "BOUNDPARAM")


def selected(expressions: Iterable[Selectable]) -> tuple[Node, ...]:
    """Return fields of raw expressions and typed ones."""
    return tuple(_selected(expression) for expression in expressions)


def _selected(expression: object) -> Node:
    if isinstance(expression, str):
        return RawText(_raw("select", expression))
    if isinstance(expression, Operand):
        return expression.node
    if isinstance(expression, Field):
        return expression
    raise TypeError(f"can't select {expression!r}; it takes text, field(...), func.mean(...)")


def _raw(clause: str, text: str) -> str:
    if not text.strip():
        raise ValueError(f"{clause}({text!r}) is empty; leave the argument out")
    return text


def source(value: object, *, ready: bool = False) -> Node:
    """Return a measurement to read from; with `ready`, a text can be quoted names already."""
    if isinstance(value, str):
        return RawText(value) if ready and _READY_SOURCES.match(value) else QuotedMeasurement(value)
    if isinstance(value, Measurement):
        return QuotedMeasurement(value.name, value.database, value.retention_policy, value.regex)
    raise TypeError(f"can't read from {value!r}; it takes names, measurement(...) and queries")


def target(value: str | Measurement, *, ready: bool = False) -> Node | None:
    """Return a measurement to write into; an empty text is none."""
    if isinstance(value, Measurement) and value.regex is not None:
        raise ValueError(f"can't write into {value}: it has to be one measurement, not a regex")
    return source(value, ready=ready) if value else None


def conditions(
    expressions: Iterable[str | Condition], equals: Mapping[str, Equal]
) -> tuple[Node, ...]:
    """Return conditions that can be joined with AND as they are."""
    given = [_condition(expression) for expression in expressions]
    return (*given, *(_equal(name, value) for name, value in equals.items()))


def _condition(expression: object) -> Node:
    if isinstance(expression, str):
        raw = _raw("where", expression)
        return RawText(f"({raw})" if has_or(raw) else raw)
    if not isinstance(expression, Condition):
        raise TypeError(f"{expression!r} is no condition; compare something: tag('host') == 'a'")
    node = expression.node
    is_or = isinstance(node, BinaryExpr) and node.op == "OR"
    return ParenExpr(node) if is_or else node


def has_or(expression: str) -> bool:
    """Return whether a raw expression has an OR outside of its parentheses."""
    depth = 0
    for kind in tokenize(expression).kinds:
        depth += (kind == "(") - (kind == ")")
        if kind == "OR" and depth <= 0:
            return True
    return False


def _equal(name: str, value: object) -> Expr:
    if isinstance(value, list | tuple | set | frozenset):
        return _any_equal(name, list(cast("Iterable[object]", value)))
    if value is None:
        raise TypeError(
            f"where({name}=None): InfluxQL can't ask for a missing value; "
            f"a tag that is missing is empty: where({name}='')"
        )
    node = _value(name, plain(value))
    return BinaryExpr("=~" if isinstance(node, RegexLiteral) else "=", QuotedName(name), node)


def _value(name: str, value: object) -> Expr:
    try:
        if name.lower() == "time":
            return time_value(value)
        return UpperCaseBoolean(value) if isinstance(value, bool) else literal(value)
    except TypeError as error:
        raise TypeError(f"where({name}=...): {error}") from None
    except ValueError as error:
        raise ValueError(f"where({name}=...): {error}") from None


def _any_equal(name: str, values: list[object]) -> Expr:
    if not values:
        raise ValueError(f"where({name}=[]): nothing can equal none of the values")
    if name.lower() == "time" and len(values) > 1:
        raise ValueError(
            f"where({name}=...) with several times is an OR, which InfluxDB takes for an AND; "
            "ask in several queries"
        )
    terms = [_equal(name, value) for value in values]
    joined = reduce(lambda left, right: BinaryExpr("OR", left, right), terms)
    return joined if len(terms) == 1 else ParenExpr(joined)


def dimensions(present: tuple[Node, ...], added: Iterable[Dimension]) -> tuple[Node, ...]:
    """Return the dimensions with more of them; a star replaces every tag."""
    nodes = (*present, *(_dimension(each) for each in added))
    stars = [each for each in nodes if isinstance(each, Wildcard)]
    if not stars:
        return nodes
    kept = (piece for each in nodes for piece in _pieces_of(each) if _is_buckets(piece))
    return (*kept, stars[0])


def _pieces_of(dimension: Node) -> tuple[Node, ...]:
    """Return each dimension of a text that was quoted already; any other node alone."""
    if not isinstance(dimension, RawText):
        return (dimension,)
    return tuple(RawText(match[0]) for match in _ANY_DIMENSION.finditer(dimension.text))


def _is_buckets(dimension: Node) -> bool:
    if isinstance(dimension, RawText):
        return dimension.text.startswith("time(")
    return isinstance(dimension, Call)


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
    """Return dimensions of a constructor's text: quoted already, or one tag."""
    if not text:
        return ()
    if text != "*" and _READY_DIMENSIONS.match(text):
        return (RawText(text),)
    return dimensions((), (text,))


def fill(value: FillValue) -> Fill | None:
    """Return a FILL with a number or one of its words; None is none."""
    if value is None:
        return None
    found = plain(value)
    if isinstance(found, str):
        if found not in _FILLS:
            raise ValueError(f"can't fill with {value!r}; it takes a number, {', '.join(_FILLS)}")
        return _FILLS[found]
    return Fill("number", _fill_number(found))


def _fill_number(value: object) -> float:
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"can't fill with {value!r}; it takes a number, {', '.join(_FILLS)}")
    if isinstance(value, float):
        format_number(value)
    elif not INT64_MIN <= value <= INT64_MAX:
        raise ValueError(f"can't fill with {value}, which doesn't fit an int64")
    return value


def flag(clause: str, value: object) -> bool:
    """Return a boolean.

    Raises:
        TypeError: It is none.
    """
    value = plain(value)
    if not isinstance(value, bool):
        raise TypeError(f"{clause}({value!r}) takes True or False")
    return value


def location(value: object) -> str:
    """Return the name of a time zone; an empty one is none.

    Raises:
        TypeError: The value is not a string.
        ValueError: There is no such zone.
    """
    name = name_of("time zone", value)
    if name and not is_time_zone(name):
        raise ValueError(f"tz({name!r}): there is no such time zone; write Europe/Helsinki or UTC")
    return name


def count(clause: str, value: object) -> int | None:
    """Return the number of LIMIT and the like; None is none."""
    return None if value is None else count_of(clause, value)
