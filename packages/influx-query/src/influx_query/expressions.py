"""Typed operands with Python's operators: ``(tag("host") == "a") & (field("value") > 3.5)``.

An operand or a condition wraps a node and never text, so no value can end its own token. What
InfluxQL can't say is refused here, with a way to say it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final, NoReturn, cast

from influx_query import literals
from influx_query.nodes import (
    PRECEDENCE,
    BinaryExpr,
    BoundParameter,
    Call,
    DataType,
    Expr,
    Field,
    Measurement,
    ParenExpr,
    RegexLiteral,
    StringLiteral,
    VarRef,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

_TYPES: Final = ("", "float", "integer", "unsigned", "string", "boolean", "field", "tag")


class _Expression:
    """What operands and conditions share: they print as InfluxQL."""

    __slots__ = ()

    node: Expr

    def __str__(self) -> str:
        return str(self.node)


@dataclass(frozen=True, slots=True, eq=False)
class Condition(_Expression):
    """Something that is true or false of a point: join them with ``&`` and ``|``."""

    node: Expr

    def __and__(self, other: Condition) -> Condition:
        return Condition(_binary("AND", self.node, _condition_node(other, "&")))

    def __or__(self, other: Condition) -> Condition:
        right = _condition_node(other, "|")
        if _mentions_time(self.node) or _mentions_time(right):
            raise ValueError(
                f"{self} | {other} has the time in an OR, which InfluxDB takes for an AND; "
                "ask in two queries, or keep the time in a condition of its own, joined with &"
            )
        return Condition(_binary("OR", self.node, right))

    def __invert__(self) -> NoReturn:
        raise TypeError(f"InfluxQL has no NOT for {self}; turn the comparison round: !=, !~, <=")

    def __bool__(self) -> bool:
        raise TypeError(
            f"{self} is only true or false of a point; join conditions with & and | in "
            "parentheses, not with and, or, not or a chain of comparisons"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Operand(_Expression):
    """A value of a point, or one made of such values: compare it, calculate with it."""

    node: Expr

    def as_(self, alias: str) -> Field:
        """Give the operand a name in the result: ``value AS load``."""
        return Field(self.node, alias)

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        return self._equal(other, "=")

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]
        return self._equal(other, "!=")

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: object) -> Condition:
        return self._compare("<", other)

    def __le__(self, other: object) -> Condition:
        return self._compare("<=", other)

    def __gt__(self, other: object) -> Condition:
        return self._compare(">", other)

    def __ge__(self, other: object) -> Condition:
        return self._compare(">=", other)

    def matches(self, pattern: str | re.Pattern[str]) -> Condition:
        """Compare with a regular expression: ``host =~ /web/``."""
        return Condition(BinaryExpr("=~", self.node, literals.regex(pattern)))

    def in_(self, values: Iterable[object]) -> Condition:
        """Compare with each of several values: any of them will do.

        Raises:
            ValueError: There are none. Nothing can equal nothing, and InfluxQL can't say so.
        """
        return self._any("=", list(values))

    def __add__(self, other: object) -> Operand:
        return self._calculate("+", other)

    def __radd__(self, other: object) -> Operand:
        return _operand(other)._calculate("+", self)

    def __sub__(self, other: object) -> Operand:
        return self._calculate("-", other)

    def __rsub__(self, other: object) -> Operand:
        return _operand(other)._calculate("-", self)

    def __mul__(self, other: object) -> Operand:
        return self._calculate("*", other)

    def __rmul__(self, other: object) -> Operand:
        return _operand(other)._calculate("*", self)

    def __truediv__(self, other: object) -> Operand:
        return self._calculate("/", other)

    def __rtruediv__(self, other: object) -> Operand:
        return _operand(other)._calculate("/", self)

    def __mod__(self, other: object) -> Operand:
        return self._calculate("%", other)

    def __rmod__(self, other: object) -> Operand:
        return _operand(other)._calculate("%", self)

    def __and__(self, other: object) -> Operand:
        return self._calculate("&", other)

    def __or__(self, other: object) -> Operand:
        return self._calculate("|", other)

    def __xor__(self, other: object) -> Operand:
        return self._calculate("^", other)

    def __neg__(self) -> Operand:
        return -1 * self

    def __bool__(self) -> bool:
        raise TypeError(f"{self} has no value here; the server knows it, for each point")

    def _calculate(self, operator: str, other: object) -> Operand:
        return Operand(_binary(operator, self.node, _operand(other).node))

    def _compare(self, operator: str, other: object) -> Condition:
        if other is None or isinstance(other, list | tuple | set | frozenset | re.Pattern):
            raise TypeError(f"{self} {operator} {other!r}: only == and != can compare with that")
        value = _operand(other).node
        self._refuse_type(operator, value)
        return Condition(_binary(operator, self.node, value))

    def _equal(self, other: object, operator: str) -> Condition:
        if other is None:
            return self._absent(operator)
        if isinstance(other, list | tuple | set | frozenset):
            return self._any(operator, list(cast("Iterable[object]", other)))
        value = _operand(other).node
        if isinstance(value, RegexLiteral):
            return Condition(BinaryExpr({"=": "=~", "!=": "!~"}[operator], self.node, value))
        self._refuse_type(operator, value)
        return Condition(_binary(operator, self.node, value))

    def _any(self, operator: str, values: list[object]) -> Condition:
        if not values:
            raise ValueError(
                f"{self} {operator} an empty list: InfluxQL has no condition that is never (or "
                "always) true; leave the condition out, or don't ask"
            )
        conditions = [self._equal(value, operator) for value in values]
        join = Condition.__or__ if operator == "=" else Condition.__and__
        joined = reduce(join, conditions)
        return joined if len(values) == 1 else Condition(ParenExpr(joined.node))

    def _absent(self, operator: str) -> Condition:
        """Compare with None: a tag that is absent is empty; for a field there is no such test."""
        if isinstance(self.node, VarRef) and self.node.data_type == "tag":
            return Condition(BinaryExpr(operator, _bare_tag(self.node), StringLiteral("")))
        raise ValueError(
            f"{self} {operator} None: InfluxQL can't ask for a missing value. A tag that is "
            "missing is empty: tag(...) == None works; points without a field are left out anyway"
        )

    def _refuse_type(self, operator: str, value: Expr) -> None:
        if _is_time(self.node) and operator == "!=":
            raise ValueError("InfluxDB can't compare the time with !=; use < and > in two queries")


class Tag(Operand):
    """A tag: its values are strings, so it can't be calculated with."""

    __slots__ = ()

    def _calculate(self, operator: str, other: object) -> NoReturn:
        raise TypeError(f"{self} is a tag, which is text; {operator} needs a field")

    def _refuse_type(self, operator: str, value: Expr) -> None:
        if operator not in ("=", "!="):
            raise TypeError(
                f"{self} is a tag; InfluxDB compares tags with = and != and regexes only"
            )
        if not isinstance(value, StringLiteral | BoundParameter | VarRef):
            raise TypeError(
                f"{self} is a tag and {value} is no string: InfluxDB would find nothing; "
                f"compare with {str(value)!r}"
            )

    def _absent(self, operator: str) -> Condition:
        return Condition(BinaryExpr(operator, self.node, StringLiteral("")))


class Time(Operand):
    """The time of a point; called, the buckets GROUP BY puts points into."""

    __slots__ = ()

    def __call__(
        self,
        width: str | int | timedelta,
        offset: str | int | timedelta | Operand | None = None,
    ) -> Operand:
        """Make buckets for GROUP BY.

        Args:
            width: How wide: ``"5m"``, a timedelta, or nanoseconds; above 0.
            offset: How far to shift their edges, from midnight 1970 UTC; or `now()`.

        Raises:
            ValueError: The width is not above 0, or a text is no duration.
        """
        size = literals.duration(width)
        if size.value <= 0:
            raise ValueError(f"time({width!r}): a bucket has to be wider than nothing")
        if offset is None:
            return Operand(Call("time", (size,)))
        shift = offset.node if isinstance(offset, Operand) else literals.duration(offset)
        return Operand(Call("time", (size, shift)))


def field(name: str, type: DataType = "") -> Operand:  # noqa: A002
    """Name a field, or a tag; with a type, only the values of that type.

    Raises:
        ValueError: The type is none of InfluxQL's.
    """
    if type not in _TYPES:
        raise ValueError(f"field({name!r}, {type!r}): the types are {', '.join(_TYPES[1:])}")
    return Operand(VarRef(name, type))


def tag(name: str) -> Tag:
    """Name a tag."""
    return Tag(VarRef(name))


def now() -> Operand:
    """Name the moment the server runs the query at."""
    return Operand(Call("now"))


def param(name: str) -> Operand:
    """Leave a place for a value that travels beside the query, as ``$name``."""
    return Operand(BoundParameter(name))


def duration(value: str | int | timedelta) -> Operand:
    """Make a span of time of ``"1h30m"``, a timedelta, or nanoseconds.

    Raises:
        ValueError: The text is no duration of InfluxQL.
    """
    return Operand(literals.duration(value))


def regex(pattern: str | re.Pattern[str]) -> Operand:
    """Make a regular expression: to select fields, to group by tags, or to compare with.

    Raises:
        ValueError: The server would refuse it.
    """
    return Operand(literals.regex(pattern))


def measurement(
    name: str | re.Pattern[str], *, retention_policy: str = "", database: str = ""
) -> Measurement:
    """Name a measurement to read from, or with a compiled pattern all those it matches."""
    if isinstance(name, str):
        return Measurement(name, database, retention_policy)
    return Measurement("", database, retention_policy, literals.regex(name))


time: Final = Time(VarRef("time"))
"""The time of a point: ``time > now() - timedelta(hours=1)``, ``group_by(time("5m"))``."""


def operand_node(value: object) -> Expr:
    """Give the node of an operand, or the literal of a plain value."""
    return _operand(value).node


def _operand(value: object) -> Operand:
    if isinstance(value, Operand):
        return value
    if isinstance(value, Condition):
        raise TypeError(f"{value} is a condition, and can't be calculated or compared with")
    return Operand(literals.literal(value))


def _condition_node(value: object, operator: str) -> Expr:
    if isinstance(value, Condition):
        return value.node
    raise TypeError(
        f"{operator} joins conditions, and {value!r} is none; put each comparison in parentheses"
    )


def _binary(operator: str, left: Expr, right: Expr) -> BinaryExpr:
    """Join two nodes, in the parentheses they need to be read the same way again."""
    level = PRECEDENCE[operator]
    return BinaryExpr(operator, _wrap(left, level), _wrap(right, level + 1))


def _wrap(node: Expr, least: int) -> Expr:
    if isinstance(node, BinaryExpr) and PRECEDENCE[node.op] < least:
        return ParenExpr(node)
    return node


def _is_time(node: Expr) -> bool:
    return isinstance(node, VarRef) and node.name.lower() == "time"


def _mentions_time(root: Expr) -> bool:
    stack: list[Expr] = [root]
    while stack:
        node = stack.pop()
        if _is_time(node):
            return True
        stack += (child for child in node.children() if isinstance(child, Expr))
    return False


def _bare_tag(node: VarRef) -> VarRef:
    return VarRef(node.name)
