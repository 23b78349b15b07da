"""Reads the predicate of a deletion: comparisons of tags with `=` or `!=`, joined by AND.

Source: https://docs.influxdata.com/influxdb/v2/reference/syntax/delete-predicate/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from influx_testing._engine.storage.shards import StoredSeries

__all__ = ["DeletePredicate", "PredicateError", "UnsupportedPredicate", "read_predicate"]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<word>[A-Za-z_][\w.-]*)
      | (?P<number>[-+]?\d+(?:\.\d+)?)
      | (?P<operator>!=|=~|!~|<=|>=|=|<|>)
      | (?P<open>\() | (?P<close>\))
    )""",
    re.VERBOSE,
)


class PredicateError(Exception):
    """A predicate cannot be read."""


class UnsupportedPredicate(Exception):
    """A predicate that the server does not support."""


@dataclass(frozen=True, slots=True)
class _Comparison:
    key: str
    operator: Literal["=", "!="]
    value: str

    def holds(self, series: StoredSeries) -> bool:
        actual = series.measurement if self.key == "_measurement" else series.tag(self.key)
        return (actual == self.value) is (self.operator == "=")


@dataclass(frozen=True, slots=True)
class DeletePredicate:
    """Which series a deletion concerns; without a comparison, all of them."""

    comparisons: tuple[_Comparison, ...] = ()

    def holds(self, series: StoredSeries) -> bool:
        """Whether a series fulfils all comparisons."""
        return all(each.holds(series) for each in self.comparisons)


@dataclass(frozen=True, slots=True)
class _PredicateToken:
    kind: str
    text: str
    position: int


def read_predicate(text: str) -> DeletePredicate:
    """Read a predicate; an empty text is one without comparisons.

    Raises:
        PredicateError: the text is not a predicate.
        UnsupportedPredicate: it compares fields.
    """
    reader = _Reader(_tokens(text), text)
    comparisons = reader.conjunction() if text.strip() else []
    return DeletePredicate(tuple(comparisons))


def _tokens(text: str) -> list[_PredicateToken]:
    found: list[_PredicateToken] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise PredicateError(f"bad predicate at position {position}: {text[position:]!r}")
        kind = match.lastgroup
        found.append(_PredicateToken(kind, match[kind], match.start(kind)))
        position = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[_PredicateToken], text: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._end = _PredicateToken("end", "", len(text))

    def _peek(self) -> _PredicateToken:
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    def _next(self) -> _PredicateToken:
        token = self._peek()
        self._at += 1
        return token

    def conjunction(self, *, nested: bool = False) -> list[_Comparison]:
        """Read comparisons up to the end, or up to a closing parenthesis."""
        found = self._term()
        while True:
            token = self._next()
            if token.kind == ("close" if nested else "end"):
                return found
            word = token.text.upper() if token.kind == "word" else ""
            if word == "OR":
                raise PredicateError(
                    f"the logical operator OR is not supported yet at position {token.position}"
                )
            if word != "AND":
                raise PredicateError(
                    f"bad logical expression, at position {token.position}: {token.text!r}"
                )
            found += self._term()

    def _term(self) -> list[_Comparison]:
        if self._peek().kind == "open":
            self._next()
            return self.conjunction(nested=True)
        return [self._comparison()]

    def _comparison(self) -> _Comparison:
        key, operator, value = self._next(), self._next(), self._next()
        if key.kind not in {"word", "string"}:
            raise PredicateError(f"bad tag key, at position {key.position}")
        if operator.kind != "operator":
            raise PredicateError(f"invalid operator, at position {operator.position}")
        if operator.text not in {"=", "!="}:
            raise PredicateError(
                f"the operator {operator.text} is not supported at position {operator.position}"
            )
        if value.kind not in {"word", "string", "number"}:
            raise PredicateError(f"bad tag value, at position {value.position}")
        name = _plain(key)
        if name == "_field":
            raise UnsupportedPredicate("delete by field is not supported")
        return _Comparison(name, "=" if operator.text == "=" else "!=", _plain(value))


def _plain(token: _PredicateToken) -> str:
    if token.kind != "string":
        return token.text
    return re.sub(r"\\(.)", r"\1", token.text[1:-1])
