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
from influx_testing._engine.flux.language.frames import CONTEXT, Code, Frame, FrameScope
from influx_testing._engine.flux.language.row_analysis import key_text, without_parens
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.table.table_stream import StreamOrigin, TableStream
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
        if function.is_library:
            return _from_query(frame[CONTEXT], (name, location), function, given, piped)
        return _called(function, given, piped, StreamOrigin(name, name, location))

    def run_in_library(frame: Frame, piped: Value) -> Value:
        function = callee(frame)
        assert isinstance(function, FluxFunction)
        given = {key: code(frame) for key, code in arguments}
        caller = cast(QueryContext, frame[CONTEXT]).caller or (name, None)
        return _called(function, given, piped, StreamOrigin(name, *caller))

    return run if scope.is_query else run_in_library


def _from_query(
    context: QueryContext,
    caller: tuple[str, Location | None],
    function: FluxFunction,
    arguments: dict[str, Value],
    piped: Value,
) -> Value:
    """Call a function that the standard library defines in Flux; errors point to this call."""
    outer, context.caller = context.caller, caller
    try:
        return _called(function, arguments, piped, StreamOrigin(caller[0], *caller))
    finally:
        context.caller = outer


def _called(
    function: FluxFunction, arguments: dict[str, Value], piped: Value, origin: StreamOrigin
) -> Value:
    try:
        result = function.call(arguments, piped)
    except CompleteFluxError:
        raise
    except FluxError as error:
        raise _named(error, origin) from None
    if isinstance(result, TableStream) and result.origin is None:
        result.origin = origin
    return result


def _named(error: FluxError, origin: StreamOrigin) -> FluxError:
    """Return an error with the call that failed; wrong arguments are errors of compilation."""
    if error.message.startswith(_ARGUMENT_ERRORS):
        return CompileError(error.message, origin.location)
    if origin.operator != origin.function:
        return error
    where = f" @{origin.location}" if origin.location else ""
    return FluxError(f'error calling function "{origin.function}"{where}: {error}', error.code)


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
