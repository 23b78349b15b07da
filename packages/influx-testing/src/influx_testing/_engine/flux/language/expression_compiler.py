"""Compiles expressions to Python functions of a frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from influx_flux.nodes import (
    ArrayExpression,
    BadExpression,
    BinaryExpression,
    CallExpression,
    ConditionalExpression,
    DictExpression,
    Expression,
    FunctionExpression,
    Identifier,
    IndexExpression,
    LogicalExpression,
    MemberExpression,
    Node,
    ObjectExpression,
    ParenExpression,
    PipeExpression,
    StringExpression,
    TextPart,
    UnaryExpression,
)
from influx_flux.stdlib import packages
from influx_testing._engine.flux.flux_errors import CompileError, FluxError
from influx_testing._engine.flux.language.call_compiler import compile_call
from influx_testing._engine.flux.language.flux_operators import (
    BINARY_OPERATORS,
    FLOAT_OPERATORS,
    negated,
)
from influx_testing._engine.flux.language.frames import CONTEXT, Code, Frame, FrameScope, variable
from influx_testing._engine.flux.language.function_compiler import compile_function
from influx_testing._engine.flux.language.literal_values import literal_value
from influx_testing._engine.flux.language.row_analysis import key_text, without_parens
from influx_testing._engine.flux.language.row_types import types_of_nulls
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.values.flux_dictionary import FluxDictionary
from influx_testing._engine.flux.values.flux_functions import NOT_PIPED
from influx_testing._engine.flux.values.flux_text import text_of
from influx_testing._engine.flux.values.flux_types import RecordArray, Value, type_name

__all__ = ["compile_expression"]


def compile_expression(node: Expression, scope: FrameScope) -> Code:
    """Compile an expression.

    Raises:
        CompileError: a name is not defined, or a literal is wrong.
    """
    compile_node = _COMPILERS.get(type(node))
    if compile_node is not None:
        return compile_node(node, scope)
    value = literal_value(cast(Any, node))
    return lambda frame: value


def _identifier(node: Identifier, scope: FrameScope) -> Code:
    name = node.name
    found = scope.find(name)
    if isinstance(found, tuple):
        return variable(*found)
    if found is not None:
        raise CompileError(f"the package {name} is used as a value", node.location)
    if name in _CONSTANTS:
        value = _CONSTANTS[name]
        return lambda frame: value
    path = scope.own_package if _is_member(scope.own_package, name) else ""
    return _member_of_package(path or "", name)


_CONSTANTS: Mapping[str, bool] = {"true": True, "false": False}


def _is_member(path: str | None, name: str) -> bool:
    return path is not None and name in packages().get(path, {})


def _member_of_package(path: str, name: str) -> Code:
    def read(frame: Frame) -> Value:
        return frame[CONTEXT].member(path, name)

    return read


def _paren(node: ParenExpression, scope: FrameScope) -> Code:
    return compile_expression(without_parens(node), scope)


def _array(node: ArrayExpression, scope: FrameScope) -> Code:
    codes = [compile_expression(item.expression, scope) for item in node.elements]
    nulls = types_of_nulls(node, scope)
    if nulls:
        return lambda frame: RecordArray((code(frame) for code in codes), nulls)
    return lambda frame: [code(frame) for code in codes]


def _dictionary(node: DictExpression, scope: FrameScope) -> Code:
    codes = [
        (compile_expression(item.key, scope), compile_expression(item.val, scope))
        for item in node.elements
    ]
    return lambda frame: FluxDictionary((key(frame), value(frame)) for key, value in codes)


def _record(node: ObjectExpression, scope: FrameScope) -> Code:
    codes = {
        key_text(item.key): compile_expression(
            cast(Identifier, item.key) if item.value is None else item.value, scope
        )
        for item in node.properties
    }
    items = tuple(codes.items())
    if node.with_ is None:
        return lambda frame: {label: code(frame) for label, code in items}
    source = compile_expression(node.with_.source, scope)

    def extend(frame: Frame) -> Value:
        base = source(frame)
        if base.__class__ is not dict:
            raise FluxError(f"expected record but found {type_name(base)}")
        record = base.copy()
        for label, code in items:
            record[label] = code(frame)
        return record

    return extend


def _member(node: MemberExpression, scope: FrameScope) -> Code:
    label = key_text(node.property)
    if isinstance(node.object, Identifier):
        found = scope.find(node.object.name)
        if isinstance(found, str):
            return _member_of_package(found, label)
        if isinstance(found, tuple) and found[0] == 0:
            return _member_of_variable(found[1], label)
    code = compile_expression(node.object, scope)
    return lambda frame: _property(code(frame), label)


def _member_of_variable(slot: int, label: str) -> Code:
    """Read a property of a variable of the frame itself, such as the row of a function."""

    def read(frame: Frame) -> Value:
        record = frame[slot]
        return record.get(label) if record.__class__ is dict else _property(record, label)

    return read


def _property(record: Value, label: str) -> Value:
    if record.__class__ is dict:
        return record.get(label)
    if record is None:
        return None
    raise FluxError(f"expected {{A with {label}: B}} but found {type_name(record)}")


def _index(node: IndexExpression, scope: FrameScope) -> Code:
    array, index = compile_expression(node.array, scope), compile_expression(node.index, scope)

    def read(frame: Frame) -> Value:
        values, place = array(frame), index(frame)
        if values.__class__ is not list:
            raise FluxError(f"expected array but found {type_name(values)}")
        elements: list[Value] = values
        if not 0 <= place < len(elements):
            raise FluxError(
                f"cannot access element {place} of array of length {len(elements)}",
                "out of range",
            )
        return elements[place]

    return read


def _text(node: StringExpression, scope: FrameScope) -> Code:
    codes: list[Code] = []
    for part in node.parts:
        if isinstance(part, TextPart):
            codes.append(_constant(part.value))
        else:
            codes.append(_as_text(compile_expression(part.expression, scope)))

    def join(frame: Frame) -> Value:
        return _budget(frame).take_text("".join([code(frame) for code in codes]))

    return join


def _budget(frame: Frame) -> QueryBudget:
    context: QueryContext = frame[CONTEXT]
    return context.budget


def _constant(value: Value) -> Code:
    return lambda frame: value


def _as_text(code: Code) -> Code:
    return lambda frame: text_of(code(frame))


def _unary(node: UnaryExpression, scope: FrameScope) -> Code:
    code = compile_expression(node.argument, scope)
    match node.operator:
        case "-":
            return lambda frame: negated(code(frame))
        case "+":
            return code
        case "exists":
            return lambda frame: code(frame) is not None
        case _:

            def invert(frame: Frame) -> Value:
                value = code(frame)
                if value is None:
                    return None
                if value.__class__ is not bool:
                    raise FluxError(f"expected bool but found {type_name(value)}")
                return not value

            return invert


def _binary(node: BinaryExpression, scope: FrameScope) -> Code:
    left, right = compile_expression(node.left, scope), compile_expression(node.right, scope)
    run = BINARY_OPERATORS[node.operator]
    on_floats = FLOAT_OPERATORS.get(node.operator)
    if on_floats is None:
        return lambda frame: run(left(frame), right(frame))
    if node.operator == "+":
        return _sum(left, right)

    def compute(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        if one.__class__ is float and other.__class__ is float:
            return on_floats(one, other)
        return run(one, other)

    return compute


def _sum(left: Code, right: Code) -> Code:
    """Add two values; strings count in the budget, since they can double at each step."""
    run = BINARY_OPERATORS["+"]

    def compute(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        if one.__class__ is float and other.__class__ is float:
            return one + other
        found = run(one, other)
        return _budget(frame).take_text(found) if found.__class__ is str else found

    return compute


def _logical(node: LogicalExpression, scope: FrameScope) -> Code:
    left, right = compile_expression(node.left, scope), compile_expression(node.right, scope)
    decides = node.operator == "or"

    def run(frame: Frame) -> Value:
        one = left(frame)
        if one is decides:
            return decides
        other = right(frame)
        if other is decides:
            return decides
        if one is None or other is None:
            return None
        if one.__class__ is bool and other.__class__ is bool:
            return not decides
        wrong = other if one.__class__ is bool else one
        raise FluxError(f"expected bool but found {type_name(wrong)}")

    return run


def _conditional(node: ConditionalExpression, scope: FrameScope) -> Code:
    test = compile_expression(node.test, scope)
    then, other = (
        compile_expression(node.consequent, scope),
        compile_expression(node.alternate, scope),
    )

    def run(frame: Frame) -> Value:
        found = test(frame)
        if found is True:
            return then(frame)
        if found is False or found is None:
            return other(frame)
        raise FluxError(f"expected bool but found {type_name(found)}")

    return run


def _pipe(node: PipeExpression, scope: FrameScope) -> Code:
    calls = [node.call]
    argument = node.argument
    while isinstance(argument, PipeExpression):
        calls.append(argument.call)
        argument = argument.argument
    start = compile_expression(argument, scope)
    steps = [compile_call(call, scope, compile_expression) for call in reversed(calls)]

    def run(frame: Frame) -> Value:
        value = start(frame)
        for step in steps:
            value = step(frame, value)
        return value

    return run


def _call(node: CallExpression, scope: FrameScope) -> Code:
    run = compile_call(node, scope, compile_expression)
    return lambda frame: run(frame, NOT_PIPED)


def _function(node: FunctionExpression, scope: FrameScope) -> Code:
    return compile_function(node, scope, compile_expression)


def _bad(node: BadExpression, scope: FrameScope) -> Code:
    raise CompileError(f"invalid expression: {node.text}", node.location)


_COMPILERS: Mapping[type[Node], Callable[[Any, FrameScope], Code]] = {
    ArrayExpression: _array,
    BadExpression: _bad,
    BinaryExpression: _binary,
    CallExpression: _call,
    ConditionalExpression: _conditional,
    DictExpression: _dictionary,
    FunctionExpression: _function,
    Identifier: _identifier,
    IndexExpression: _index,
    LogicalExpression: _logical,
    MemberExpression: _member,
    ObjectExpression: _record,
    ParenExpression: _paren,
    PipeExpression: _pipe,
    StringExpression: _text,
    UnaryExpression: _unary,
}
