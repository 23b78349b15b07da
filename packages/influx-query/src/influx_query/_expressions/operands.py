"""Typed operands with Python's operators: ``(tag("host") == "a") & (field("value") > 3.5)``.

An operand holds a node and never text, so a value is always exactly one token. A comparison without
an equivalent in InfluxQL raises an error that names an alternative.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn, cast

from influx_query._expressions.conditions import Condition, Expression, binary, is_time
from influx_query._expressions.expression_nodes import (
    BinaryExpr,
    BoundParameter,
    Call,
    DataType,
    Expr,
    Field,
    ParenExpr,
    VarRef,
)
from influx_query._expressions.literals import (
    DurationLiteral,
    RegexLiteral,
    StringLiteral,
    TimeLiteral,
    duration_literal,
    integer,
    literal,
)
from influx_query._expressions.literals import regex as regex_literal
from influx_query._text.numpy_scalars import plain
from influx_query._text.timestamps import looks_like_time, parse_time
from influx_query._tree.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

_TYPES: Final = ("", "float", "integer", "unsigned", "string", "boolean", "field", "tag")
_EXACT_FLOATS: Final = 2.0**53
"""Up to this limit, a float represents every integer exactly."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Operand(Expression):
    """A value of a point, or an expression of such values, with comparisons and arithmetic."""

    __array_ufunc__: ClassVar[None] = None
    """With None, numpy lets this class implement operators between numpy scalars and operands."""

    node: Expr

    def as_(self, alias: str) -> Field:
        """Set the name in the result: ``value AS load``; an empty name removes it.

        Raises:
            TypeError: The name is not a string.
        """
        return Field(self.node, _name("as_", alias))

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
        """Return the condition that a regular expression matches: ``host =~ /web/``."""
        return Condition(BinaryExpr("=~", self.node, regex_literal(pattern)))

    def in_(self, values: Iterable[object]) -> Condition:
        """Return the condition that the operand equals any of the values.

        Raises:
            TypeError: The values are one string instead of a list.
            ValueError: The list of values is empty; InfluxQL has no condition that is always false.
        """
        if isinstance(values, str | bytes):
            raise TypeError(f"{self}.in_({values!r}) takes a list of values, not one text")
        return self._any("=", list(values))

    def __add__(self, other: object) -> Operand:
        return self._calculate("+", other)

    def __radd__(self, other: object) -> Operand:
        return as_operand(other)._calculate("+", self)

    def __sub__(self, other: object) -> Operand:
        return self._calculate("-", other)

    def __rsub__(self, other: object) -> Operand:
        return as_operand(other)._calculate("-", self)

    def __mul__(self, other: object) -> Operand:
        return self._calculate("*", other)

    def __rmul__(self, other: object) -> Operand:
        return as_operand(other)._calculate("*", self)

    def __truediv__(self, other: object) -> Operand:
        return self._calculate("/", other)

    def __rtruediv__(self, other: object) -> Operand:
        return as_operand(other)._calculate("/", self)

    def __mod__(self, other: object) -> Operand:
        return self._calculate("%", other)

    def __rmod__(self, other: object) -> Operand:
        return as_operand(other)._calculate("%", self)

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
        if isinstance(other, TagOperand):
            raise TypeError(f"{other} is a tag, which is text; {operator} needs a field")
        left, right = self.node, as_operand(other).node
        if isinstance(right, StringLiteral):
            right = _span_of_text(right, operator, left)
        elif isinstance(left, StringLiteral):
            left = _span_of_text(left, operator, right)
        return Operand(binary(operator, left, right))

    def _compare(self, operator: str, other: object) -> Condition:
        if other is None or isinstance(other, list | tuple | set | frozenset | re.Pattern):
            raise TypeError(f"{self} {operator} {other!r}: only == and != can compare with that")
        return self._compared(operator, other)

    def _equal(self, other: object, operator: str) -> Condition:
        if other is None:
            return self._absent(operator)
        if isinstance(other, list | tuple | set | frozenset):
            return self._any(operator, list(cast("Iterable[object]", other)))
        return self._compared(operator, other)

    def _compared(self, operator: str, other: object) -> Condition:
        value = time_value(other) if is_time(self.node) else as_operand(other).node
        if isinstance(value, RegexLiteral):
            return Condition(BinaryExpr({"=": "=~", "!=": "!~"}[operator], self.node, value))
        self._refuse_type(operator, value)
        return Condition(binary(operator, self.node, value))

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
        """Compare with None: a missing tag is empty; for a field, this raises an error."""
        if isinstance(self.node, VarRef) and self.node.data_type == "tag":
            bare = VarRef(self.node.name)
            return Condition(BinaryExpr(operator, bare, StringLiteral("")))
        raise ValueError(
            f"{self} {operator} None: InfluxQL can't ask for a missing value. A tag that is "
            "missing is empty: tag(...) == None works; points without a field are left out anyway"
        )

    def _refuse_type(self, operator: str, value: Expr) -> None:
        if is_time(self.node) and operator == "!=":
            raise ValueError("InfluxDB can't compare the time with !=; use < and > in two queries")


class TagOperand(Operand):
    """A tag; its values are strings, so arithmetic is not possible."""

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


class TimeOperand(Operand):
    """The time of a point; calling it returns the time() of GROUP BY."""

    __slots__ = ()

    def __call__(
        self,
        width: str | int | timedelta,
        offset: str | int | timedelta | Operand | None = None,
    ) -> Operand:
        """Return the time() of GROUP BY.

        Args:
            width: The width of a bucket: text such as ``5m``, a timedelta, or nanoseconds.
            offset: The shift of the bucket boundaries relative to 1970-01-01 UTC; or `now()`.

        Raises:
            TypeError: The width or the offset has a wrong type.
            ValueError: The width is not positive, or a text is not a duration.
        """
        size = duration_literal(width)
        if size.value <= 0:
            raise ValueError(f"time({width!r}): the width of a bucket has to be above 0")
        if offset is None:
            return Operand(Call("time", (size,)))
        shift = offset.node if isinstance(offset, Operand) else duration_literal(offset)
        if not _is_shift(shift):
            raise TypeError(f"time({width!r}, {shift}): an offset is a duration, a time or now()")
        return Operand(Call("time", (size, shift)))


def field(name: str, type: DataType = "") -> Operand:  # noqa: A002
    """Return a field, or a tag, by its name; with a type, only the values of that type.

    Raises:
        TypeError: The name is not a string.
        ValueError: InfluxQL has no such type.
    """
    if type not in _TYPES:
        raise ValueError(f"field({name!r}, {type!r}): the types are {', '.join(_TYPES[1:])}")
    return Operand(VarRef(_name("field", name), type))


def tag(name: str) -> TagOperand:
    """Return a tag by its name.

    Raises:
        TypeError: The name is not a string.
    """
    return TagOperand(VarRef(_name("tag", name)))


def now() -> Operand:
    """Return ``now()``, the time at which the server runs the query."""
    return Operand(Call("now"))


def param(name: str) -> Operand:
    """Return ``$name``, a parameter whose value is sent with the query.

    Raises:
        TypeError: The name is not a string.
    """
    return Operand(BoundParameter(_name("param", name)))


def duration(value: str | int | timedelta) -> Operand:
    """Return a duration operand, from text such as ``1h30m``, a timedelta or nanoseconds.

    Raises:
        TypeError: The value has another type.
        ValueError: The text is not a duration of InfluxQL.
    """
    return Operand(duration_literal(value))


def regex(pattern: str | re.Pattern[str]) -> Operand:
    """Return a regular expression, to select fields, to group by tags, or for comparisons.

    Raises:
        TypeError: The pattern is neither a string nor a compiled pattern.
        ValueError: The server would refuse the pattern.
    """
    return Operand(regex_literal(pattern))


time: Final = TimeOperand(VarRef("time"))
"""The time of a point: ``time > now() - timedelta(hours=1)``, ``group_by(time("5m"))``."""


def as_operand(value: object) -> Operand:
    """Return an operand unchanged, and a plain value as its literal."""
    if isinstance(value, Operand):
        return value
    if isinstance(value, Condition):
        raise TypeError(f"{value} is a condition, and can't be calculated or compared with")
    return Operand(literal(value))


def _name(function: str, name: object) -> str:
    name = plain(name)
    if not isinstance(name, str):
        raise TypeError(f"{function}({name!r}) takes a name, as text")
    return name


def time_value(value: object) -> Expr:
    """Return the node of a value that is compared with time, without loss of digits.

    Raises:
        ValueError: The value can't be a time, is a number too large to be exact, or has a
            fraction: it counts seconds, and the server reads nanoseconds.
    """
    value = plain(value)
    if isinstance(value, bool):
        raise TypeError(f"time and {value!r}: a time is a datetime, text, or nanoseconds")
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise ValueError(f"InfluxQL can't write the number {value}; only finite numbers")
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return integer(int(value))
    if isinstance(value, float) and abs(value) > _EXACT_FLOATS:
        raise ValueError(
            f"time and {value!r}: a float has lost the last digits of a time in nanoseconds; "
            "give an int, a datetime or text"
        )
    if isinstance(value, float | Decimal) and value % 1:
        raise ValueError(
            f"time and {value!r}: a number counts whole nanoseconds; for seconds, give "
            "datetime.fromtimestamp(seconds, UTC)"
        )
    node = as_operand(value).node
    if isinstance(node, StringLiteral):
        parse_time(node.value)
    return node


def _span_of_text(text: StringLiteral, operator: str, other: Expr) -> Expr:
    """Return the duration or time that a text means in a calculation with a time or a duration.

    Raises:
        TypeError: The other operand is neither a time nor a duration.
        ValueError: The text is neither a time nor a duration.
    """
    if operator not in ("+", "-") or not any(map(_is_moment, walk(other))):
        raise TypeError(
            f"{operator} calculates with numbers and durations, not with the text {text.value!r}; "
            "a field is field(...)"
        )
    if looks_like_time(text.value):
        parse_time(text.value)
        return text
    return duration_literal(text.value)


def _is_shift(node: Expr) -> bool:
    is_now = isinstance(node, Call) and node.name == "now"
    return is_now or isinstance(node, DurationLiteral | TimeLiteral | BoundParameter)


def _is_moment(node: object) -> bool:
    is_now = isinstance(node, Call) and node.name == "now"
    return is_now or is_time(node) or isinstance(node, TimeLiteral | DurationLiteral)
