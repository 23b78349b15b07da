"""Templates: Flux texts with `$name` in place of values."""

from __future__ import annotations

from collections.abc import Iterator

from influx_flux._text import tokens
from influx_flux._text.lexer import Lexer
from influx_flux._text.tokens import Token
from influx_flux._values.literal import literal
from influx_flux._values.times import Naive

_SEPARATORS = " \t\n\r()[]{},:"
# A slash after one of these divides; elsewhere it starts a regular expression.
_OPERAND_ENDS = frozenset(
    {
        tokens.IDENT,
        tokens.INT,
        tokens.FLOAT,
        tokens.STRING,
        tokens.REGEX,
        tokens.TIME,
        tokens.DURATION,
        tokens.RPAREN,
        tokens.RBRACK,
        tokens.RBRACE,
        tokens.QUOTE,
        tokens.PIPE_RECEIVE,
    }
)


def template(text: str, /, *, naive: Naive = "raise", **values: object) -> str:
    """Return a Flux text with each `$name` replaced by the literal of its value.

    A `$name` in a string, a comment or a regular expression is not replaced; within the `${}` of a
    string it is. Every value becomes exactly one literal.

    Args:
        text: The Flux text.
        naive: The meaning of a datetime without offset: `utc`, `local`, or an error (`raise`).
        values: The values by name.

    Raises:
        ValueError: A value for a `$name` is missing, or the text does not use a value.
        TypeError: Flux has no literal for the type of a value.
    """
    pieces: list[str] = []
    done = 0
    used: set[str] = set()
    for name, start, end in _places(text):
        if name not in values:
            raise ValueError(f"the template has ${name}, and no value {name} is given")
        used.add(name)
        pieces += [text[done:start], *_apart(text, start, end, literal(values[name], naive=naive))]
        done = end
    if unused := sorted(set(values) - used):
        raise ValueError(f"the template has no ${', $'.join(unused)}")
    return "".join([*pieces, text[done:]])


def _apart(text: str, start: int, end: int, written: str) -> tuple[str, str, str]:
    """Return a literal, with the spaces or parentheses that separate it from adjacent tokens."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if written.startswith("{"):
        written = f"({written})"  # after an arrow, a brace starts a block
    return (
        "" if before in _SEPARATORS else " ",
        written,
        "" if after in _SEPARATORS else " ",
    )


def _places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the names in a text with their offsets."""
    dollar = -1
    for token in all_tokens(text):
        if token.kind is tokens.IDENT and token.start == dollar:
            yield token.text, token.start - 1, token.end
        is_dollar = token.kind is tokens.ILLEGAL and token.text == "$"
        dollar = token.end if is_dollar else -1


def all_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text; without a parser, tokens alone determine patterns and strings."""
    lexer = Lexer(text)
    operand = False
    strings: list[int] = []  # for each open string, the number of open braces in it
    while True:
        token = lexer.scan(regex=not operand)
        if token.kind is tokens.EOF:
            return
        yield token
        operand = token.kind in _OPERAND_ENDS
        if token.kind is tokens.QUOTE:
            _skip_string(lexer, strings)
        elif strings and token.kind is tokens.LBRACE:
            strings[-1] += 1
        elif strings and token.kind is tokens.RBRACE:
            strings[-1] -= 1
            if strings[-1] < 0:
                strings.pop()
                _skip_string(lexer, strings)


def _skip_string(lexer: Lexer, strings: list[int]) -> None:
    """Skip a string up to its end or its next interpolation."""
    while True:
        kind = lexer.scan_string().kind
        if kind is tokens.STRINGEXPR:
            strings.append(0)
        if kind is not tokens.TEXT:
            return
