"""Parses Flux texts."""

from __future__ import annotations

from influx_flux._collection import paused_collection
from influx_flux._parser import expression_rules, statement_rules
from influx_flux._parser.cursor import TokenCursor, end_of
from influx_flux._parser.issues import issues_of
from influx_flux._text import tokens
from influx_flux._text.source import TextLocation
from influx_flux._trampoline import Step, run
from influx_flux.errors import FluxSyntaxError
from influx_flux.nodes import Base, File, ImportDeclaration, Node


class _Rules:
    expression = staticmethod(expression_rules.expression)
    operation = staticmethod(expression_rules.operation)
    expression_while_more = staticmethod(expression_rules.expression_while_more)
    statement_list = staticmethod(statement_rules.statement_list)


def parse(text: str, *, strict: bool = True) -> File:
    """Parse a Flux text into its syntax tree.

    Args:
        text: The text, of any length and any depth of nesting.
        strict: Whether to raise an error if the text has errors. If False, the tree contains
            BadStatement and BadExpression nodes, and every node's `base` holds its errors;
            `syntax_issues` lists them.

    Raises:
        FluxSyntaxError: The text has errors; `issues` holds all of them, with libflux's messages.
    """
    with paused_collection(len(text)):
        file = run(_file(TokenCursor(text, _Rules())))
        if strict and (issues := issues_of(file)):
            raise FluxSyntaxError(issues)
    return file


def _file(cursor: TokenCursor) -> Step[File]:
    start = cursor.peek().start
    found = yield statement_rules.attributes(cursor)
    package = None
    if cursor.peek().kind is tokens.PACKAGE:
        package = statement_rules.package_clause(cursor, found)
        found = yield statement_rules.attributes(cursor)
    imports: list[ImportDeclaration] = []
    while cursor.peek().kind is tokens.IMPORT:
        imports.append(statement_rules.import_declaration(cursor, found))
        found = yield statement_rules.attributes(cursor)
    if found and cursor.peek().kind is tokens.EOF:
        body = (statement_rules.extra_attributes(cursor, found),)
    else:
        body = yield statement_rules.statement_list(cursor, found)
    last: Node | None = [package, *imports, *body][-1]
    base = Base(TextLocation(cursor.source, start, end_of(last))) if last else Base()
    return File(body, tuple(imports), package, base=base, eof=cursor.peek().comments)
