"""The rules of names and literals: each reads one token."""

from __future__ import annotations

from influx_flux._parser.cursor import TokenCursor, end_of
from influx_flux._text import tokens
from influx_flux._text.regex_syntax import check_pattern
from influx_flux._text.tokens import Token
from influx_flux._text.values import MAX_INT, duration_parts, regex_pattern, rfc3339, unescape
from influx_flux.nodes import (
    BadExpression,
    Base,
    DateTimeLiteral,
    DurationLiteral,
    Expression,
    FloatLiteral,
    Identifier,
    IntegerLiteral,
    LabelLiteral,
    PipeLiteral,
    PropertyKey,
    RegexpLiteral,
    StringLiteral,
)


def identifier(cursor: TokenCursor) -> Identifier:
    """Read a name; if there is none, return an empty name and keep the token."""
    token = cursor.expect_or_skip(tokens.IDENT)
    if token is None:
        there = cursor.peek()
        return Identifier("", base=cursor.base(there.start, there.start))
    return Identifier(token.text, base=cursor.token_base(token))


def property_key(cursor: TokenCursor) -> PropertyKey:
    """Read a name or a string as the key of a record."""
    token = cursor.expect(tokens.IDENT, tokens.STRING)
    if token.kind is tokens.STRING:
        return string_of(cursor, token)
    return Identifier(token.text, base=cursor.token_base(token))


def string_literal(cursor: TokenCursor) -> StringLiteral:
    """Read a string without interpolation."""
    return string_of(cursor, cursor.expect(tokens.STRING))


def string_of(cursor: TokenCursor, token: Token) -> StringLiteral:
    """Return the string of a token."""
    value = ""
    if token.kind is tokens.STRING:
        try:
            value = unescape(token.text[1:-1])
        except ValueError as error:
            cursor.errors.append(str(error))
    else:
        cursor.errors.append("invalid string literal")
    return StringLiteral(value, base=cursor.token_base(token))


def literal(cursor: TokenCursor, token: Token) -> Expression | None:
    """Read a name or a literal of one token; None if the token is neither."""
    read = _READERS.get(token.kind)
    return read(cursor, cursor.next()) if read is not None else None


def label(cursor: TokenCursor) -> LabelLiteral:
    """Read `.name` or `."name"`."""
    dot = cursor.expect(tokens.DOT)
    key = property_key(cursor)
    value = key.name if isinstance(key, Identifier) else key.value
    # libflux drops the comments of both tokens.
    location = cursor.location(dot.start, end_of(key))
    return LabelLiteral(value, base=Base(location, (), key.base.errors))


def bad(cursor: TokenCursor, token: Token, text: str) -> BadExpression:
    """Return a bad expression for a token; its parent gets the pending errors."""
    return BadExpression(text, base=Base(cursor.location(token.start, token.end)))


def invalid_token(cursor: TokenCursor, token: Token) -> BadExpression:
    """Return a bad expression for a token that cannot start an expression."""
    return bad(cursor, token, f"invalid token for primary expression: {token.kind}")


def _name(cursor: TokenCursor, token: Token) -> Expression:
    return Identifier(token.text, base=cursor.token_base(token))


def _integer(cursor: TokenCursor, token: Token) -> Expression:
    value = _integer_value(cursor, token.text)
    return IntegerLiteral(value, base=cursor.token_base(token))


def _integer_value(cursor: TokenCursor, text: str) -> int:
    problem = "value out of range"
    if text[0] == "0" and len(text) > 1:
        problem = "nonzero value cannot start with 0"
    elif len(text) < 20 and (value := int(text)) <= MAX_INT:
        return value
    cursor.errors.append(f'invalid integer literal "{text}": {problem}')
    return 0


def _float(cursor: TokenCursor, token: Token) -> Expression:
    return FloatLiteral(float(token.text), base=cursor.token_base(token))


def _regexp(cursor: TokenCursor, token: Token) -> Expression:
    pattern = ""
    try:
        pattern = regex_pattern(token.text[1:-1])
        check_pattern(pattern)
    except ValueError as error:
        cursor.errors.append(str(error))
        pattern = ""
    return RegexpLiteral(pattern, base=cursor.token_base(token))


def _time(cursor: TokenCursor, token: Token) -> Expression:
    try:
        value = rfc3339(token.text)
    except ValueError:
        return bad(cursor, token, "invalid date time literal, missing time offset")
    return DateTimeLiteral(value, base=cursor.token_base(token))


def _duration(cursor: TokenCursor, token: Token) -> Expression:
    try:
        values = duration_parts(token.text)
    except ValueError:
        return invalid_token(cursor, token)
    return DurationLiteral(values, base=cursor.token_base(token))


def _pipe(cursor: TokenCursor, token: Token) -> Expression:
    return PipeLiteral(base=cursor.token_base(token))


_READERS = {
    tokens.IDENT: _name,
    tokens.INT: _integer,
    tokens.FLOAT: _float,
    tokens.STRING: string_of,
    tokens.REGEX: _regexp,
    tokens.TIME: _time,
    tokens.DURATION: _duration,
    tokens.PIPE_RECEIVE: _pipe,
}
