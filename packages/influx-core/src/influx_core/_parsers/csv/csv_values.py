"""Reads the texts of a column of CSV as values: of the type that is given for it, or guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from influx_core.errors import ConfigError, DecodeError

__all__ = ["FORMAT", "ColumnKinds", "guessed_values"]

FORMAT = "a CSV response of InfluxDB"

_integers = msgspec.json.Decoder(list[int])
_floats = msgspec.json.Decoder(list[float])
_BOOLEANS = {"true": True, "false": False}
_READERS: Mapping[str, Callable[[str], Any]] = {
    "float": float,
    "integer": int,
    "unsigned": int,
    "boolean": _BOOLEANS.__getitem__,
    "string": str,
}


class ColumnKinds:
    """How the values of each column are read: a kind, or `guess`.

    Raises:
        ConfigError: there is no such kind.
    """

    def __init__(self, default: str, kinds: Mapping[str, str]) -> None:
        for name, kind in kinds.items():
            if kind not in _READERS:
                known = ", ".join(_READERS)
                raise ConfigError(f"csv: {name!r} cannot be {kind!r}, it is one of {known}")
        self._default = default
        self._kinds = {**kinds, "time": "time"}

    def of(self, columns: Iterable[str]) -> list[str]:
        """The kinds of columns."""
        return [self._kinds.get(column, self._default) for column in columns]

    def values(self, column: str, texts: Sequence[str]) -> list[Any]:
        """The values of a column; an empty text is None.

        Raises:
            DecodeError: a text is no value of the column's kind.
        """
        kind = self._kinds.get(column, self._default)
        if kind == "guess":
            return guessed_values(texts)
        if kind == "string":
            return [text or None for text in texts]
        if kind == "time":
            return _times(texts)
        return _typed_values(column, kind, texts)


def _times(texts: Sequence[str]) -> list[int | None]:
    try:
        if (times := _numbers(texts, _integers)) is not None:
            return times
        return [int(text) if text else None for text in texts]
    except ValueError as error:
        raise DecodeError(f"not {FORMAT}: {error}") from error


def _typed_values(column: str, kind: str, texts: Sequence[str]) -> list[Any]:
    read = _READERS[kind]
    try:
        return [read(text) if text else None for text in texts]
    except (KeyError, ValueError) as error:
        raise DecodeError(f"column {column!r} is said to be {kind}, and is not: {error}") from None


def guessed_values(texts: Sequence[str]) -> list[Any]:
    """The values of texts that all look alike; else the texts."""
    present = list(filter(None, texts))
    values = _numbers(present)
    if values is None:
        booleans = present and _BOOLEANS.keys() >= set(present)
        values = [_BOOLEANS[text] for text in present] if booleans else present
    if len(present) == len(texts):
        return values
    following = iter(values)
    return [next(following) if text else None for text in texts]


def _numbers(
    texts: Sequence[str], decoder: msgspec.json.Decoder[list[Any]] | None = None
) -> list[Any] | None:
    """The numbers that texts are, if the server prints numbers so; a JSON decoder reads all."""
    together = ",".join(texts).encode()
    if not together or together.translate(None, b"0123456789.-,"):
        return None
    if together.count(b",") != len(texts) - 1:
        return None
    decoder = decoder or (_floats if b"." in together else _integers)
    try:
        return decoder.decode(b"[" + together + b"]")
    except (msgspec.DecodeError, ValueError):  # as of an integer of 5,000 digits
        return None
