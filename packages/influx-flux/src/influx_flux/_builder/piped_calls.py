"""What all methods of a query are made of: one more call at the end of the pipe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from influx_flux._builder.arguments import call, signature_of
from influx_flux._builder.row_expressions import FluxExpression
from influx_flux.nodes import CallExpression, Expression, PipeExpression


@dataclass(frozen=True, slots=True)
class PipedCalls:
    """An expression that tables come from, and the packages it needs."""

    tree: Expression
    imports: frozenset[str] = frozenset()

    def node(self) -> Expression:
        """Return the syntax tree."""
        return self.tree

    def pipe(self, name: str, /, **arguments: object) -> Self:
        """Pipe the tables into any function of the standard library.

        Args:
            name: The function, with the path of its package: `experimental.alignTime`. The import
                comes by itself.
            arguments: Its arguments by their names in Flux; what is None is not given.

        Raises:
            ValueError: There is no such function, it takes no tables, or an argument is missing or
                not expected.
            TypeError: A value has no literal.
        """
        if not signature_of(name).takes_tables:
            raise ValueError(f"{name} takes no tables from a pipe")
        return self._call(name, **arguments)

    def _call(self, name: str, /, **arguments: object) -> Self:
        made = self._value(name, **arguments)
        return replace(self, tree=made.tree, imports=made.imports)

    def _tables(self, tree: Expression) -> Self:
        """Return a query of the tables that a variable holds."""
        return replace(self, tree=tree, imports=frozenset())

    def _value(self, name: str, /, **arguments: object) -> FluxExpression:
        called = call(name, arguments, self._tables)
        assert isinstance(called.tree, CallExpression)
        tree = PipeExpression(self.tree, called.tree)
        return FluxExpression(tree, self.imports | called.imports)
