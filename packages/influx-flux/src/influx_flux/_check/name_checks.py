"""Checks the names and calls in a tree against the names that are defined in each scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from influx_flux._check.call_checks import call_issues
from influx_flux._check.scopes import UNKNOWN, Binding, Scope
from influx_flux._trampoline import Step, run
from influx_flux.errors import FluxIssue
from influx_flux.nodes import (
    Block,
    BuiltinStatement,
    CallExpression,
    Expression,
    File,
    FunctionExpression,
    Identifier,
    ImportDeclaration,
    MemberExpression,
    Node,
    ObjectExpression,
    OptionStatement,
    ParenExpression,
    PipeExpression,
    PipeLiteral,
    Property,
    PropertyKey,
    ReturnStatement,
    Statement,
    TestCaseStatement,
    VariableAssignment,
    children,
)
from influx_flux.stdlib.library import FunctionParameter, FunctionSignature, packages, signature


def name_issues(file: File, variables: Iterable[str]) -> list[FluxIssue]:
    """Return the issues with the names and calls of a file."""
    walker = _Walker()
    scope = Scope(names=dict.fromkeys(variables, UNKNOWN))
    for item in file.imports:
        walker.declare_import(item, scope)
    run(walker.statements(file.body, scope, in_file=True))
    return walker.issues


class _Walker:
    def __init__(self) -> None:
        self.issues: list[FluxIssue] = []

    def report(self, message: str, node: Node) -> None:
        self.issues.append(FluxIssue(message, node.location))

    def declare_import(self, item: ImportDeclaration, scope: Scope) -> None:
        path = item.path.value
        if path not in packages():
            self.report(f"invalid import path {path}", item)
        name = item.alias.name if item.alias else path.rpartition("/")[2]
        scope.names[name] = Binding(package=path)

    def statements(
        self, body: Iterable[Statement], scope: Scope, *, in_file: bool = False
    ) -> Step[None]:
        for statement in body:
            match statement:
                case VariableAssignment():
                    yield self._assignment(statement, scope)
                case OptionStatement():
                    yield self._option(statement, scope)
                case BuiltinStatement():
                    scope.names[statement.id.name] = UNKNOWN
                case TestCaseStatement():
                    yield self.statements(statement.block.body, Scope(scope))
                case ReturnStatement() if in_file:
                    self.report("return not valid in file block", statement)
                case _:
                    yield self._children(statement, scope)

    def _assignment(self, node: VariableAssignment, scope: Scope) -> Step[None]:
        yield self.visit(node.init, scope)
        if not scope.assign(node.id.name, _bound(node.init, scope)):
            self.report(f'variable "{node.id.name}" reassigned', node)

    def _option(self, node: OptionStatement, scope: Scope) -> Step[None]:
        assignment = node.assignment
        yield self.visit(assignment.init, scope)
        if isinstance(assignment, VariableAssignment):
            scope.names[assignment.id.name] = _bound(assignment.init, scope)
        else:
            yield self.visit(assignment.member, scope)

    def visit(self, node: Node, scope: Scope) -> Step[None]:
        match node:
            case Identifier():
                if scope.find(node.name) is None:
                    self.report(f"undefined identifier {node.name}", node)
            case MemberExpression():
                yield self._member(node, scope)
            case ObjectExpression():
                yield self._object(node, scope)
            case FunctionExpression():
                yield self._function(node, scope)
            case PipeExpression():
                yield self._pipes(node, scope)
            case CallExpression():
                yield self._call(node, scope, piped=False)
            case _:
                yield self._children(node, scope)

    def _children(self, node: Node, scope: Scope) -> Step[None]:
        for child in children(node):
            yield self.visit(child, scope)

    def _member(self, node: MemberExpression, scope: Scope) -> Step[None]:
        yield self.visit(node.object, scope)
        path = _package(node.object, scope)
        names = packages().get(path or "") if path else None
        if names and _key(node.property) not in names:
            self.report(f"record is missing label {_key(node.property)}", node)

    def _object(self, node: ObjectExpression, scope: Scope) -> Step[None]:
        if node.with_ is not None:
            yield self.visit(node.with_.source, scope)
        for item in node.properties:
            if item.value is not None:
                yield self.visit(item.value, scope)
            elif isinstance(item.key, Identifier):
                yield self.visit(item.key, scope)

    def _function(self, node: FunctionExpression, scope: Scope) -> Step[None]:
        inner = Scope(scope)
        for item in node.params:
            if item.value is not None:
                yield self.visit(item.value, scope)
            inner.assign(_key(item.key), UNKNOWN)
        if isinstance(node.body, Block):
            yield self.statements(node.body.body, inner)
        else:
            yield self.visit(node.body, inner)

    def _pipes(self, node: PipeExpression, scope: Scope) -> Step[None]:
        calls = [node.call]
        argument = node.argument
        while isinstance(argument, PipeExpression):
            calls.append(argument.call)
            argument = argument.argument
        yield self.visit(argument, scope)
        for call in reversed(calls):
            yield self._call(call, scope, piped=True)

    def _call(self, node: CallExpression, scope: Scope, *, piped: bool) -> Step[None]:
        yield self.visit(node.callee, scope)
        for argument in node.arguments:
            yield self.visit(argument, scope)
        function = _bound(node.callee, scope).function
        if function is not None and not node.base.errors:
            self.issues.extend(call_issues(node, function, piped=piped))


def _bound(node: Expression, scope: Scope) -> Binding:
    """Return the package or function to which an expression refers, if names determine it."""
    while isinstance(node, ParenExpression):
        node = node.expression
    match node:
        case Identifier():
            return scope.find(node.name) or UNKNOWN
        case MemberExpression():
            path = _package(node.object, scope)
            return Binding(function=signature(path, _key(node.property))) if path else UNKNOWN
        case FunctionExpression():
            return Binding(function=_signature(node))
        case _:
            return UNKNOWN


def _package(node: Expression, scope: Scope) -> str | None:
    return _bound(node, scope).package if isinstance(node, Identifier) else None


def _signature(node: FunctionExpression) -> FunctionSignature:
    return FunctionSignature(tuple(_parameters(node.params)), "", returns_tables=False)


def _parameters(params: Iterable[Property]) -> Iterator[FunctionParameter]:
    for item in params:
        piped = isinstance(item.value, PipeLiteral)
        yield FunctionParameter(_key(item.key), "", item.value is None, piped)


def _key(key: PropertyKey) -> str:
    return key.name if isinstance(key, Identifier) else key.value
