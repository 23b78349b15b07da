"""TokenCursor: the position of the parser, with one token of lookahead and the pending errors."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from influx_flux._text import tokens
from influx_flux._text.lexer import Lexer
from influx_flux._text.source import SourceText, TextLocation
from influx_flux._text.tokens import Token
from influx_flux._trampoline import Step
from influx_flux.nodes.expression_nodes import Expression
from influx_flux.nodes.node import Base, Comments, Node
from influx_flux.nodes.statement_nodes import Attribute, Statement

MAX_DEPTH = 80
"""The deepest nesting of statements and expressions in libflux."""


class Rules(Protocol):
    """The rules that are mutually recursive, so that modules cannot import them directly."""

    def expression(self, cursor: TokenCursor) -> Step[Expression]:
        """Read an expression."""
        ...

    def operation(self, cursor: TokenCursor, first: Expression) -> Step[Expression]:
        """Read the rest of an expression after its first operand."""
        ...

    def expression_while_more(
        self, cursor: TokenCursor, stops: tuple[str, ...] = (), first: Expression | None = None
    ) -> Step[Expression | None]:
        """Read expressions up to the end of a bracket."""
        ...

    def statement_list(self, cursor: TokenCursor) -> Step[tuple[Statement, ...]]:
        """Read statements up to the end of a block."""
        ...


class TokenCursor:
    """Reads tokens for the rules.

    An error is kept until the next node is created, and becomes an error of this node, as in
    libflux.
    """

    def __init__(self, text: str, rules: Rules) -> None:
        self.source = SourceText(text)
        self.lexer = Lexer(text)
        self.rules = rules
        self.errors: list[str] = []
        self.depth = 0
        self._next: Token | None = None
        self._open: Counter[str] = Counter()

    # Tokens

    def peek(self) -> Token:
        """Return the next token without consuming it."""
        if self._next is None:
            self._next = self.lexer.scan()
        return self._next

    def peek_regex(self) -> Token:
        """Return the next token where a regular expression is possible."""
        waiting = self._next
        if waiting is None:
            self._next = self.lexer.scan(regex=True)
        elif waiting.kind is tokens.DIV:
            self.lexer.unread()
            self._next = self.lexer.scan(regex=True)
            self._next.comments = waiting.comments + self._next.comments
        return self._next  # type: ignore[return-value]  # it was set just now

    def next(self) -> Token:
        """Consume the next token."""
        token = self._next
        if token is None:
            return self.lexer.scan()
        self._next = None
        return token

    def accept(self, kind: str) -> Token | None:
        """Consume the next token if it has that kind."""
        return self.next() if self.peek().kind is kind else None

    def expect(self, *kinds: str) -> Token:
        """Consume the next token; add an error if it has none of these kinds."""
        token = self.next()
        if token.kind not in kinds:
            self._unexpected(_one_of(kinds), token)
        return token

    def expect_or_skip(self, kind: str) -> Token | None:
        """Consume the next token if it has that kind; otherwise keep it and add an error."""
        token = self.accept(kind)
        if token is None:
            self._unexpected(kind, self.peek())
        return token

    def _unexpected(self, wanted: str, token: Token) -> None:
        got = token.kind
        if got is not tokens.EOF:
            got += f" ({token.text}) at {self.source.position(token.start)}"
        self.errors.append(f"expected {wanted}, got {got}")

    # Brackets

    def open(self, start: str, end: str) -> Token:
        """Consume an opening bracket; `more` stops at the closing one from here."""
        token = self.expect(start)
        self._open[end] += 1
        return token

    def more(self) -> bool:
        """Return whether the next token neither ends the text nor closes an open bracket."""
        kind = self.peek().kind
        return kind is not tokens.EOF and not self._open[kind]

    def close(self, end: str) -> Token:
        """Consume a closing bracket; if another token is there, return it."""
        self._open[end] -= 1
        token = self.peek()
        if token.kind is end:
            return self.next()
        self.errors.append(f"expected {end}, got {token.kind}")
        return token

    # Nodes

    def location(self, start: int, end: int) -> TextLocation:
        """Return the part of the text between two offsets."""
        return TextLocation(self.source, start, end)

    def base(
        self,
        start: int,
        end: int,
        comments: Comments = (),
        attributes: tuple[Attribute, ...] = (),
    ) -> Base:
        """Return the base of a node between two offsets; it gets the pending errors."""
        location = TextLocation(self.source, start, end)
        if not self.errors:
            return Base(location, comments, (), attributes)
        errors = tuple(self.errors)
        self.errors.clear()
        return Base(location, comments, errors, attributes)

    def token_base(self, token: Token) -> Base:
        """Return the base of a node that is one token."""
        return self.base(token.start, token.end, token.comments)

    def between(self, first: Node, last: Node, comments: Comments = ()) -> Base:
        """Return the base of a node from the start of one node to the end of another."""
        return self.base(start_of(first), end_of(last), comments)


def start_of(node: Node) -> int:
    """Return the offset of the start of a node that was parsed."""
    location = node.base.location
    assert isinstance(location, TextLocation)
    return location.begin


def end_of(node: Node) -> int:
    """Return the offset of the end of a node that was parsed."""
    location = node.base.location
    assert isinstance(location, TextLocation)
    return location.finish


def _one_of(kinds: tuple[str, ...]) -> str:
    if len(kinds) == 1:
        return kinds[0]
    head = ",".join(f" `{kind}`" for kind in kinds[:-1])
    return f"{head} or `{kinds[-1]}`"
