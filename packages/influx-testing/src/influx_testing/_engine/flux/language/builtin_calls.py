"""Calls of functions that are written in Python."""

from __future__ import annotations

from collections.abc import Mapping

from influx_flux.stdlib import FunctionParameter
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import Builtin
from influx_testing._engine.flux.values.flux_functions import NOT_PIPED, FluxFunction
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["BoundBuiltin"]


class BoundBuiltin(FluxFunction):
    """A function in Python with the context of its query."""

    __slots__ = ("builtin", "context", "name")

    def __init__(self, builtin: Builtin, context: QueryContext) -> None:
        self.builtin = builtin
        self.context = context
        self.name = builtin.name

    @property
    def parameters(self) -> tuple[FunctionParameter, ...]:
        return self.builtin.signature.parameters

    def call(self, arguments: Mapping[str, Value], piped: Value = NOT_PIPED) -> Value:
        builtin = self.builtin
        given = arguments
        if piped is not NOT_PIPED:
            if not builtin.piped:
                raise FluxError("missing pipe argument")
            given = {builtin.piped: piped, **arguments}
        checks, names = builtin.checks, builtin.names
        chosen: dict[str, Value] = {}
        for name, value in given.items():
            check = checks.get(name)
            if check is None:
                raise FluxError(f"found unexpected argument {name}")
            check(name, value)
            chosen[names[name]] = value
        if len(chosen) < len(names):
            self._require(given)
        if builtin.needs_context:
            return builtin.run(self.context, **chosen)
        return builtin.run(**chosen)

    def _require(self, given: Mapping[str, Value]) -> None:
        for item in self.builtin.signature.parameters:
            if item.name not in given and (item.required or item.piped):
                raise FluxError(f"missing required argument {item.name}")
