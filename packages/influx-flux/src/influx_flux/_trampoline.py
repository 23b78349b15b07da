"""Runs functions that call each other by `yield` on a separate stack, so depth is not limited."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

Step: TypeAlias = Generator["Step[Any]", Any, T]
"""A generator that yields the calls it makes, receives their results, and returns a T."""


def run(step: Step[T]) -> T:
    """Return the result of a function that calls others by `yield`."""
    stack: list[Step[Any]] = [step]
    value: Any = None
    while True:
        try:
            called = stack[-1].send(value)
        except StopIteration as finished:
            stack.pop()
            value = finished.value
            if not stack:
                return value  # type: ignore[no-any-return]
        else:
            stack.append(called)
            value = None
