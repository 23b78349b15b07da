"""Expressions over rows, for filters, maps and other functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Never

from influx_flux._text.quoting import check_name
from influx_flux._values.conversion import key_node, to_node
from influx_flux._values.patterns import from_source
from influx_flux.nodes import (
    BinaryExpression,
    CallExpression,
    Expression,
    Identifier,
    IndexExpression,
    LogicalExpression,
    MemberExpression,
    ObjectExpression,
    ParenExpression,
    Property,
    RegexpLiteral,
    UnaryExpression,
    WithSource,
)

ROW: Final = Identifier("r")


@dataclass(frozen=True, slots=True, eq=False)
class FluxExpression:
    """A Flux expression. Operators combine expressions and Python values into new expressions.

    Comparisons are `==`, `!=`, `<`, `<=`, `>` and `>=`. `&`, `|` and `~` are `and`, `or` and `not`;
    put comparisons in parentheses before you combine them. `[]` returns a column of a row, or an
    element of an array.

    Attributes:
        tree: The syntax tree.
        imports: The paths of the packages that the expression uses.
    """

    tree: Expression
    imports: frozenset[str] = frozenset()

    def node(self) -> Expression:
        """Return the syntax tree."""
        return self.tree

    def __eq__(self, other: object) -> FluxExpression:  # type: ignore[override]
        return self._compare("==", other)

    def __ne__(self, other: object) -> FluxExpression:  # type: ignore[override]
        return self._compare("!=", other)

    def __lt__(self, other: object) -> FluxExpression:
        return self._compare("<", other)

    def __le__(self, other: object) -> FluxExpression:
        return self._compare("<=", other)

    def __gt__(self, other: object) -> FluxExpression:
        return self._compare(">", other)

    def __ge__(self, other: object) -> FluxExpression:
        return self._compare(">=", other)

    __hash__ = object.__hash__

    def __and__(self, other: FluxExpression) -> FluxExpression:
        return self._logical("and", other)

    def __or__(self, other: FluxExpression) -> FluxExpression:
        return self._logical("or", other)

    def __invert__(self) -> FluxExpression:
        return FluxExpression(UnaryExpression("not", self.tree), self.imports)

    def __add__(self, other: object) -> FluxExpression:
        return self._compute("+", other)

    def __radd__(self, other: object) -> FluxExpression:
        return expression(other)._compute("+", self)

    def __sub__(self, other: object) -> FluxExpression:
        return self._compute("-", other)

    def __rsub__(self, other: object) -> FluxExpression:
        return expression(other)._compute("-", self)

    def __mul__(self, other: object) -> FluxExpression:
        return self._compute("*", other)

    def __rmul__(self, other: object) -> FluxExpression:
        return expression(other)._compute("*", self)

    def __truediv__(self, other: object) -> FluxExpression:
        return self._compute("/", other)

    def __rtruediv__(self, other: object) -> FluxExpression:
        return expression(other)._compute("/", self)

    def __mod__(self, other: object) -> FluxExpression:
        return self._compute("%", other)

    def __rmod__(self, other: object) -> FluxExpression:
        return expression(other)._compute("%", self)

    def __pow__(self, other: object) -> FluxExpression:
        return self._compute("^", other)

    def __rpow__(self, other: object) -> FluxExpression:
        return expression(other)._compute("^", self)

    def __neg__(self) -> FluxExpression:
        return FluxExpression(UnaryExpression("-", self.tree), self.imports)

    def __getitem__(self, key: str | int | FluxExpression) -> FluxExpression:
        if isinstance(self.tree, ObjectExpression):
            raise ValueError(
                "a record that is written out has no [] in Flux: take its value itself"
            )
        if isinstance(key, str):
            return FluxExpression(MemberExpression(self.tree, key_node(key)), self.imports)
        index = expression(key)
        return FluxExpression(IndexExpression(self.tree, index.tree), self.imports | index.imports)

    def __bool__(self) -> Never:
        raise TypeError(
            "an expression of Flux has no truth in Python: write & for and, | for or, ~ for not, "
            "with parentheses around comparisons"
        )

    def __iter__(self) -> Never:
        raise TypeError("an expression of Flux cannot be gone through in Python")

    def matches(self, pattern: str | re.Pattern[str]) -> FluxExpression:
        """Return the condition that a regular expression matches anywhere in the value.

        Raises:
            ValueError: The pattern is not valid in RE2.
        """
        return self._binary("=~", FluxExpression(_pattern(pattern)))

    def not_matches(self, pattern: str | re.Pattern[str]) -> FluxExpression:
        """Return the condition that a regular expression does not match in the value.

        Raises:
            ValueError: The pattern is not valid in RE2.
        """
        return self._binary("!~", FluxExpression(_pattern(pattern)))

    def exists(self) -> FluxExpression:
        """Return the condition that the value is not null."""
        return FluxExpression(UnaryExpression("exists", self.tree), self.imports)

    def is_in(self, values: Sequence[object]) -> FluxExpression:
        """Return the condition that the value equals one of these values."""
        members = expression(list(values))
        arguments = ObjectExpression(
            (Property(Identifier("set"), members.tree), Property(Identifier("value"), self.tree))
        )
        call = CallExpression(Identifier("contains"), (arguments,))
        return FluxExpression(call, self.imports | members.imports)

    def with_(self, **columns: object) -> FluxExpression:
        """Return a copy of the record with these columns set; only for a variable such as `row`."""
        if not isinstance(self.tree, Identifier):
            raise ValueError("a record is extended by with_() only if it is a variable, as `r`")
        made = record(columns)
        tree = made.tree
        assert isinstance(tree, ObjectExpression)
        extended = ObjectExpression(tree.properties, WithSource(self.tree))
        return FluxExpression(extended, self.imports | made.imports)

    def _binary(self, operator: str, other: FluxExpression) -> FluxExpression:
        tree = BinaryExpression(operator, self.tree, _operand(other.tree))
        return FluxExpression(tree, self.imports | other.imports)

    def _compare(self, operator: str, other: object) -> FluxExpression:
        if other is None:
            raise TypeError("null is not compared in Flux: write .exists() or ~ ... .exists()")
        return self._binary(operator, expression(other))

    def _compute(self, operator: str, other: object) -> FluxExpression:
        return self._binary(operator, expression(other))

    def _logical(self, operator: str, other: object) -> FluxExpression:
        if not isinstance(other, FluxExpression | bool):
            raise TypeError(
                f"{other!r} is no condition; & and | bind more strongly than comparisons in "
                "Python, so these need parentheses"
            )
        right = expression(other)
        tree = LogicalExpression(operator, self.tree, _operand(right.tree))
        return FluxExpression(tree, self.imports | right.imports)


def _operand(tree: Expression) -> Expression:
    """Return the right operand of an operation; parentheses stay where it needs them."""
    operations = BinaryExpression | LogicalExpression
    return ParenExpression(tree) if isinstance(tree, operations) else tree


def _pattern(pattern: str | re.Pattern[str]) -> RegexpLiteral:
    if isinstance(pattern, str):
        return from_source(pattern)
    node = to_node(pattern)
    assert isinstance(node, RegexpLiteral)
    return node


def expression(value: object) -> FluxExpression:
    """Return a value as an expression; the result has the imports of all its parts.

    Raises:
        ValueError: Flux has no literal for this value.
        TypeError: Flux has no literal for this type.
    """
    if isinstance(value, FluxExpression):
        return value
    return FluxExpression(to_node(value), imports_of(value))


def imports_of(value: object) -> frozenset[str]:
    """Return the packages that the expressions in a value need."""
    found: frozenset[str] = getattr(value, "imports", frozenset())
    if isinstance(value, dict):
        value = list(value.values())  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            found |= imports_of(item)  # pyright: ignore[reportUnknownArgumentType]
    return found


def record(columns: dict[str, object]) -> FluxExpression:
    """Return a record; values may be Python values or expressions."""
    values = {name: expression(value) for name, value in columns.items()}
    properties = tuple(Property(key_node(name), made.tree) for name, made in values.items())
    imports = frozenset[str]().union(*(made.imports for made in values.values()))
    return FluxExpression(ObjectExpression(properties), imports)


def variable(name: str) -> FluxExpression:
    """Return a variable, such as an option from `extern`, or the `v` of dashboards.

    Raises:
        ValueError: The name is not a valid identifier.
    """
    return FluxExpression(Identifier(check_name(name, "a variable")))


def column(name: str) -> FluxExpression:
    """Return a column of the row: `r.name`, or `r["name"]` if the name is not an identifier."""
    return FluxExpression(ROW)[name]


def tag(name: str) -> FluxExpression:
    """Return a tag of the row; in Flux, a tag is a column."""
    return column(name)


row: Final = FluxExpression(ROW)
measurement: Final = column("_measurement")
field: Final = column("_field")
value: Final = column("_value")
time: Final = column("_time")
