"""Expressions over rows: what filters and maps are made of."""

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
    """An expression of Flux. Operators make larger ones; what is no expression becomes a literal.

    Comparisons are `==`, `!=`, `<`, `<=`, `>`, `>=`; `&`, `|` and `~` are `and`, `or` and `not`,
    and need parentheses around comparisons; `[]` takes a column of a row, or an element of an
    array.

    Attributes:
        tree: The syntax tree.
        imports: The paths of the packages that it needs.
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
        """Say whether the value matches a regular expression, somewhere in it.

        Raises:
            ValueError: The pattern is none of RE2.
        """
        return self._binary("=~", FluxExpression(_pattern(pattern)))

    def not_matches(self, pattern: str | re.Pattern[str]) -> FluxExpression:
        """Say whether the value matches a regular expression nowhere in it.

        Raises:
            ValueError: The pattern is none of RE2.
        """
        return self._binary("!~", FluxExpression(_pattern(pattern)))

    def exists(self) -> FluxExpression:
        """Say whether there is a value: whether it is not null."""
        return FluxExpression(UnaryExpression("exists", self.tree), self.imports)

    def is_in(self, values: Sequence[object]) -> FluxExpression:
        """Say whether the value is one of these."""
        members = expression(list(values))
        arguments = ObjectExpression(
            (Property(Identifier("set"), members.tree), Property(Identifier("value"), self.tree))
        )
        call = CallExpression(Identifier("contains"), (arguments,))
        return FluxExpression(call, self.imports | members.imports)

    def with_(self, **columns: object) -> FluxExpression:
        """Return the record with these columns set; it has to be a variable, as a row is."""
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
    """Return a value as an expression, with what its parts import.

    Raises:
        ValueError: There is no such value in Flux.
        TypeError: Flux has no literal for the type.
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
    """Return a record; its values may be expressions."""
    values = {name: expression(value) for name, value in columns.items()}
    properties = tuple(Property(key_node(name), made.tree) for name, made in values.items())
    imports = frozenset[str]().union(*(made.imports for made in values.values()))
    return FluxExpression(ObjectExpression(properties), imports)


def variable(name: str) -> FluxExpression:
    """Return a variable, such as an option sent as `extern`, or the `v` of dashboards.

    Raises:
        ValueError: The name cannot be an identifier.
    """
    return FluxExpression(Identifier(check_name(name, "a variable")))


def column(name: str) -> FluxExpression:
    """Return a column of the row: `r.name`, or `r["name"]` if it is no identifier."""
    return FluxExpression(ROW)[name]


def tag(name: str) -> FluxExpression:
    """Return a tag of the row, which is a column as any other."""
    return column(name)


row: Final = FluxExpression(ROW)
measurement: Final = column("_measurement")
field: Final = column("_field")
value: Final = column("_value")
time: Final = column("_time")
