"""A table of keywords, and who reads what follows each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from influx_query.nodes import Statement
from influx_query.parsing.cursor import Cursor

Reader: TypeAlias = Callable[[Cursor], Statement]


@dataclass(frozen=True, slots=True)
class Choice:
    """Reads one of several keywords and what belongs to it; the order is that of the errors."""

    readers: Mapping[str, Reader]

    def __call__(self, cursor: Cursor) -> Statement:
        """Read a keyword and what follows it."""
        reader = self.readers.get(cursor.kind)
        if reader is None:
            cursor.fail(*self.readers)
        cursor.index += 1
        return reader(cursor)
