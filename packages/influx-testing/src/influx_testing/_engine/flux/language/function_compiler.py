"""Compiles function expressions and the blocks in their bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from influx_flux.nodes import (
    BinaryExpression,
    Block,
    Expression,
    ExpressionStatement,
    FunctionExpression,
    Identifier,
    ObjectExpression,
    PipeLiteral,
    Property,
    ReturnStatement,
    VariableAssignment,
)
from influx_flux.stdlib import FunctionParameter
from influx_testing._engine.flux.flux_errors import CompileError
from influx_testing._engine.flux.language.call_compiler import CompileExpression
from influx_testing._engine.flux.language.flux_closures import (
    CompiledFunction,
    CompiledPart,
    FluxClosure,
    PartsFinder,
)
from influx_testing._engine.flux.language.frames import Code, Frame, FrameScope
from influx_testing._engine.flux.language.row_analysis import (
    columns_read,
    conjuncts,
    key_text,
    member_label,
    without_parens,
)
from influx_testing._engine.flux.language.row_types import type_in_rows, types_of_record
from influx_testing._engine.flux.values.flux_functions import ColumnTypes
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["compile_function"]

_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compile_function(
    node: FunctionExpression, scope: FrameScope, compile_expression: CompileExpression
) -> Code:
    """Compile a function expression to the code that makes the function."""
    inner = scope.inner()
    defaults: dict[str, Code] = {}
    for item in node.params:
        if item.value is not None and not isinstance(item.value, PipeLiteral):
            defaults[key_text(item.key)] = compile_expression(item.value, scope)
        inner.declare(key_text(item.key))
    body = node.body
    if isinstance(body, Block):
        code, result = _block(body, inner, compile_expression), _only_return(body)
    else:
        code, result = compile_expression(body, inner), body
    finder = _finder(node, code, result, inner, compile_expression)
    compiled = CompiledFunction(
        tuple(map(_parameter, node.params)),
        defaults,
        code,
        inner.size,
        finder,
        not scope.is_query,
        node.location,
        result,
    )
    return lambda frame: FluxClosure(compiled, frame)


def _parameter(item: Property) -> FunctionParameter:
    piped = isinstance(item.value, PipeLiteral)
    return FunctionParameter(key_text(item.key), "", item.value is None, piped)


def _only_return(block: Block) -> Expression | None:
    """Return the expression of a block that has nothing but a return."""
    match block.body:
        case (ReturnStatement() as statement,):
            return statement.argument
        case _:
            return None


def _block(block: Block, scope: FrameScope, compile_expression: CompileExpression) -> Code:
    steps: list[Code] = []
    for statement in block.body:
        match statement:
            case VariableAssignment():
                steps.append(_assignment(statement, scope, compile_expression))
            case ExpressionStatement():
                steps.append(compile_expression(statement.expression, scope))
            case ReturnStatement():
                return _returning(steps, compile_expression(statement.argument, scope))
            case _:
                raise CompileError("invalid statement in a function", statement.location)
    raise CompileError("missing return statement in block", block.location)


def _assignment(
    node: VariableAssignment, scope: FrameScope, compile_expression: CompileExpression
) -> Code:
    code = compile_expression(node.init, scope)
    slot = scope.declare(node.id.name, node.init)

    def assign(frame: Frame) -> Value:
        frame[slot] = code(frame)

    return assign


def _returning(steps: Sequence[Code], result: Code) -> Code:
    if not steps:
        return result

    def run(frame: Frame) -> Value:
        for step in steps:
            step(frame)
        return result(frame)

    return run


def _finder(
    node: FunctionExpression,
    code: Code,
    body: Expression | None,
    scope: FrameScope,
    compile_expression: CompileExpression,
) -> PartsFinder:
    row = key_text(node.params[0].key) if node.params else ""

    def operands() -> Sequence[CompiledPart]:
        if body is None:
            return (CompiledPart(code, columns_read(node.body, row), lambda columns: None),)
        return [_part(item, row, scope, compile_expression) for item in conjuncts(body)]

    def properties() -> tuple[bool, Mapping[str, CompiledPart]] | None:
        record = None if body is None else without_parens(body)
        if not isinstance(record, ObjectExpression):
            return None
        if record.with_ is not None and record.with_.source.name != row:
            return None
        parts = {
            key_text(item.key): _part(
                _value(item),
                row,
                scope,
                compile_expression,
            )
            for item in record.properties
        }
        return record.with_ is not None, parts

    def types() -> Callable[[ColumnTypes], Mapping[str, str | None]] | None:
        return types_of_record(node.body, row, scope) if isinstance(node.body, Block) else None

    return PartsFinder(operands, properties, types)


def _value(item: Property) -> Expression:
    if item.value is None:
        assert isinstance(item.key, Identifier)
        return item.key
    return item.value


def _part(
    node: Expression, row: str, scope: FrameScope, compile_expression: CompileExpression
) -> CompiledPart:
    code, columns = compile_expression(node, scope), columns_read(node, row)
    type_of = type_in_rows(node, row, scope)
    if isinstance(node, BinaryExpression):
        for left, right, operators in (
            (node.left, node.right, _OPERATORS),
            (node.right, node.left, _MIRRORED),
        ):
            label, operator = member_label(left, row), operators.get(node.operator)
            if label is not None and operator and columns_read(right, row) == frozenset():
                value = compile_expression(right, scope)
                return CompiledPart(code, columns, type_of, label, operator, value)
    return CompiledPart(code, columns, type_of, member_label(node, row) or "")


_OPERATORS = {**dict(zip(_MIRRORED, _MIRRORED, strict=True)), "=~": "=~", "!~": "!~"}
