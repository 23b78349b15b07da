"""The rules of arrays, dictionaries, records and strings with interpolation."""

from __future__ import annotations

from influx_flux._parser.cursor import TokenCursor
from influx_flux._parser.literal_rules import identifier, invalid_token, string_literal
from influx_flux._parser.property_rules import property_list, property_list_suffix
from influx_flux._text import tokens
from influx_flux._text.tokens import Token
from influx_flux._text.values import unescape
from influx_flux._trampoline import Step
from influx_flux.nodes import (
    ArrayExpression,
    ArrayItem,
    Comments,
    DictExpression,
    DictItem,
    Expression,
    InterpolatedPart,
    ObjectExpression,
    Property,
    StringExpression,
    TextPart,
    WithSource,
)


def array_or_dict(cursor: TokenCursor) -> Step[Expression]:
    """Read `[...]`: the colon after the first expression decides."""
    lbrack = cursor.open(tokens.LBRACK, tokens.RBRACK)
    if cursor.accept(tokens.COLON):
        return _dict(cursor, lbrack, [])
    if cursor.peek().kind is tokens.RBRACK:
        return _array(cursor, lbrack, [])
    first: Expression = yield cursor.rules.expression(cursor)
    if cursor.accept(tokens.COLON):
        value: Expression = yield cursor.rules.expression(cursor)
        return (yield _dict_items(cursor, lbrack, first, value))
    return (yield _array_items(cursor, lbrack, first))


def _array_items(cursor: TokenCursor, lbrack: Token, first: Expression) -> Step[Expression]:
    if cursor.peek().kind is tokens.RBRACK:
        return _array(cursor, lbrack, [ArrayItem(first)])
    items = [ArrayItem(first, comma=cursor.expect(tokens.COMMA).comments)]
    last = cursor.peek().start
    while cursor.more():
        item: Expression = yield cursor.rules.expression(cursor)
        items.append(ArrayItem(item, comma=_comma(cursor)))
        if last == (last := cursor.peek().start):
            break  # no token was consumed: another round would not consume one either
    return _array(cursor, lbrack, items)


def _array(cursor: TokenCursor, lbrack: Token, items: list[ArrayItem]) -> ArrayExpression:
    rbrack = cursor.close(tokens.RBRACK)
    return ArrayExpression(
        tuple(items),
        base=cursor.base(lbrack.start, rbrack.end),
        lbrack=lbrack.comments,
        rbrack=rbrack.comments,
    )


def _dict_items(
    cursor: TokenCursor, lbrack: Token, key: Expression, value: Expression
) -> Step[Expression]:
    if cursor.peek().kind is tokens.RBRACK:
        return _dict(cursor, lbrack, [DictItem(key, value)])
    items = [DictItem(key, value, comma=cursor.expect(tokens.COMMA).comments)]
    while cursor.more():
        key = yield cursor.rules.expression(cursor)
        cursor.expect(tokens.COLON)
        value = yield cursor.rules.expression(cursor)
        items.append(DictItem(key, value, comma=_comma(cursor)))
    return _dict(cursor, lbrack, items)


def _dict(cursor: TokenCursor, lbrack: Token, items: list[DictItem]) -> DictExpression:
    rbrack = cursor.close(tokens.RBRACK)
    return DictExpression(
        tuple(items),
        base=cursor.base(lbrack.start, rbrack.end),
        lbrack=lbrack.comments,
        rbrack=rbrack.comments,
    )


def _comma(cursor: TokenCursor) -> Comments:
    comma = cursor.accept(tokens.COMMA)
    return comma.comments if comma else ()


def object_literal(cursor: TokenCursor) -> Step[Expression]:
    """Read `{...}` as a record."""
    lbrace = cursor.open(tokens.LBRACE, tokens.RBRACE)
    source, properties = yield _object_body(cursor)
    rbrace = cursor.close(tokens.RBRACE)
    return ObjectExpression(
        properties,
        source,
        base=cursor.base(lbrace.start, rbrace.end),
        lbrace=lbrace.comments,
        rbrace=rbrace.comments,
    )


def _object_body(cursor: TokenCursor) -> Step[tuple[WithSource | None, tuple[Property, ...]]]:
    match cursor.peek().kind:
        case tokens.STRING:
            return None, (yield property_list_suffix(cursor, string_literal(cursor)))
        case tokens.IDENT:
            name = identifier(cursor)
        case _:
            return None, (yield property_list(cursor))
    with_ = cursor.accept(tokens.IDENT)
    if with_ is None:
        return None, (yield property_list_suffix(cursor, name))
    if with_.text != "with":
        cursor.errors.append("")  # libflux's message is empty, too
    properties: tuple[Property, ...] = yield property_list(cursor)
    return WithSource(name, with_=with_.comments), properties


def string_expression(cursor: TokenCursor) -> Step[Expression]:
    """Read a string that is not a single token: it has interpolations, or is invalid."""
    quote = cursor.expect(tokens.QUOTE)
    parts: list[TextPart | InterpolatedPart] = []
    while True:
        token = cursor.lexer.scan_string()
        match token.kind:
            case tokens.TEXT:
                try:
                    value = unescape(token.text)
                except ValueError:
                    return invalid_token(cursor, token)
                parts.append(TextPart(value, base=cursor.token_base(token)))
            case tokens.STRINGEXPR:
                parts.append((yield _interpolated(cursor, token)))
            case tokens.QUOTE:
                # libflux drops the comments before a string with interpolations.
                return StringExpression(tuple(parts), base=cursor.base(quote.start, token.end))
            case _:
                return _broken_string(cursor, quote, token)


def _interpolated(cursor: TokenCursor, start: Token) -> Step[InterpolatedPart]:
    value: Expression = yield cursor.rules.expression(cursor)
    end = cursor.expect(tokens.RBRACE)
    return InterpolatedPart(value, base=cursor.base(start.start, end.end))


def _broken_string(cursor: TokenCursor, quote: Token, token: Token) -> StringExpression:
    where = cursor.location(token.start, token.end)
    cursor.errors.append(f"got unexpected token in string expression @{where}: {token.kind}")
    return StringExpression((), base=cursor.base(quote.start, token.end))
