"""The rules of expressions: operators by precedence, calls, members, conditionals."""

from __future__ import annotations

from influx_flux._parser import container_rules, operators
from influx_flux._parser.cursor import MAX_DEPTH, TokenCursor, end_of, start_of
from influx_flux._parser.literal_rules import bad, identifier, invalid_token, label, literal
from influx_flux._parser.paren_rules import paren_expression
from influx_flux._parser.property_rules import property_list
from influx_flux._text import tokens
from influx_flux._text.tokens import Token
from influx_flux._trampoline import Step
from influx_flux.nodes import (
    BadExpression,
    Base,
    BinaryExpression,
    CallExpression,
    ConditionalExpression,
    Expression,
    IndexExpression,
    IntegerLiteral,
    LogicalExpression,
    MemberExpression,
    ObjectExpression,
    PipeExpression,
    StringLiteral,
    UnaryExpression,
)

INVALID_OPERATOR = "<INVALID_OP>"


def expression(cursor: TokenCursor) -> Step[Expression]:
    """Read an expression; beyond the deepest nesting, add an error and skip a token."""
    cursor.depth += 1
    try:
        if cursor.depth > MAX_DEPTH:
            cursor.errors.append("Program is nested too deep")
            token = cursor.next()
            return bad(cursor, token, "Program is nested too deep")
        if cursor.peek().kind is tokens.IF:
            return (yield _conditional(cursor))
        return (yield operation(cursor))
    finally:
        cursor.depth -= 1


def _conditional(cursor: TokenCursor) -> Step[Expression]:
    if_ = cursor.next()
    test: Expression = yield expression(cursor)
    then, consequent = yield _branch(cursor, tokens.THEN)
    else_, alternate = yield _branch(cursor, tokens.ELSE)
    return ConditionalExpression(
        test,
        consequent,
        alternate,
        base=cursor.base(if_.start, end_of(alternate)),
        tk_if=if_.comments,
        tk_then=then.comments,
        tk_else=else_.comments,
    )


def _branch(cursor: TokenCursor, keyword: str) -> Step[tuple[Token, Expression]]:
    token = cursor.expect_or_skip(keyword)
    if token is None:
        there = cursor.peek()
        return there, BadExpression("", base=Base(cursor.location(there.start, there.start)))
    return token, (yield expression(cursor))


def operation(cursor: TokenCursor, first: Expression | None = None) -> Step[Expression]:
    """Read operands and operators; `first` is the first operand if it was already read."""
    operands: list[Expression] = []
    pending: list[tuple[int, Token]] = []
    while True:
        operand: Expression = yield _operand(cursor, pending, first)
        operands.append((yield _pipes(cursor, operand)) if _piped(cursor) else operand)
        first = None
        token = cursor.peek()
        level = operators.LEVELS.get(token.kind, 0)
        while pending and pending[-1][0] >= level:
            _reduce(cursor, operands, pending.pop()[1])
        if not level:
            return operands[0]
        pending.append((level, cursor.next()))


def _operand(
    cursor: TokenCursor, pending: list[tuple[int, Token]], first: Expression | None
) -> Step[Expression]:
    if first is not None:
        return (yield _postfix(cursor, first))
    _prefixes(cursor, pending)
    return (yield _unary(cursor))


def _prefixes(cursor: TokenCursor, pending: list[tuple[int, Token]]) -> None:
    """Read `not` and `exists`, which are allowed at the start and after `and` and `or`."""
    if pending and pending[-1][0] > operators.AND:
        return
    while cursor.peek().kind in (tokens.NOT, tokens.EXISTS):
        pending.append((operators.PREFIX, cursor.next()))


def _reduce(cursor: TokenCursor, operands: list[Expression], token: Token) -> None:
    """Replace the last operands by an operation that applies the last operator to them."""
    right = operands.pop()
    if token.kind in (tokens.NOT, tokens.EXISTS):
        base = cursor.base(token.start, end_of(right), token.comments)
        operands.append(UnaryExpression(token.text, right, base=base))
        return
    left = operands.pop()
    base = cursor.between(left, right, token.comments)
    kind = LogicalExpression if token.kind in operators.LOGICAL else BinaryExpression
    operands.append(kind(token.text, left, right, base=base))


def _piped(cursor: TokenCursor) -> bool:
    return cursor.peek().kind is tokens.PIPE_FORWARD


def _pipes(cursor: TokenCursor, argument: Expression) -> Step[Expression]:
    while pipe := cursor.accept(tokens.PIPE_FORWARD):
        call: Expression = yield _unary(cursor)
        if not isinstance(call, CallExpression):
            cursor.errors.append("pipe destination must be a function call")
            call = CallExpression(call, base=cursor.between(call, call))
        base = cursor.between(argument, call, pipe.comments)
        argument = PipeExpression(argument, call, base=base)
    return argument


def _unary(cursor: TokenCursor) -> Step[Expression]:
    signs: list[Token] = []
    while cursor.peek().kind in (tokens.ADD, tokens.SUB):
        signs.append(cursor.next())
    first: Expression = yield primary(cursor)
    operand: Expression = yield _postfix(cursor, first)
    for sign in reversed(signs):
        base = cursor.base(sign.start, end_of(operand), sign.comments)
        operand = UnaryExpression(sign.text, operand, base=base)
    return operand


def primary(cursor: TokenCursor) -> Step[Expression]:
    """Read a name, a literal, or an expression in brackets."""
    token = cursor.peek_regex()
    return literal(cursor, token) or (yield _bracketed(cursor, token))


def _bracketed(cursor: TokenCursor, token: Token) -> Step[Expression]:
    """Read a primary expression of more than one token."""
    match token.kind:
        case tokens.LPAREN:
            return (yield paren_expression(cursor))
        case tokens.LBRACK:
            return (yield container_rules.array_or_dict(cursor))
        case tokens.LBRACE:
            return (yield container_rules.object_literal(cursor))
        case tokens.QUOTE:
            return (yield container_rules.string_expression(cursor))
        case tokens.DOT:
            return label(cursor)
        case _:
            return invalid_token(cursor, token)


def _postfix(cursor: TokenCursor, operand: Expression) -> Step[Expression]:
    while True:
        match cursor.peek().kind:
            case tokens.DOT:
                operand = _member(cursor, operand)
            case tokens.LPAREN:
                operand = yield _call(cursor, operand)
            case tokens.LBRACK:
                operand = yield _index(cursor, operand)
            case _:
                return operand


def _member(cursor: TokenCursor, object_: Expression) -> Expression:
    dot = cursor.next()
    name = identifier(cursor)
    return MemberExpression(object_, name, base=cursor.between(object_, name), lbrack=dot.comments)


def _call(cursor: TokenCursor, callee: Expression) -> Step[Expression]:
    lparen = cursor.open(tokens.LPAREN, tokens.RPAREN)
    properties = yield property_list(cursor)
    rparen = cursor.close(tokens.RPAREN)
    base = cursor.base(start_of(callee), rparen.end)
    arguments: tuple[Expression, ...] = ()
    if properties:
        between = cursor.between(properties[0], properties[-1])
        arguments = (ObjectExpression(properties, base=between),)
    return CallExpression(
        callee, arguments, base=base, lparen=lparen.comments, rparen=rparen.comments
    )


def _index(cursor: TokenCursor, array: Expression) -> Step[Expression]:
    lbrack = cursor.open(tokens.LBRACK, tokens.RBRACK)
    index: Expression | None = yield expression_while_more(cursor)
    rbrack = cursor.close(tokens.RBRACK)
    if index is None:
        cursor.errors.append("no expression included in brackets")
        base = cursor.base(start_of(array), rbrack.end)
        minus_one = IntegerLiteral(-1, base=cursor.base(lbrack.start, rbrack.end))
        return IndexExpression(array, minus_one, base=base)
    base = cursor.base(start_of(array), rbrack.end)
    comments = {"lbrack": lbrack.comments, "rbrack": rbrack.comments}
    if isinstance(index, StringLiteral):
        return MemberExpression(array, index, base=base, **comments)
    return IndexExpression(array, index, base=base, **comments)


def expression_while_more(
    cursor: TokenCursor, stops: tuple[str, ...] = (), first: Expression | None = None
) -> Step[Expression | None]:
    """Read expressions up to the end of a bracket; if there are several, they are an error."""
    result = first
    while cursor.peek().kind not in stops and cursor.more():
        read: Expression = yield expression(cursor)
        if isinstance(read, BadExpression):
            token = cursor.next()
            where = cursor.location(token.start, token.end)
            cursor.errors.append(f"invalid expression @{where}: {token.text}")
        elif result is None:
            result = read
        else:
            base = cursor.between(result, read)
            result = BinaryExpression(INVALID_OPERATOR, result, read, base=base)
    return result
