"""Compiles calls, and says in errors which function was called where."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

from influx_flux.nodes import (
    CallExpression,
    Expression,
    Identifier,
    Location,
    MemberExpression,
    ObjectExpression,
)
from influx_testing._engine.flux.flux_errors import CompileError, CompleteFluxError, FluxError
from influx_testing._engine.flux.language.frames import Code, Frame, FrameScope
from influx_testing._engine.flux.language.row_analysis import key_text, without_parens
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import Value, type_name

__all__ = ["CompileExpression", "compile_call"]

CompileExpression: TypeAlias = Callable[[Expression, FrameScope], Code]


def compile_call(
    node: CallExpression, scope: FrameScope, compile_expression: CompileExpression
) -> Callable[[Frame, Value], Value]:
    """Compile a call to a function of the frame and the piped value."""
    callee = compile_expression(node.callee, scope)
    arguments = tuple(_arguments(node, scope, compile_expression).items())
    name, location = _name(node.callee), node.location

    def run(frame: Frame, piped: Value) -> Value:
        function = callee(frame)
        if not isinstance(function, FluxFunction):
            raise CompileError(f"expected function but found {type_name(function)}", location)
        given = {key: code(frame) for key, code in arguments}
        try:
            result = function.call(given, piped)
        except CompleteFluxError:
            raise
        except FluxError as error:
            raise _named(error, name, location) from None
        if isinstance(result, TableStream) and result.origin is None:
            result.origin = name, location
        return result

    return run


def _named(error: FluxError, name: str, location: Location | None) -> FluxError:
    """Return an error with the call that failed; wrong arguments are errors of compilation."""
    if error.message.startswith(_ARGUMENT_ERRORS):
        return CompileError(error.message, location)
    where = f" @{location}" if location else ""
    return FluxError(f'error calling function "{name}"{where}: {error.message}', error.code)


_ARGUMENT_ERRORS = (
    "expected ",
    "found unexpected argument ",
    "missing pipe argument",
    "missing required argument ",
)


def _arguments(
    node: CallExpression, scope: FrameScope, compile_expression: CompileExpression
) -> dict[str, Code]:
    codes: dict[str, Code] = {}
    for record in node.arguments:
        if not isinstance(record, ObjectExpression) or record.with_ is not None:
            raise CompileError("function arguments must be named", node.location)
        for item in record.properties:
            value = cast(Identifier, item.key) if item.value is None else item.value
            codes[key_text(item.key)] = compile_expression(value, scope)
    return codes


def _name(callee: Expression) -> str:
    callee = without_parens(callee)
    if isinstance(callee, Identifier):
        return callee.name
    return key_text(callee.property) if isinstance(callee, MemberExpression) else "anonymous"
