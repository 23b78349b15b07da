"""The rules of functions and expressions in parentheses, which both start with a parenthesis."""

from __future__ import annotations

from influx_flux._parser.cursor import TokenCursor, end_of
from influx_flux._parser.literal_rules import bad, identifier
from influx_flux._text import tokens
from influx_flux._text.tokens import Token
from influx_flux._trampoline import Step
from influx_flux.nodes import (
    Block,
    Comments,
    Expression,
    FunctionExpression,
    Identifier,
    ParenExpression,
    Property,
)


def paren_expression(cursor: TokenCursor) -> Step[Expression]:
    """Read a function, or an expression in parentheses."""
    lparen = cursor.open(tokens.LPAREN, tokens.RPAREN)
    token = cursor.peek()
    if token.kind is tokens.RPAREN:
        rparen = cursor.close(tokens.RPAREN)
        return (yield _function(cursor, lparen, [], rparen))
    if token.kind is tokens.IDENT:
        return (yield _after_name(cursor, lparen, identifier(cursor)))
    inner: Expression | None = yield cursor.rules.expression_while_more(cursor)
    if inner is None:
        inner = bad(cursor, token, token.text)
    return _paren(cursor, lparen, inner, cursor.close(tokens.RPAREN))


def _after_name(cursor: TokenCursor, lparen: Token, name: Identifier) -> Step[Expression]:
    """Read the rest after `(name`, where the name may be a parameter or an expression."""
    token = cursor.peek()
    if token.kind is tokens.RPAREN:
        rparen = cursor.close(tokens.RPAREN)
        if cursor.peek().kind is tokens.ARROW:
            return (yield _function(cursor, lparen, [_parameter(cursor, name)], rparen))
        return _paren(cursor, lparen, name, rparen)
    if token.kind in (tokens.ASSIGN, tokens.COMMA):
        params: list[Property] = yield _parameters(cursor, name)
        rparen = cursor.close(tokens.RPAREN)
        return (yield _function(cursor, lparen, params, rparen))
    inner: Expression = yield cursor.rules.operation(cursor, name)
    inner = yield cursor.rules.expression_while_more(cursor, (), inner)
    return _paren(cursor, lparen, inner, cursor.close(tokens.RPAREN))


def _paren(cursor: TokenCursor, lparen: Token, inner: Expression, rparen: Token) -> ParenExpression:
    base = cursor.base(lparen.start, rparen.end)
    return ParenExpression(inner, base=base, lparen=lparen.comments, rparen=rparen.comments)


def _parameters(cursor: TokenCursor, name: Identifier) -> Step[list[Property]]:
    """Read parameters; the name of the first one was already read."""
    params: list[Property] = []
    while True:
        default: Expression | None = None
        assign = cursor.accept(tokens.ASSIGN)
        if assign:
            default = yield cursor.rules.expression(cursor)
        separator = assign.comments if assign else ()
        comma = cursor.accept(tokens.COMMA)
        params.append(_parameter(cursor, name, default, separator, comma.comments if comma else ()))
        if (not comma and len(params) == 1) or not cursor.more():
            return params
        before = cursor.peek().start
        name = identifier(cursor)
        if not name.name and cursor.peek().kind is not tokens.ASSIGN:
            cursor.next()  # libflux would read this token again and again
            cursor.errors.append("invalid parameter")
        assert cursor.peek().start >= before


def _parameter(
    cursor: TokenCursor,
    name: Identifier,
    default: Expression | None = None,
    separator: Comments = (),
    comma: Comments = (),
) -> Property:
    base = cursor.between(name, default or name)
    return Property(name, default, base=base, separator=separator, comma=comma)


def _function(
    cursor: TokenCursor, lparen: Token, params: list[Property], rparen: Token
) -> Step[Expression]:
    arrow = cursor.expect_or_skip(tokens.ARROW) or cursor.peek()
    body: Block | Expression
    if cursor.peek().kind is tokens.LBRACE:
        body = yield block(cursor)
    else:
        body = yield cursor.rules.expression(cursor)
    return FunctionExpression(
        tuple(params),
        body,
        base=cursor.base(lparen.start, end_of(body)),
        lparen=lparen.comments,
        rparen=rparen.comments,
        arrow=arrow.comments,
    )


def block(cursor: TokenCursor) -> Step[Block]:
    """Read statements in braces."""
    lbrace = cursor.open(tokens.LBRACE, tokens.RBRACE)
    body = yield cursor.rules.statement_list(cursor)
    rbrace = cursor.close(tokens.RBRACE)
    return Block(
        body,
        base=cursor.base(lbrace.start, rbrace.end),
        lbrace=lbrace.comments,
        rbrace=rbrace.comments,
    )
