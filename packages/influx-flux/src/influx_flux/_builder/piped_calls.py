"""The base of all query methods: it appends a call to the pipe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from influx_flux._builder.arguments import call, signature_of
from influx_flux._builder.row_expressions import FluxExpression
from influx_flux.nodes import CallExpression, Expression, PipeExpression


@dataclass(frozen=True, slots=True)
class PipedCalls:
    """An expression that returns tables, with the packages that it uses."""

    tree: Expression
    imports: frozenset[str] = frozenset()

    def node(self) -> Expression:
        """Return the syntax tree."""
        return self.tree

    def pipe(self, name: str, /, **arguments: object) -> Self:
        """Pipe the tables into any function of the standard library.

        Args:
            name: The function with the path of its package: `experimental.alignTime`. The import
                is added automatically.
            arguments: The arguments by their Flux names; None means not given.

        Raises:
            ValueError: The function is unknown or does not take tables, or an argument is missing
                or unexpected.
            TypeError: Flux has no literal for a value.
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
