"""Parses expressions: operands, operators by precedence, names of several parts, calls.

A chain of operators is read in a loop, so its length is not limited by Python's stack; only
parentheses and calls are read recursively.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from influx_query._expressions.cursor import Cursor
from influx_query._expressions.expression_nodes import (
    PRECEDENCE,
    BinaryExpr,
    Call,
    DataType,
    Distinct,
    Expr,
    ParenExpr,
    VarRef,
    Wildcard,
)
from influx_query._expressions.literals import (
    BooleanLiteral,
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    RegexLiteral,
    StringLiteral,
    UnsignedLiteral,
)
from influx_query._text.durations import DurationError, parse_duration
from influx_query._text.lexer import BLANKS, Dialect, tokenize
from influx_query._text.numbers import INT64_MAX, UINT64_MAX, read_integer
from influx_query._text.quoting import quote_ident, quote_if_needed

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPERAND: Final = ("identifier", "string", "number", "bool")
_SIGNED: Final = frozenset(["NUMBER", "INTEGER", "DURATIONVAL", "(", "IDENT"])
_CASTS: Final = ("float", "integer", "string", "boolean", "field", "tag")
_NAMED_CASTS: Final[tuple[DataType, ...]] = ("float", "integer", "unsigned", "string", "boolean")
_REGEX_OPERATORS: Final = frozenset(["=~", "!~"])


def parse_expression(
    text: str, params: Mapping[str, object] | None = None, *, dialect: Dialect = "latest"
) -> Expr:
    """Parse one expression, such as a condition or a field; the arguments are those of `parse`.

    Raises:
        InfluxQLSyntaxError: The text is not exactly one expression.
        ValueError: The dialect is unknown.
    """
    cursor = Cursor(tokenize(text, params, dialect=dialect), dialect)
    expr = expression(cursor)
    if cursor.kind != "EOF":
        cursor.fail("EOF")
    return expr


def expression(cursor: Cursor) -> Expr:
    """Read operands with operators between them."""
    operands = [operand(cursor)]
    pending: list[str] = []
    while level := PRECEDENCE.get(cursor.kinds[cursor.index]):
        operator = cursor.kinds[cursor.index]
        while pending and PRECEDENCE[pending[-1]] >= level:
            _join(operands, pending)
        cursor.index += 1
        pending.append(operator)
        operands.append(_regex(cursor) if operator in _REGEX_OPERATORS else operand(cursor))
    while pending:
        _join(operands, pending)
    return operands[0]


def _join(operands: list[Expr], pending: list[str]) -> None:
    """Replace the last two operands by the last pending operator applied to them."""
    right = operands.pop()
    operands[-1] = BinaryExpr(pending.pop(), operands[-1], right)


def _regex(cursor: Cursor) -> RegexLiteral:
    regex = cursor.regex()
    if regex is None:
        cursor.fail("regex")
    return regex


def operand(cursor: Cursor) -> Expr:
    """Read one operand."""
    kind = cursor.kinds[cursor.index]
    if kind == "IDENT":
        return _name(cursor)
    reader = _OPERANDS.get(kind)
    return reader(cursor) if reader else cursor.fail(*_OPERAND)


def _name(cursor: Cursor) -> Expr:
    """Read an operand that begins with an identifier: a call or a name of one or several parts."""
    index = cursor.index
    following = cursor.kinds[index + 1]
    if following == "(" and not cursor.tokens.spaced(index + 1):
        cursor.index = index + 2
        return _call(cursor, cursor.values[index].lower())
    if following not in (".", "::"):
        cursor.index = index + 1
        return VarRef(cursor.values[index])
    name = ".".join(segments(cursor))
    return VarRef(name, _cast(cursor))


def segments(cursor: Cursor) -> list[str]:
    """Read a name of up to three parts: ``db.rp.name``, ``db..name``.

    If a regex or a colon follows a dot, reading stops after that dot.
    """
    names = [cursor.ident()]
    while cursor.adjacent("."):
        cursor.index += 1
        following = cursor.tokens.following(cursor.index - 1)
        if following in ("/", ":"):
            break
        if following == ".":
            names.append("")
        else:
            if not following:
                cursor.tokens.read_past_end()
            names.append(cursor.ident())
    if len(names) > 3:
        raise cursor.error(f"too many segments in {_quote_segments(names)}", 0)
    return names


def _quote_segments(names: list[str]) -> str:
    *leading, last = names
    return ".".join(
        [*(quote_ident(name) if name else "" for name in leading), quote_if_needed(last)]
    )


def _cast(cursor: Cursor) -> DataType:
    if not cursor.adjacent("::"):
        return ""
    cursor.index += 1
    if cursor.gap()[0]:
        cursor.fail_gap(*_CASTS)
    if cursor.accept("FIELD"):
        return "field"
    if cursor.accept("TAG"):
        return "tag"
    if cursor.kind != "IDENT":
        cursor.fail(*_CASTS)
    word = cursor.value.lower()
    if word not in _NAMED_CASTS:
        cursor.fail(*_NAMED_CASTS, "field", "tag")
    cursor.index += 1
    return word


def _call(cursor: Cursor, name: str) -> Call:
    """Read the arguments of a call, after its opening parenthesis."""
    cursor.enter()
    first = cursor.regex()
    if first is None and cursor.accept(")"):
        cursor.leave()
        return Call(name)
    args: list[Expr] = [first or expression(cursor)]
    while cursor.accept(","):
        args.append(cursor.regex() or expression(cursor))
    cursor.expect(")")
    cursor.leave()
    return Call(name, tuple(args))


def _parenthesis(cursor: Cursor) -> ParenExpr:
    cursor.index += 1
    cursor.enter()
    inner = expression(cursor)
    cursor.expect(")")
    cursor.leave()
    return ParenExpr(inner)


def _distinct(cursor: Cursor) -> Expr:
    cursor.index += 1
    if cursor.adjacent("("):
        cursor.index += 1
        return _call(cursor, "distinct")
    gap, _ = cursor.gap()
    if not gap:
        cursor.fail("(", "identifier")
    if gap[0] not in BLANKS:
        cursor.fail_gap("(", "identifier")
    return Distinct(cursor.ident())


def _wildcard(cursor: Cursor) -> Wildcard:
    cursor.index += 1
    if not cursor.adjacent("::"):
        return Wildcard()
    cursor.index += 1
    if cursor.gap()[0]:
        cursor.fail_gap("field", "tag")
    if cursor.accept("FIELD"):
        return Wildcard("field")
    return Wildcard("tag") if cursor.accept("TAG") else cursor.fail("field", "tag")


def _string(cursor: Cursor) -> StringLiteral:
    cursor.index += 1
    return StringLiteral(cursor.values[cursor.index - 1])


def _boolean(cursor: Cursor) -> BooleanLiteral:
    cursor.index += 1
    return BooleanLiteral(cursor.kinds[cursor.index - 1] == "TRUE")


def _number(cursor: Cursor) -> NumberLiteral:
    value = float(cursor.value)
    if value in (float("inf"), float("-inf")):
        raise cursor.error("unable to parse number", cursor.place)
    cursor.index += 1
    return NumberLiteral(value, None if cursor.is_latest else 3)


def _integer(cursor: Cursor) -> IntegerLiteral | UnsignedLiteral:
    value = read_integer(cursor.value)
    if value > UINT64_MAX:
        raise cursor.error("unable to parse integer", cursor.place)
    cursor.index += 1
    return IntegerLiteral(value) if value <= INT64_MAX else UnsignedLiteral(value)


def _duration(cursor: Cursor) -> DurationLiteral:
    try:
        value = parse_duration(cursor.value)
    except DurationError as error:
        raise cursor.error(error.reason) from None
    cursor.index += 1
    return DurationLiteral(value)


def _operand_regex(cursor: Cursor) -> Expr:
    """Read a regex that is the value of a parameter; a regex in the text is read elsewhere."""
    start = cursor.tokens.starts[cursor.index]
    if cursor.tokens.text[start] == "/":
        cursor.fail(*_OPERAND)
    return cursor.pattern(start)


def _parameter(cursor: Cursor) -> Expr:
    name = cursor.value.removeprefix("$")
    raise cursor.error(f"missing parameter: {name}" if name else "empty bound parameter")


def _signed(cursor: Cursor) -> Expr:
    """Read a sign and its operand; a sign before a name becomes a multiplication."""
    sign = 1 if cursor.kind == "+" else -1
    cursor.index += 1
    if cursor.kind not in _SIGNED:
        cursor.fail("identifier", "number", "duration", "(")
    value = operand(cursor)
    if isinstance(value, NumberLiteral):
        return NumberLiteral(sign * value.value, value.decimals)
    if isinstance(value, IntegerLiteral):
        return IntegerLiteral(sign * value.value)
    if isinstance(value, DurationLiteral):
        return DurationLiteral(sign * value.value)
    if isinstance(value, UnsignedLiteral):
        return value if sign > 0 else _negated(cursor, value)
    return BinaryExpr("*", IntegerLiteral(sign), value)


def _negated(cursor: Cursor, literal: UnsignedLiteral) -> IntegerLiteral:
    if literal.value != INT64_MAX + 1:
        raise cursor.error(f"constant -{literal.value} underflows int64")
    return IntegerLiteral(-literal.value)


_OPERANDS: Final = {
    "(": _parenthesis,
    "*": _wildcard,
    "+": _signed,
    "-": _signed,
    "BOUNDPARAM": _parameter,
    "DISTINCT": _distinct,
    "DURATIONVAL": _duration,
    "FALSE": _boolean,
    "INTEGER": _integer,
    "NUMBER": _number,
    "REGEX": _operand_regex,
    "STRING": _string,
    "TRUE": _boolean,
}
"""The functions that read operands, by the kind of the first token; names are not included."""
