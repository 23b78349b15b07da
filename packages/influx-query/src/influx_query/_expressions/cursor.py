"""The position of the parser in a list of tokens, and the wording of its errors."""

from __future__ import annotations

from typing import Final, NoReturn

from influx_query._expressions.literals import RegexLiteral
from influx_query._text.durations import DurationError, parse_duration
from influx_query._text.lexer import BLANKS, FIRST_OF_GAP, REGEX, Dialect, Tokens
from influx_query._text.numbers import INT64_MAX, UINT64_MAX, read_integer
from influx_query._text.regex import regex_issue
from influx_query.errors import InfluxQLSyntaxError

MAX_DEPTH: Final = 100
"""The deepest nesting of parentheses, calls and subqueries."""


class Cursor:
    """Reads tokens one after another; ``index`` is the index of the next token."""

    __slots__ = ("depth", "dialect", "index", "kinds", "tokens", "values")

    def __init__(self, tokens: Tokens, dialect: Dialect) -> None:
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.values = tokens.values
        self.dialect = dialect
        self.index = 0
        self.depth = 0

    @property
    def kind(self) -> str:
        """The kind of the next token."""
        return self.kinds[self.index]

    @property
    def value(self) -> str:
        """The text of the next token."""
        return self.values[self.index]

    @property
    def place(self) -> int:
        """The offset for errors about the next token."""
        return self.tokens.place(self.index)

    @property
    def is_latest(self) -> bool:
        """Whether words and clauses newer than 1.6 are accepted."""
        return self.dialect == "latest"

    @property
    def character(self) -> str:
        """The character that Go's parser sees next after it has looked for a dot.

        For this, Go has read one token: a dot, whitespace, a comment, or the next token. The
        character is the one after that token.
        """
        text, begin = self.tokens.text, self.tokens.end(self.index - 1)
        start = self.tokens.starts[self.index]
        if self.kinds[self.index - 1] == ".":
            return text[begin : begin + 1]
        gap = FIRST_OF_GAP.match(text, begin, start)
        behind = gap.end() if gap else self.tokens.end(self.index)
        return text[behind : behind + 1]

    def accept(self, kind: str) -> bool:
        """Skip the next token if it has this kind; return whether it has."""
        if self.kinds[self.index] == kind:
            self.index += 1
            return True
        return False

    def expect(self, *kinds: str) -> None:
        """Skip tokens of these kinds; raise an error at the first token of another kind."""
        for kind in kinds:
            if not self.accept(kind):
                self.fail(kind)

    def adjacent(self, kind: str) -> bool:
        """Return whether the next token has this kind and follows without whitespace."""
        return self.kinds[self.index] == kind and not self.tokens.spaced(self.index)

    def is_word(self, word: str) -> bool:
        """Return whether the next token is this identifier, such as fill, in any case."""
        return self.kind == "IDENT" and self.value.lower() == word

    def fail(self, *expected: str) -> NoReturn:
        """Raise the error that the next token is not what was expected."""
        raise self.unexpected(self.tokens.found(self.index), self.place, expected)

    def fail_at_last(self, *expected: str) -> NoReturn:
        """Raise the error that the last token is not what was expected; it may be a regex."""
        self.index -= 1
        if self.kind != "REGEX":
            self.fail(*expected)
        raise self.unexpected(self.value, self.regex_place, expected)

    def unexpected(self, found: str, offset: int, expected: tuple[str, ...]) -> InfluxQLSyntaxError:
        """Return the error that something was found where something else was expected."""
        return InfluxQLSyntaxError(
            f"found {found}, expected {', '.join(expected)}",
            self.tokens.without_passwords(),
            offset,
            found=found,
            expected=expected,
        )

    @property
    def regex_place(self) -> int:
        """The offset for errors about the next token if it is a regex."""
        start = self.tokens.starts[self.index]
        return start if self.tokens.text[start] == "$" else max(start - 1, 0)

    def error(self, message: str, offset: int | None = None) -> InfluxQLSyntaxError:
        """Return an error with the given message."""
        return InfluxQLSyntaxError(message, self.tokens.without_passwords(), offset)

    def ident(self) -> str:
        """Read an identifier."""
        if self.kind != "IDENT":
            self.fail("identifier")
        self.index += 1
        return self.values[self.index - 1]

    def string(self) -> str:
        """Read a string."""
        if self.kind != "STRING":
            self.fail("string")
        self.index += 1
        return self.values[self.index - 1]

    def integer(self, low: int, high: int) -> int:
        """Read an integer within bounds."""
        place, digits = self._digits()
        number = read_integer(digits)
        if number > INT64_MAX:
            raise self.error(f'strconv.Atoi: parsing "{digits}": value out of range', place)
        if not low <= number <= high:
            raise self.error(f"invalid value {number}: must be {low} <= n <= {high}", place)
        return number

    def unsigned(self) -> int:
        """Read an integer that fits into uint64."""
        place, digits = self._digits()
        if digits.startswith("-"):
            raise self.error(f'strconv.ParseUint: parsing "{digits}": invalid syntax', place)
        number = read_integer(digits)
        if number > UINT64_MAX:
            raise self.error(f'strconv.ParseUint: parsing "{digits}": value out of range', place)
        return number

    def count(self, keyword: str) -> int:
        """Read a clause such as LIMIT and return its number; 0 without the clause."""
        if not self.accept(keyword):
            return 0
        place, digits = self._digits()
        if digits.startswith("-"):
            raise self.error(f"{keyword} must be >= 0", place)
        return min(read_integer(digits), INT64_MAX)

    def duration(self) -> int:
        """Read a duration in nanoseconds; INF is 0."""
        if self.accept("INF"):
            return 0
        if self.kind != "DURATIONVAL":
            self.fail("duration")
        try:
            nanoseconds = parse_duration(self.value)
        except DurationError as error:
            raise self.error(error.reason, self.place) from None
        self.index += 1
        return nanoseconds

    def regex(self) -> RegexLiteral | None:
        """Read a regular expression if the next token is one."""
        self._refuse_comment()
        kind, start = self.kind, self.tokens.starts[self.index]
        if kind == "EOF":
            self.tokens.read_past_end()
        if kind == "BADREGEX":
            raise self.error("bad regex: ", max(start - 1, 0))
        if kind != "REGEX":
            return None
        return self.pattern(self.regex_place)

    def pattern(self, place: int) -> RegexLiteral:
        """Read the next token as a regular expression, and check its syntax."""
        pattern = self.value
        if issue := regex_issue(pattern):
            raise self.error(f"error parsing regexp: {issue}", place)
        self.index += 1
        return RegexLiteral(pattern)

    def fail_gap(self, *expected: str) -> NoReturn:
        """Raise the error that there is whitespace where a token was expected."""
        gap, place = self.gap()
        if not gap:
            self.fail(*expected)
        found = gap[: len(gap) - len(gap.lstrip(BLANKS))]
        raise self.unexpected(found, place, expected)

    def gap(self) -> tuple[str, int]:
        """Return the whitespace and comments before the next token, and their offset."""
        begin = self.tokens.end(self.index - 1)
        return self.tokens.text[begin : self.tokens.starts[self.index]], begin

    def enter(self) -> None:
        """Enter a nested expression; raise an error beyond `MAX_DEPTH` levels."""
        if self.depth == MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} levels deep", self.place)
        self.depth += 1

    def leave(self) -> None:
        """Leave a nested expression."""
        self.depth -= 1

    def _refuse_comment(self) -> None:
        """Refuse a comment where a regex is possible: Go reads its slash as the regex's."""
        if not self.tokens.has_slash or self.index == 0:
            return
        gap, begin = self.gap()
        comment = gap.lstrip(BLANKS)
        if comment.startswith("/*"):
            start = begin + len(gap) - len(comment)
            match = REGEX.match(self.tokens.text, start)
            issue = regex_issue(match[1].replace("\\/", "/")) if match else ""
            raise self.error(
                f"error parsing regexp: {issue}" if issue else "bad regex: ", start - 1
            )

    def refuse_slash_after_next(self) -> None:
        """Refuse a slash directly after the next token, whitespace or comment.

        After a measurement, Go looks for a regex one token too late: ``FROM a,/b/`` is an error,
        ``FROM a, /b/`` is not.
        """
        if not self.tokens.has_slash:
            return
        gap, begin = self.gap()
        piece = FIRST_OF_GAP.match(gap)
        end = begin + piece.end() if piece else self.tokens.end(self.index)
        if self.tokens.text[end : end + 1] != "/":
            return
        if piece is None:
            self.fail("regex")
        raise self.unexpected(piece[1] or "", begin, ("regex",))

    def _digits(self) -> tuple[int, str]:
        if self.kind != "INTEGER":
            self.fail("integer")
        self.index += 1
        return self.tokens.place(self.index - 1), self.values[self.index - 1]
