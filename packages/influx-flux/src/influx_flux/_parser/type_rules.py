"""The rules of type expressions."""

from __future__ import annotations

from influx_flux._parser.cursor import TokenCursor, end_of
from influx_flux._parser.literal_rules import identifier, label, property_key
from influx_flux._text import tokens
from influx_flux._text.tokens import Token
from influx_flux._trampoline import Step
from influx_flux.nodes import (
    ArrayType,
    DictType,
    DynamicType,
    FunctionType,
    Identifier,
    MonoType,
    NamedType,
    OptionalParameter,
    ParameterType,
    PipeParameter,
    PropertyKey,
    PropertyType,
    RecordType,
    RequiredParameter,
    StreamType,
    TvarType,
    TypeConstraint,
    TypeExpression,
    VectorType,
)

_GENERIC: dict[str, type[StreamType | VectorType]] = {"stream": StreamType, "vector": VectorType}


def type_expression(cursor: TokenCursor) -> Step[TypeExpression]:
    """Read a type and the constraints of its variables."""
    monotype: MonoType = yield _monotype(cursor)
    token = cursor.peek()
    if token.kind is not tokens.IDENT or token.text != "where":
        return TypeExpression(monotype, base=monotype.base)
    cursor.next()
    constraints = [_constraint(cursor)]
    while cursor.accept(tokens.COMMA):
        constraints.append(_constraint(cursor))
    base = cursor.between(monotype, constraints[-1])
    return TypeExpression(monotype, tuple(constraints), base=base)


def _constraint(cursor: TokenCursor) -> TypeConstraint:
    tvar = identifier(cursor)
    cursor.expect(tokens.COLON)
    kinds = [identifier(cursor)]
    while cursor.accept(tokens.ADD):
        kinds.append(identifier(cursor))
    return TypeConstraint(tvar, tuple(kinds), base=cursor.between(tvar, kinds[-1]))


def _monotype(cursor: TokenCursor) -> Step[MonoType]:
    token = cursor.peek()
    match token.kind:
        case tokens.LBRACK:
            return (yield _array_or_dict(cursor))
        case tokens.LBRACE:
            return (yield _record(cursor))
        case tokens.LPAREN:
            return (yield _function(cursor))
        case tokens.IDENT if token.text in _GENERIC:
            return (yield _generic(cursor, cursor.next()))
        case tokens.IDENT if token.text == "dynamic":
            return DynamicType(base=cursor.token_base(cursor.next()))
        case _:
            return _named(cursor, token)


def _named(cursor: TokenCursor, token: Token) -> MonoType:
    if len(token.text.encode()) == 1:
        tvar = identifier(cursor)
        return TvarType(tvar, base=tvar.base)
    base = cursor.token_base(token)
    return NamedType(identifier(cursor), base=base)


def _generic(cursor: TokenCursor, name: Token) -> Step[MonoType]:
    cursor.open(tokens.LBRACK, tokens.RBRACK)
    element: MonoType = yield _monotype(cursor)
    end = cursor.close(tokens.RBRACK)
    return _GENERIC[name.text](element, base=cursor.base(name.start, end.end))


def _array_or_dict(cursor: TokenCursor) -> Step[MonoType]:
    start = cursor.open(tokens.LBRACK, tokens.RBRACK)
    first: MonoType = yield _monotype(cursor)
    if cursor.peek().kind is tokens.RBRACK:
        end = cursor.close(tokens.RBRACK)
        return ArrayType(first, base=cursor.base(start.start, end.end))
    cursor.expect(tokens.COLON)
    value: MonoType = yield _monotype(cursor)
    end = cursor.close(tokens.RBRACK)
    return DictType(first, value, base=cursor.base(start.start, end.end))


def _record(cursor: TokenCursor) -> Step[MonoType]:
    start = cursor.open(tokens.LBRACE, tokens.RBRACE)
    tvar: Identifier | None = None
    properties: tuple[PropertyType, ...] = ()
    if cursor.peek().kind in (tokens.IDENT, tokens.STRING):
        key = property_key(cursor)
        token = cursor.peek()
        if isinstance(key, Identifier) and token.kind is tokens.IDENT and token.text == "with":
            tvar = key
            cursor.next()
            properties = yield _properties(cursor, property_key(cursor))
        elif not isinstance(key, Identifier) or token.kind is tokens.COLON:
            properties = yield _properties(cursor, key)
    end = cursor.close(tokens.RBRACE)
    return RecordType(properties, tvar, base=cursor.base(start.start, end.end))


def _properties(cursor: TokenCursor, key: PropertyKey) -> Step[tuple[PropertyType, ...]]:
    properties: list[PropertyType] = []
    while True:
        cursor.expect(tokens.COLON)
        monotype: MonoType = yield _monotype(cursor)
        properties.append(PropertyType(key, monotype, base=cursor.between(key, monotype)))
        cursor.accept(tokens.COMMA)
        if not cursor.more():
            return tuple(properties)
        key = property_key(cursor)


def _function(cursor: TokenCursor) -> Step[MonoType]:
    start = cursor.open(tokens.LPAREN, tokens.RPAREN)
    parameters: list[ParameterType] = []
    if cursor.peek().kind in (tokens.PIPE_RECEIVE, tokens.QUESTION_MARK, tokens.IDENT):
        while cursor.more():
            parameters.append((yield _parameter(cursor)))
            cursor.accept(tokens.COMMA)
    cursor.close(tokens.RPAREN)
    cursor.expect(tokens.ARROW)
    result: MonoType = yield _monotype(cursor)
    base = cursor.base(start.start, end_of(result))
    return FunctionType(tuple(parameters), result, base=base)


def _parameter(cursor: TokenCursor) -> Step[ParameterType]:
    match cursor.peek().kind:
        case tokens.QUESTION_MARK:
            return (yield _optional(cursor, cursor.next()))
        case tokens.PIPE_RECEIVE:
            return (yield _pipe(cursor, cursor.next()))
        case _:
            name = identifier(cursor)
            monotype: MonoType = yield _colon_type(cursor)
            return RequiredParameter(name, monotype, base=cursor.between(name, monotype))


def _optional(cursor: TokenCursor, mark: Token) -> Step[ParameterType]:
    name = identifier(cursor)
    monotype: MonoType = yield _colon_type(cursor)
    default = label(cursor) if cursor.accept(tokens.ASSIGN) else None
    base = cursor.base(mark.start, end_of(monotype))
    return OptionalParameter(name, monotype, default, base=base)


def _pipe(cursor: TokenCursor, arrow: Token) -> Step[ParameterType]:
    name = identifier(cursor) if cursor.peek().kind is tokens.IDENT else None
    monotype: MonoType = yield _colon_type(cursor)
    return PipeParameter(monotype, name, base=cursor.base(arrow.start, end_of(monotype)))


def _colon_type(cursor: TokenCursor) -> Step[MonoType]:
    cursor.expect(tokens.COLON)
    return (yield _monotype(cursor))
