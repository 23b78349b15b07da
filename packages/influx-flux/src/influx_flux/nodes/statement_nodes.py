"""The statements of Flux, with blocks, packages, imports and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from influx_flux.nodes.expression_nodes import Expression, Identifier, MemberExpression
from influx_flux.nodes.literal_nodes import StringLiteral
from influx_flux.nodes.node import Comments, Node, trivia
from influx_flux.nodes.type_nodes import TypeExpression


@dataclass(frozen=True, slots=True, eq=False)
class AttributeParameter(Node):
    """An argument of an attribute."""

    value: Expression
    comma: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class Attribute(Node):
    """`@name(params)` before a statement, an import or the package clause."""

    name: str
    params: tuple[AttributeParameter, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ExpressionStatement(Node):
    """An expression by itself; a stream of tables becomes a result."""

    expression: Expression


@dataclass(frozen=True, slots=True, eq=False)
class VariableAssignment(Node):
    """`id = init`."""

    id: Identifier
    init: Expression


@dataclass(frozen=True, slots=True, eq=False)
class MemberAssignment(Node):
    """`member = init`; only allowed after `option`."""

    member: MemberExpression
    init: Expression


@dataclass(frozen=True, slots=True, eq=False)
class OptionStatement(Node):
    """`option` before an assignment."""

    assignment: VariableAssignment | MemberAssignment


@dataclass(frozen=True, slots=True, eq=False)
class ReturnStatement(Node):
    """`return argument` in a block."""

    argument: Expression


@dataclass(frozen=True, slots=True, eq=False)
class BuiltinStatement(Node):
    """`builtin id : type`: a function or a value that the server implements."""

    id: Identifier
    ty: TypeExpression
    colon: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class TestCaseStatement(Node):
    """`testcase id extends "..." { ... }`."""

    __test__ = False  # not a test of pytest's

    id: Identifier
    block: Block
    extends: StringLiteral | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BadStatement(Node):
    """A part of the text that is not a valid statement; `text` is that part."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Block(Node):
    """Statements in braces."""

    body: tuple[Statement, ...]
    lbrace: Comments = trivia()
    rbrace: Comments = trivia()


@dataclass(frozen=True, slots=True, eq=False)
class PackageClause(Node):
    """`package name`."""

    name: Identifier


@dataclass(frozen=True, slots=True, eq=False)
class ImportDeclaration(Node):
    """`import alias "path"`."""

    path: StringLiteral
    alias: Identifier | None = None


@dataclass(frozen=True, slots=True, eq=False)
class File(Node):
    """A complete Flux text; `eof` holds the comments at its end."""

    body: tuple[Statement, ...]
    imports: tuple[ImportDeclaration, ...] = ()
    package: PackageClause | None = None
    name: str = ""
    metadata: str = "parser-type=rust"
    eof: Comments = trivia()


Statement: TypeAlias = (
    ExpressionStatement
    | VariableAssignment
    | OptionStatement
    | ReturnStatement
    | BuiltinStatement
    | TestCaseStatement
    | BadStatement
)
