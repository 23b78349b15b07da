"""Checks words that choose one of a few behaviors."""

from __future__ import annotations

from collections.abc import Iterable

from influx_core.errors import ConfigError

__all__ = ["check_word"]


def check_word(name: str, word: object, known: Iterable[object]) -> None:
    """Check that a word is one of those that are known.

    Args:
        name: the name of the argument, for the error.
        word: the word.
        known: the known words.

    Raises:
        ConfigError: it is another one; the message names the known ones.
    """
    known = tuple(known)
    if word not in known:
        raise ConfigError(f"unknown {name} {word!r}; known are {', '.join(map(str, known))}")
