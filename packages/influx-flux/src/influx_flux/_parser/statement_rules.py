"""The rules of statements, attributes, package clauses and imports."""

from __future__ import annotations

from dataclasses import replace

from influx_flux._parser.cursor import MAX_DEPTH, TokenCursor, end_of, start_of
from influx_flux._parser.expression_rules import expression, operation, primary
from influx_flux._parser.literal_rules import identifier, string_literal
from influx_flux._parser.paren_rules import block
from influx_flux._parser.type_rules import type_expression
from influx_flux._text import tokens
from influx_flux._text.tokens import Token
from influx_flux._trampoline import Step
from influx_flux.nodes import (
    Attribute,
    AttributeParameter,
    BadStatement,
    Block,
    BuiltinStatement,
    Expression,
    ExpressionStatement,
    ImportDeclaration,
    MemberAssignment,
    MemberExpression,
    OptionStatement,
    PackageClause,
    ReturnStatement,
    Statement,
    TestCaseStatement,
    TypeExpression,
    VariableAssignment,
)

_EXPRESSION_STARTS = frozenset(
    {
        tokens.INT,
        tokens.FLOAT,
        tokens.STRING,
        tokens.DIV,
        tokens.TIME,
        tokens.DURATION,
        tokens.PIPE_RECEIVE,
        tokens.LPAREN,
        tokens.LBRACK,
        tokens.LBRACE,
        tokens.ADD,
        tokens.SUB,
        tokens.NOT,
        tokens.IF,
        tokens.EXISTS,
        tokens.QUOTE,
    }
)

Attributes = tuple[Attribute, ...]


def attributes(cursor: TokenCursor) -> Step[Attributes]:
    """Read the attributes before a statement."""
    found: list[Attribute] = []
    while token := cursor.accept(tokens.ATTRIBUTE):
        params: tuple[AttributeParameter, ...] = ()
        end = token.end
        if cursor.peek().kind is tokens.LPAREN:
            cursor.open(tokens.LPAREN, tokens.RPAREN)
            params = yield _attribute_parameters(cursor)
            end = cursor.close(tokens.RPAREN).end
        base = cursor.base(token.start, end, token.comments)
        found.append(Attribute(token.text[1:], params, base=base))
    return tuple(found)


def _attribute_parameters(cursor: TokenCursor) -> Step[tuple[AttributeParameter, ...]]:
    params: list[AttributeParameter] = []
    errors: list[str] = []
    while cursor.more():
        before = cursor.peek().start
        value: Expression = yield primary(cursor)
        if cursor.peek().start == before:
            cursor.next()  # libflux would read this token again and again
        comma = cursor.accept(tokens.COMMA)
        if not comma and cursor.more():
            got = cursor.peek().kind
            errors.append(f"expected comma in attribute parameter list, got {got}")
        base = cursor.base(start_of(value), comma.end if comma else end_of(value))
        params.append(AttributeParameter(value, base=base, comma=comma.comments if comma else ()))
    cursor.errors.extend(errors)
    return tuple(params)


def package_clause(cursor: TokenCursor, before: Attributes) -> PackageClause:
    """Read `package name`."""
    token = cursor.next()
    name = identifier(cursor)
    base = cursor.base(token.start, end_of(name), token.comments, before)
    return PackageClause(name, base=base)


def import_declaration(cursor: TokenCursor, before: Attributes) -> ImportDeclaration:
    """Read `import alias "path"`."""
    token = cursor.next()
    alias = identifier(cursor) if cursor.peek().kind is tokens.IDENT else None
    path = string_literal(cursor)
    base = cursor.base(token.start, end_of(path), token.comments, before)
    return ImportDeclaration(path, alias, base=base)


def statement_list(cursor: TokenCursor, before: Attributes = ()) -> Step[tuple[Statement, ...]]:
    """Read statements up to the end of a block or the text; `before` was already read."""
    statements: list[Statement] = []
    while cursor.more():
        statements.append((yield _statement(cursor, before)))
        before = ()
    return tuple(statements)


def _statement(cursor: TokenCursor, before: Attributes) -> Step[Statement]:
    cursor.depth += 1
    try:
        if cursor.depth > MAX_DEPTH:
            cursor.errors.append("Program is nested too deep")
            return _bad(cursor, cursor.next())
        found: Attributes = before or (yield attributes(cursor))
        statement: Statement = yield _bare_statement(cursor)
    finally:
        cursor.depth -= 1
    if found:
        return replace(statement, base=statement.base._replace(attributes=found))
    return statement


def _bare_statement(cursor: TokenCursor) -> Step[Statement]:
    token = cursor.peek()
    match token.kind:
        case tokens.IDENT:
            return (yield _name_statement(cursor))
        case kind if kind in _EXPRESSION_STARTS:
            value: Expression = yield expression(cursor)
            return ExpressionStatement(value, base=cursor.between(value, value))
        case tokens.OPTION:
            return (yield _option(cursor, cursor.next()))
        case tokens.RETURN:
            return (yield _return(cursor, cursor.next()))
        case tokens.BUILTIN:
            return (yield _builtin(cursor, cursor.next()))
        case tokens.TESTCASE:
            return (yield _testcase(cursor, cursor.next()))
        case _:
            return _bad(cursor, cursor.next())


def _bad(cursor: TokenCursor, token: Token) -> BadStatement:
    return BadStatement(token.text, base=cursor.token_base(token))


def extra_attributes(cursor: TokenCursor, found: Attributes) -> BadStatement:
    """Return a bad statement for attributes without a statement after them."""
    base = cursor.between(found[0], found[-1])
    return BadStatement("extra attributes not associated with anything", base=base)


def _name_statement(cursor: TokenCursor) -> Step[Statement]:
    name = identifier(cursor)
    if assign := cursor.accept(tokens.ASSIGN):
        init: Expression = yield expression(cursor)
        return VariableAssignment(name, init, base=cursor.between(name, init, assign.comments))
    value: Expression = yield operation(cursor, name)
    return ExpressionStatement(value, base=cursor.between(value, value))


def _option(cursor: TokenCursor, token: Token) -> Step[Statement]:
    name = identifier(cursor)
    assignment: VariableAssignment | MemberAssignment
    if assign := cursor.accept(tokens.ASSIGN):
        init: Expression = yield expression(cursor)
        base = cursor.between(name, init, assign.comments)
        assignment = VariableAssignment(name, init, base=base)
    elif dot := cursor.accept(tokens.DOT):
        key = identifier(cursor)
        assign = cursor.expect(tokens.ASSIGN)
        init = yield expression(cursor)
        base = cursor.between(name, init, assign.comments)
        between = cursor.between(name, key)
        member = MemberExpression(name, key, base=between, lbrack=dot.comments)
        assignment = MemberAssignment(member, init, base=base)
    else:
        return _bad(cursor, token)
    base = cursor.base(token.start, end_of(assignment), token.comments)
    return OptionStatement(assignment, base=base)


def _return(cursor: TokenCursor, token: Token) -> Step[Statement]:
    value: Expression = yield expression(cursor)
    base = cursor.base(token.start, end_of(value), token.comments)
    return ReturnStatement(value, base=base)


def _builtin(cursor: TokenCursor, token: Token) -> Step[Statement]:
    name = identifier(cursor)
    colon = cursor.expect(tokens.COLON)
    type_: TypeExpression = yield type_expression(cursor)
    base = cursor.base(token.start, end_of(type_), token.comments)
    return BuiltinStatement(name, type_, base=base, colon=colon.comments)


def _testcase(cursor: TokenCursor, token: Token) -> Step[Statement]:
    name = identifier(cursor)
    extends = None
    if cursor.peek().kind is tokens.IDENT and cursor.peek().text == "extends":
        cursor.next()
        extends = string_literal(cursor)
    body: Block = yield block(cursor)
    base = cursor.base(token.start, end_of(body), token.comments)
    return TestCaseStatement(name, body, extends, base=base)
