"""Group keys: the columns that have one value in all rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["EMPTY_KEY", "GroupKey"]


class GroupKey:
    """The labels, types and values of a group key. Immutable; the order of columns does not count.

    Values are as columns hold them: times and unsigned integers are plain ints, null is None.

    Args:
        columns: label, type and value of each column.
    """

    def __init__(self, columns: Iterable[tuple[str, str, Value]] = ()) -> None:
        self.columns = tuple(columns)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The labels, in order."""
        return tuple(label for label, _, _ in self.columns)

    @cached_property
    def _values(self) -> dict[str, tuple[str, Value]]:
        return {label: (type_, value) for label, type_, value in self.columns}

    @cached_property
    def identity(self) -> tuple[tuple[str, str, Value], ...]:
        """What two equal keys have in common: the columns in order of their labels."""
        return tuple(sorted(self.columns, key=lambda column: column[0]))

    @cached_property
    def _hash(self) -> int:
        return hash(self.identity)

    def __contains__(self, label: object) -> bool:
        return label in self._values

    def __iter__(self) -> Iterator[tuple[str, str, Value]]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __getitem__(self, label: str) -> Value:
        return self._values[label][1]

    def type_of(self, label: str) -> str:
        """Return the type of a column; KeyError if the key does not have it."""
        return self._values[label][0]

    def get(self, label: str, default: Value = None) -> Value:
        """Return the value of a column, or the default."""
        return self._values.get(label, ("", default))[1]

    def with_column(self, label: str, type_: str, value: Value) -> GroupKey:
        """Return a key with one more column, or another value for it."""
        new = (label, type_, value)
        if label not in self:
            return GroupKey((*self.columns, new))
        return GroupKey(new if column[0] == label else column for column in self.columns)

    def without(self, labels: Iterable[str]) -> GroupKey:
        """Return a key without some columns."""
        dropped = frozenset(labels)
        return GroupKey(column for column in self.columns if column[0] not in dropped)

    def only(self, labels: Iterable[str]) -> GroupKey:
        """Return a key of those columns that it has of some labels, in the order of this key."""
        kept = frozenset(labels)
        return GroupKey(column for column in self.columns if column[0] in kept)

    def renamed(self, names: dict[str, str]) -> GroupKey:
        """Return a key with other labels."""
        return GroupKey((names.get(label, label), type_, value) for label, type_, value in self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GroupKey) and self.identity == other.identity

    def __hash__(self) -> int:
        return self._hash

    def sort_key(self) -> tuple[Any, ...]:
        """The order of tables where a function sorts them: by label and value, null first."""
        return tuple(
            (label, type_, value is not None, value if value is not None else 0)
            for label, type_, value in self.identity
        )

    def __repr__(self) -> str:
        inside = ", ".join(f"{label}={value!r}" for label, _, value in self.columns)
        return f"GroupKey({inside})"


EMPTY_KEY = GroupKey()
"""The key without columns."""
