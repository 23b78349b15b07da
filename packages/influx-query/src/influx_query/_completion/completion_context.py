"""Finds out what may stand at the cursor in a query: names of which kind, and which keywords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from influx_query._statements.parser import parse
from influx_query._text.keywords import KEYWORDS
from influx_query._text.lexer import tokenize
from influx_query.errors import InfluxQLSyntaxError

__all__ = ["CompletionContext", "NameKind", "completion_context"]


class NameKind(Enum):
    """What a name may stand for."""

    DATABASE = "database"
    MEASUREMENT = "measurement"
    TAG = "tag"
    FIELD = "field"
    TAG_VALUE = "value"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True)
class CompletionContext:
    """What may stand at the cursor.

    Attributes:
        start: the offset at which the word before the cursor begins.
        prefix: that word, without its quote.
        kinds: the kinds of names that fit.
        keywords: the keywords that fit.
        measurements: the measurements of the query.
        tag: the tag whose values fit.
    """

    start: int
    prefix: str
    kinds: tuple[NameKind, ...] = ()
    keywords: tuple[str, ...] = ()
    measurements: tuple[str, ...] = ()
    tag: str | None = None


_AFTER_NAMES = {
    "FROM": (NameKind.MEASUREMENT,),
    "INTO": (NameKind.MEASUREMENT,),
    "MEASUREMENT": (NameKind.MEASUREMENT,),
    "ON": (NameKind.DATABASE,),
    "DATABASE": (NameKind.DATABASE,),
    "SELECT": (NameKind.FIELD, NameKind.TAG, NameKind.FUNCTION),
    "WHERE": (NameKind.TAG, NameKind.FIELD),
    "AND": (NameKind.TAG, NameKind.FIELD),
    "OR": (NameKind.TAG, NameKind.FIELD),
    "BY": (NameKind.TAG,),
    "KEY": (NameKind.TAG,),
}
"""The names that follow a keyword."""

_CLAUSES = ("SELECT", "INTO", "FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET", "SLIMIT")
_AFTER_CLAUSE = {
    "SELECT": ("FROM", "INTO", "AS"),
    "INTO": ("FROM",),
    "FROM": ("WHERE", "GROUP BY", "ORDER BY", "LIMIT", "OFFSET", "SLIMIT", "SOFFSET", "tz("),
    "WHERE": ("AND", "OR", "GROUP BY", "ORDER BY", "LIMIT", "OFFSET", "SLIMIT", "SOFFSET", "tz("),
    "GROUP": ("fill(", "ORDER BY", "LIMIT", "OFFSET", "SLIMIT", "SOFFSET", "tz("),
    "ORDER": ("DESC", "ASC", "LIMIT", "OFFSET", "SLIMIT", "SOFFSET", "tz("),
    "LIMIT": ("OFFSET", "SLIMIT", "SOFFSET", "tz("),
    "OFFSET": ("SLIMIT", "SOFFSET", "tz("),
    "SLIMIT": ("SOFFSET", "tz("),
}
"""What may follow a complete clause of SELECT."""

_EQUALS = frozenset({"=", "!=", "<>"})
_ORDERS = frozenset({"<", "<=", ">", ">="})
_OPEN = frozenset({"(", ","})
_WORDS_OF_TIME = ("time", "now()")


@dataclass(frozen=True, slots=True)
class _QueryToken:
    kind: str
    value: str
    start: int


def completion_context(text: str, cursor: int) -> CompletionContext:
    """Return what may stand at the cursor of a query.

    Args:
        text: the whole text.
        cursor: an offset in it.
    """
    before, after = text[:cursor], text[cursor:]
    tokens = _tokens(before)
    start, prefix, tokens = _word(before, tokens)
    statement = _statement(tokens)
    measurements = _measurements([*statement, *_tokens(f"{' ' * start}{after.partition(';')[0]}")])
    context = CompletionContext(start, prefix, measurements=measurements)
    return _filled(context, before[:start], statement)


def _filled(
    context: CompletionContext, before: str, statement: Sequence[_QueryToken]
) -> CompletionContext:
    last = statement[-1] if statement else None
    if last is None:
        return replace(context, keywords=_first_words())
    if last.kind in _EQUALS | _ORDERS and len(statement) > 1:
        return _after_comparison(context, last.kind, statement[-2])
    if last.kind in _AFTER_NAMES:
        return replace(context, kinds=_AFTER_NAMES[last.kind], keywords=_words(last.kind, before))
    if last.kind in _OPEN:
        return _after_open(context, statement, before)
    if last.kind == "IDENT" and statement[0].kind == "SHOW" and len(statement) == 1:
        return replace(context, keywords=_expected(before))
    return replace(context, keywords=_following(statement, before))


def _after_comparison(
    context: CompletionContext, sign: str, left: _QueryToken
) -> CompletionContext:
    if left.kind == "KEY":
        return replace(context, kinds=(NameKind.TAG,))
    if sign in _ORDERS or left.value == "time":
        return replace(context, keywords=("now()",))
    return replace(context, kinds=(NameKind.TAG_VALUE,), tag=left.value)


def _after_open(
    context: CompletionContext, statement: Sequence[_QueryToken], before: str
) -> CompletionContext:
    clause = _clause(statement)
    if clause == "SELECT" and statement[-1].kind == "(":
        return replace(context, kinds=(NameKind.FIELD, NameKind.TAG), keywords=("DISTINCT", "*"))
    if clause in {"SELECT", "FROM", "WHERE"}:
        return replace(context, kinds=_AFTER_NAMES[clause], keywords=_words(clause, before))
    if clause == "GROUP":
        return replace(context, kinds=(NameKind.TAG,), keywords=("time(", "*"))
    return replace(context, keywords=_expected(before))


def _words(kind: str, before: str) -> tuple[str, ...]:
    if kind == "SELECT":
        return ("*", "DISTINCT")
    if kind in {"WHERE", "AND", "OR"}:
        return _WORDS_OF_TIME
    if kind == "BY":
        return ("time(", "*")
    return tuple(word for word in _expected(before) if word not in {"(", "MEASUREMENT"})


def _following(statement: Sequence[_QueryToken], before: str) -> tuple[str, ...]:
    """The keywords after a complete part of a statement."""
    expected = _expected(before)
    if statement[0].kind in {"SELECT", "EXPLAIN"} and not expected:
        return _AFTER_CLAUSE.get(_clause(statement), ())
    if statement[0].kind == "SHOW" and not expected:
        return ("ON", "FROM", "WITH KEY =", "WHERE", "LIMIT", "OFFSET")
    return expected


def _expected(before: str) -> tuple[str, ...]:
    """The keywords that the parser wants at the end of a text."""
    error = _error(before)
    if error is None or error.found != "EOF":
        return ()
    return tuple(word for word in error.expected if word in KEYWORDS)


@cache
def _first_words() -> tuple[str, ...]:
    """The keywords with which statements begin."""
    error = _error("x")
    return error.expected if error is not None else ()


def _error(text: str) -> InfluxQLSyntaxError | None:
    try:
        parse(text)
    except InfluxQLSyntaxError as error:
        return error
    return None


def _tokens(text: str) -> list[_QueryToken]:
    found = tokenize(text)
    rows = zip(found.kinds, found.values, found.starts, strict=True)
    return [_QueryToken(*row) for row in rows if row[0] != "EOF"]


def _word(before: str, tokens: list[_QueryToken]) -> tuple[int, str, list[_QueryToken]]:
    """The start of the word at the end, the word without quotes, and the tokens before it."""
    if tokens:
        last = tokens[-1]
        is_open = last.kind.startswith("BAD") or last.kind == "ILLEGAL"
        is_word = last.kind == "IDENT" or last.kind in KEYWORDS
        if is_open or (is_word and not before.endswith((" ", "\n", "\t", '"'))):
            return last.start, before[last.start :].lstrip("\"'"), tokens[:-1]
    return len(before), "", tokens


def _statement(tokens: Sequence[_QueryToken]) -> list[_QueryToken]:
    """The tokens of the innermost open statement."""
    begun = [0]
    for index, token in enumerate(tokens):
        if token.kind == ";":
            begun = [index + 1]
        elif token.kind == "(" and index + 1 < len(tokens) and tokens[index + 1].kind == "SELECT":
            begun.append(index + 1)
        elif token.kind == "(":
            begun.append(begun[-1])
        elif token.kind == ")" and len(begun) > 1:
            begun.pop()
    return list(tokens[begun[-1] :])


def _clause(statement: Sequence[_QueryToken]) -> str:
    return next((token.kind for token in reversed(statement) if token.kind in _CLAUSES), "")


def _measurements(tokens: Sequence[_QueryToken]) -> tuple[str, ...]:
    """The names after FROM; of names with a database and a policy, the last part."""
    found: list[str] = []
    inside = False
    for index, token in enumerate(tokens):
        if token.kind == "FROM":
            inside = True
        elif inside and token.kind == "IDENT":
            if index + 1 == len(tokens) or tokens[index + 1].kind != ".":
                found.append(token.value)
        elif token.kind not in {",", "."}:
            inside = False
    return tuple(dict.fromkeys(found))
