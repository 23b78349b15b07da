"""Finds errors of types before a query runs, as far as literals and signatures tell the types.

The real server infers all types. Here a type is known or it is not; what is not known is checked
when the query runs. The messages are those of libflux.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from influx_flux.nodes import (
    ArrayExpression,
    BinaryExpression,
    Block,
    BooleanLiteral,
    CallExpression,
    ConditionalExpression,
    DateTimeLiteral,
    DictExpression,
    DurationLiteral,
    Expression,
    ExpressionStatement,
    File,
    FloatLiteral,
    FunctionExpression,
    Identifier,
    IntegerLiteral,
    LogicalExpression,
    MemberExpression,
    Node,
    ObjectExpression,
    OptionStatement,
    ParenExpression,
    PipeExpression,
    PipeLiteral,
    RegexpLiteral,
    ReturnStatement,
    Statement,
    StringExpression,
    StringLiteral,
    UnaryExpression,
    UnsignedIntegerLiteral,
    VariableAssignment,
    children,
)
from influx_flux.stdlib import FunctionSignature, packages, signature
from influx_testing._engine.flux.flux_errors import CompileError
from influx_testing._engine.flux.language.row_analysis import key_text, without_parens

__all__ = ["check_types"]


@dataclass(frozen=True, slots=True, eq=False)
class _RecordShape:
    """The type of a record whose labels are all known."""

    labels: Mapping[str, _Type]


_Type: TypeAlias = "str | _RecordShape | None"
"""The name of a plain type, `[int]` for an array, a record's shape, or None if not known."""


@dataclass(slots=True)
class _TypeScope:
    """The types of variables, and the paths of packages by their names."""

    parent: _TypeScope | None = None
    types: dict[str, _Type] = field(default_factory=dict[str, _Type])
    imports: dict[str, str] = field(default_factory=dict[str, str])

    def owner(self, name: str) -> _TypeScope | None:
        """The scope that defines a name."""
        scope: _TypeScope | None = self
        while scope is not None and name not in scope.types and name not in scope.imports:
            scope = scope.parent
        return scope


_PLAIN: Final = frozenset(
    {"bool", "bytes", "duration", "float", "int", "regexp", "string", "time", "uint"}
)
_LITERALS: Mapping[type[Node], str] = {
    BooleanLiteral: "bool",
    DateTimeLiteral: "time",
    DurationLiteral: "duration",
    FloatLiteral: "float",
    IntegerLiteral: "int",
    RegexpLiteral: "regexp",
    StringExpression: "string",
    StringLiteral: "string",
    UnsignedIntegerLiteral: "uint",
}
_NUMBERS: Final = frozenset({"float", "int", "uint"})
_KINDS: Mapping[str, tuple[str, frozenset[str]]] = {
    "+": ("Addable", _NUMBERS | {"string"}),
    "-": ("Subtractable", _NUMBERS),
    "*": ("Divisible", _NUMBERS),
    "/": ("Divisible", _NUMBERS),
    "%": ("Divisible", _NUMBERS),
    "^": ("Divisible", _NUMBERS),
}
"""What both operands of an operator have to be, and the types that are."""
_COMPARISONS: Mapping[str, tuple[str, frozenset[str]]] = {
    **dict.fromkeys(("==", "!="), ("Equatable", _PLAIN - {"regexp"})),
    **dict.fromkeys(("<", "<=", ">", ">="), ("Comparable", _PLAIN - {"bool", "regexp"})),
}
"""What each operand of a comparison has to be; the two types may differ."""
_NEGATABLE: Final = _NUMBERS | {"duration"}


def check_types(files: Iterable[File]) -> None:
    """Check the files of a query, which share their names.

    Raises:
        CompileError: the types of an expression do not fit.
    """
    scope = _TypeScope()
    for file in files:
        for item in file.imports:
            path = item.path.value
            name = item.alias.name if item.alias else path.rpartition("/")[2]
            scope.imports[name] = path
        _statements(file.body, scope)


def _statements(body: Iterable[Statement], scope: _TypeScope) -> None:
    for statement in body:
        match statement:
            case VariableAssignment():
                scope.types[statement.id.name] = _type(statement.init, scope)
            case OptionStatement():
                _type(statement.assignment.init, scope)
                if isinstance(statement.assignment, VariableAssignment):
                    scope.types[statement.assignment.id.name] = None
            case ExpressionStatement():
                _type(statement.expression, scope)
            case ReturnStatement():
                _type(statement.argument, scope)
            case _:
                pass


def _type(node: Expression, scope: _TypeScope) -> _Type:
    """Return the type of an expression, after checking it and its parts."""
    infer = _RULES.get(type(node))
    if infer is not None:
        return infer(node, scope)
    if not isinstance(node, StringExpression):
        return _LITERALS.get(type(node))
    for part in node.parts:
        for child in children(part):
            _type(_expression(child), scope)
    return "string"


def _expression(node: Any) -> Expression:
    return node  # type: ignore[no-any-return]


def _identifier(node: Identifier, scope: _TypeScope) -> _Type:
    owner = scope.owner(node.name)
    if owner is not None:
        return owner.types.get(node.name)
    if node.name in ("true", "false"):
        return "bool"
    found = packages()[""].get(node.name, "")
    return found if found in _PLAIN else None


def _record(node: ObjectExpression, scope: _TypeScope) -> _Type:
    own = {
        key_text(item.key): _type(item.value, scope)
        if item.value is not None
        else _type(_expression(item.key), scope)
        for item in node.properties
    }
    if node.with_ is None:
        return _RecordShape(own)
    base = _identifier(node.with_.source, scope)
    return _RecordShape({**base.labels, **own}) if isinstance(base, _RecordShape) else None


def _member(node: MemberExpression, scope: _TypeScope) -> _Type:
    found = _type(node.object, scope)
    label = key_text(node.property)
    if not isinstance(found, _RecordShape):
        return None
    if label not in found.labels:
        raise CompileError(f"record is missing label {label}", node.location)
    return found.labels[label]


def _unary(node: UnaryExpression, scope: _TypeScope) -> _Type:
    found = _type(node.argument, scope)
    if node.operator == "exists":
        return "bool"
    if node.operator == "not":
        _require("bool", found, node.argument)
        return "bool"
    _require_kind("Negatable", _NEGATABLE, found, node.argument)
    return found


def _binary(node: BinaryExpression, scope: _TypeScope) -> _Type:
    left, right = _type(node.left, scope), _type(node.right, scope)
    if node.operator in ("=~", "!~"):
        _require("string", left, node.left)
        _require("regexp", right, node.right)
        return "bool"
    if node.operator in _COMPARISONS:
        for found, operand in ((left, node.left), (right, node.right)):
            _require_kind(*_COMPARISONS[node.operator], found, operand)
    if node.operator not in _KINDS:
        return "bool"
    known = left if left in _PLAIN else right if right in _PLAIN else None
    _require_same(left, right, node.right)
    _require_kind(*_KINDS[node.operator], known, node)
    return None if node.operator == "^" else known


def _logical(node: LogicalExpression, scope: _TypeScope) -> _Type:
    for operand in (node.left, node.right):
        _require("bool", _type(operand, scope), operand)
    return "bool"


def _conditional(node: ConditionalExpression, scope: _TypeScope) -> _Type:
    _require("bool", _type(node.test, scope), node.test)
    one, other = _type(node.consequent, scope), _type(node.alternate, scope)
    _require_same(one, other, node.alternate)
    return one if one == other and one in _PLAIN else None


def _require_same(one: _Type, other: _Type, node: Expression) -> None:
    """Require of an expression the type of the one before it, if both are known."""
    if one in _PLAIN and other in _PLAIN and one != other:
        raise CompileError(f"expected {one} but found {other}", node.location)


def _require_kind(kind: str, accepted: frozenset[str], found: _Type, node: Expression) -> None:
    if found in _PLAIN and found not in accepted:
        raise CompileError(f"{found} is not {kind}", node.location)


def _require(wanted: str, found: _Type, node: Expression) -> None:
    if found in _PLAIN and found != wanted:
        raise CompileError(f"expected {wanted} but found {found}", node.location)


def _array(node: ArrayExpression, scope: _TypeScope) -> _Type:
    first: _Type = None
    for item in node.elements:
        found = _type(item.expression, scope)
        if first is None:
            first = found
        else:
            _require_same(first, found, item.expression)
    return f"[{first}]" if first in _PLAIN else None


def _dictionary(node: DictExpression, scope: _TypeScope) -> _Type:
    key: _Type = None
    value: _Type = None
    for item in node.elements:
        found_key, found_value = _type(item.key, scope), _type(item.val, scope)
        _require_same(key, found_key, item.key)
        _require_same(value, found_value, item.val)
        key, value = key or found_key, value or found_value
    return None


def _function(node: FunctionExpression, scope: _TypeScope) -> _Type:
    inner = _TypeScope(scope)
    for item in node.params:
        if item.value is not None and not isinstance(item.value, PipeLiteral):
            _type(item.value, scope)
        inner.types[key_text(item.key)] = None
    if isinstance(node.body, Block):
        _statements(node.body.body, inner)
    else:
        _type(node.body, inner)
    return None


def _call(node: CallExpression, scope: _TypeScope) -> _Type:
    _type(node.callee, scope)
    found = _signature(node.callee, scope)
    wanted = {item.name: item.type for item in found.parameters} if found else {}
    for record in node.arguments:
        if isinstance(record, ObjectExpression):
            for item in record.properties:
                value = _expression(item.key) if item.value is None else item.value
                name = key_text(item.key)
                _argument(name, wanted.get(name, ""), _type(value, scope), value)
    return found.result if found is not None and found.result in _PLAIN else None


def _argument(name: str, wanted: str, found: _Type, value: Expression) -> None:
    """Check an argument of a plain type, or one for which an array is expected."""
    is_known = wanted in _PLAIN or (wanted.startswith("[") and wanted[1:-1] in _PLAIN)
    if not is_known or not isinstance(found, str) or found == wanted:
        return
    if found.startswith("[") and wanted.startswith("["):
        found, wanted = found[1:-1], wanted[1:-1]
    message = f"expected {_shown(wanted)} but found {_shown(found)} (argument {name})"
    raise CompileError(message, value.location)


def _shown(type_: str) -> str:
    return f"{type_} (array)" if type_.startswith("[") else type_


def _signature(callee: Expression, scope: _TypeScope) -> FunctionSignature | None:
    """The signature of a function of the standard library; None for other ones."""
    callee = without_parens(callee)
    if isinstance(callee, Identifier):
        return None if scope.owner(callee.name) else signature("", callee.name)
    if isinstance(callee, MemberExpression) and isinstance(callee.object, Identifier):
        name = callee.object.name
        owner = scope.owner(name)
        path = None if owner is None else owner.imports.get(name)
        if path is not None and key_text(callee.property) in packages().get(path, {}):
            return signature(path, key_text(callee.property))
    return None


def _pipe(node: PipeExpression, scope: _TypeScope) -> _Type:
    calls = [node.call]
    argument = node.argument
    while isinstance(argument, PipeExpression):
        calls.append(argument.call)
        argument = argument.argument
    found = _type(argument, scope)
    for call in reversed(calls):
        found = _call(call, scope)
    return found


def _paren(node: ParenExpression, scope: _TypeScope) -> _Type:
    return _type(without_parens(node), scope)


_RULES: Mapping[type[Node], Callable[[Any, _TypeScope], _Type]] = {
    ArrayExpression: _array,
    BinaryExpression: _binary,
    CallExpression: _call,
    ConditionalExpression: _conditional,
    DictExpression: _dictionary,
    FunctionExpression: _function,
    Identifier: _identifier,
    LogicalExpression: _logical,
    MemberExpression: _member,
    ObjectExpression: _record,
    ParenExpression: _paren,
    PipeExpression: _pipe,
    UnaryExpression: _unary,
}
