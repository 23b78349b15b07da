"""The functions of Flux as values, and how Python code calls them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias

from influx_flux.nodes import Expression
from influx_flux.stdlib import FunctionParameter
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["NOT_PIPED", "ColumnTypes", "Comparison", "FluxFunction", "RecordParts", "RowPart"]

ColumnTypes: TypeAlias = Callable[[str], "str | None"]
"""Takes the label of a column and returns its type; None if the table has no such column."""


def _unknown(columns: ColumnTypes) -> None:
    """The type of an expression that tells nothing of it."""


class _NotPiped:
    """The type of `NOT_PIPED`."""


NOT_PIPED: Final = _NotPiped()
"""The argument of a pipe where there is none."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of a column with a value that does not depend on the row.

    Attributes:
        label: the column.
        operator: `==`, `!=`, `<`, `<=`, `>`, `>=`, `=~` or `!~`, with the column on its left.
        value: returns the value on its right.
    """

    label: str
    operator: str
    value: Callable[[], Value]


@dataclass(frozen=True, slots=True)
class RowPart:
    """An expression over one row.

    Attributes:
        call: takes a row as a dict and returns the value.
        columns: the columns that it reads; None for any.
        comparison: what it compares, if it is a plain comparison.
        member: the column that it is, if it is plainly one: `r.host`.
        type_of: returns the type of its values for the types of the columns; None if not known.
    """

    call: Callable[[dict[str, Value]], Value]
    columns: frozenset[str] | None
    comparison: Comparison | None = None
    member: str | None = None
    type_of: Callable[[ColumnTypes], str | None] = _unknown


@dataclass(frozen=True, slots=True)
class RecordParts:
    """The record expression that is the body of a function of one row.

    Attributes:
        extends_row: whether it is `{r with ...}`.
        properties: its properties by label.
    """

    extends_row: bool
    properties: Mapping[str, RowPart]


class FluxFunction(ABC):
    """A function of Flux, with the context of its query.

    Attributes:
        name: its name for errors.
    """

    __slots__ = ()

    flux_type: ClassVar[str] = "function"

    name: str

    @property
    def is_library(self) -> bool:
        """Whether the function is written in Flux and belongs to the standard library."""
        return False

    @property
    @abstractmethod
    def parameters(self) -> tuple[FunctionParameter, ...]:
        """The parameters, in order."""

    @abstractmethod
    def call(self, arguments: Mapping[str, Value], piped: Value = NOT_PIPED) -> Value:
        """Call the function.

        Args:
            arguments: the arguments by name.
            piped: the argument from the pipe.

        Raises:
            FluxError: an argument is missing, unexpected or of another type, or the call failed.
        """

    @property
    def expression(self) -> Expression | None:
        """The expression that a function of a text returns; None if it does more than that."""
        return None

    def __call__(self, **arguments: Value) -> Value:
        """Call the function with arguments by name."""
        return self.call(arguments)

    def pipe(self, piped: Value, **arguments: Value) -> Value:
        """Call the function with a piped argument, as in `piped |> function(...)`."""
        return self.call(arguments, piped)

    def row_parts(self, name: str) -> tuple[RowPart, ...]:
        """Return the operands of the `and` in the body of a function of one row.

        Args:
            name: the name of the parameter that takes the row.
        """
        return (RowPart(self.of_one(name), None),)

    def record_parts(self, name: str) -> RecordParts | None:
        """Return the properties of the record that a function of one row returns.

        Args:
            name: the name of the parameter that takes the row.

        Returns:
            None if the body is not a record expression; then the function has to be called.
        """
        return None

    def record_types(self, name: str) -> Callable[[ColumnTypes], Mapping[str, str | None]] | None:
        """Return what tells the types of the record that a function of one row returns.

        Args:
            name: the name of the parameter that takes the row.

        Returns:
            None if the body is not a block that returns a record expression.
        """
        return None

    def of_one(self, name: str) -> Callable[[Value], Value]:
        """Return the fastest way to call the function with one argument, again and again.

        Args:
            name: the name of its parameter, such as `r`.
        """
        call = self.call
        return lambda value: call({name: value})
