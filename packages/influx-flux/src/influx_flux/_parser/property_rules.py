"""The rules of the properties of records and arguments of calls."""

from __future__ import annotations

from dataclasses import replace

from influx_flux._parser.cursor import TokenCursor
from influx_flux._parser.literal_rules import identifier, string_literal
from influx_flux._text import tokens
from influx_flux._text.tokens import Token
from influx_flux._trampoline import Step
from influx_flux.nodes import Expression, Property, PropertyKey, StringLiteral

_STOPS = (tokens.COMMA, tokens.COLON)


def property_list(cursor: TokenCursor) -> Step[tuple[Property, ...]]:
    """Read properties up to the end of a bracket."""
    properties: list[Property] = []
    errors: list[str] = []
    while cursor.more():
        item: Property = yield _property(cursor)
        if cursor.more():
            item = _with_comma(cursor, item, errors)
        properties.append(item)
    cursor.errors.extend(errors)
    return tuple(properties)


def property_list_suffix(cursor: TokenCursor, key: PropertyKey) -> Step[tuple[Property, ...]]:
    """Read properties; the first key was already read."""
    first: Property = yield _property_suffix(cursor, key)
    if not cursor.more():
        return (first,)
    first = _with_comma(cursor, first, cursor.errors)
    return (first, *(yield property_list(cursor)))


def _with_comma(cursor: TokenCursor, item: Property, errors: list[str]) -> Property:
    if comma := cursor.accept(tokens.COMMA):
        return replace(item, comma=comma.comments) if comma.comments else item
    errors.append(f"expected comma in property list, got {cursor.peek().kind}")
    return item


def _property(cursor: TokenCursor) -> Step[Property]:
    match cursor.peek().kind:
        case tokens.IDENT:
            return (yield _property_suffix(cursor, identifier(cursor)))
        case tokens.STRING:
            return (yield _property_suffix(cursor, string_literal(cursor)))
        case _:
            return (yield _invalid_property(cursor))


def _property_suffix(cursor: TokenCursor, key: PropertyKey) -> Step[Property]:
    colon = cursor.accept(tokens.COLON)
    value: Expression | None = (yield _value(cursor)) if colon else None
    base = cursor.between(key, key if value is None else value)
    return Property(key, value, base=base, separator=colon.comments if colon else ())


def _value(cursor: TokenCursor) -> Step[Expression | None]:
    value: Expression | None = yield cursor.rules.expression_while_more(cursor, _STOPS)
    if value is None:
        cursor.errors.append("missing property value")
    return value


def _invalid_property(cursor: TokenCursor) -> Step[Property]:
    """Read the tokens up to the next comma as an invalid property."""
    token = cursor.peek()
    value: Expression | None = None
    if token.kind is tokens.COLON:
        error = "missing property key"
        cursor.next()
        value = yield _value(cursor)
    elif token.kind is tokens.COMMA:
        error = "missing property in property list"
    else:
        error = f"unexpected token for property key: {token.kind} ({token.text})"
        yield cursor.rules.expression_while_more(cursor, _STOPS)
        if cursor.accept(tokens.COLON):
            value = yield _value(cursor)
    cursor.errors.append(error)
    return _invalid(cursor, token, value)


def _invalid(cursor: TokenCursor, token: Token, value: Expression | None) -> Property:
    base = cursor.base(token.start, cursor.peek().start)
    key = StringLiteral("<invalid>", base=cursor.base(token.start, token.start))
    return Property(key, value, base=base)
