"""Columns that grow by the pieces of a response, in little more memory than their values need."""

from __future__ import annotations

from typing import Any, Protocol

from influx_core.columns import Kind
from influx_dask._frame_libraries import np, pd

__all__ = ["CollectedColumn", "GrowingArray", "TagColumn", "field_column"]

_TEXT: Any = pd.Series([""]).dtype


class CollectedColumn(Protocol):
    """Takes the pieces of a column, and makes one array of them."""

    def add(self, piece: Any) -> None:
        """Take the next values, a Series."""

    def array(self) -> Any:
        """Return all values as a pandas array; called once."""


class GrowingArray:
    """A NumPy array that grows in its place: a large one is moved without a second copy.

    Args:
        dtype: the type of the values.
    """

    def __init__(self, dtype: Any) -> None:
        self._values = np.empty(0, dtype)
        self._length = 0

    def extend(self, values: Any) -> None:
        """Append values."""
        end = self._length + len(values)
        if end > len(self._values):
            self._values.resize(end + end // 8, refcheck=False)
        self._values[self._length : end] = values
        self._length = end

    def widen(self, dtype: Any) -> None:
        """Convert the values to a type that holds more, if it does."""
        self._values = self._values.astype(np.promote_types(self._values.dtype, dtype), copy=False)

    def take(self) -> Any:
        """Return all values; this object is empty afterwards."""
        values, self._values = self._values, np.empty(0, self._values.dtype)
        values.resize(self._length, refcheck=False)
        self._length = 0
        return values


class TagColumn:
    """Categories: a number for each row, in as few bytes as the numbers need."""

    def __init__(self) -> None:
        self._numbers = GrowingArray("int8")
        self._known: dict[str, int] = {}

    def add(self, piece: Any) -> None:
        """Take the next values; a missing one has the number -1."""
        found, uniques = pd.factorize(piece)
        numbers = [self._known.setdefault(value, len(self._known)) for value in uniques]
        type_ = np.min_scalar_type(-len(self._known) - 1)
        self._numbers.widen(type_)
        self._numbers.extend(np.array([*numbers, -1], type_)[found])

    def array(self) -> Any:
        """Return the categories, in the order in which they came; text also if there are none."""
        categories = pd.Index(list(self._known), dtype=_TEXT)
        return pd.Categorical.from_codes(self._numbers.take(), categories=categories)


class _FloatColumn:
    def __init__(self) -> None:
        self._values = GrowingArray("float64")

    def add(self, piece: Any) -> None:
        self._values.extend(piece.to_numpy("float64"))

    def array(self) -> Any:
        return self._values.take()


class _MaskedColumn:
    """Values some of which are missing: integers and booleans."""

    def __init__(self, dtype: str, made: Any) -> None:
        self._values = GrowingArray(dtype)
        self._missing = GrowingArray("bool")
        self._dtype = dtype
        self._made = made

    def add(self, piece: Any) -> None:
        self._values.extend(piece.to_numpy(self._dtype, na_value=0))
        self._missing.extend(piece.isna().to_numpy("bool"))

    def array(self) -> Any:
        return self._made(self._values.take(), self._missing.take())


class _TextColumn:
    def __init__(self) -> None:
        self._pieces: list[Any] = []

    def add(self, piece: Any) -> None:
        self._pieces.append(pd.Series(piece.array.copy(), copy=False))

    def array(self) -> Any:
        pieces, self._pieces = self._pieces, []
        return pd.concat(pieces, ignore_index=True).array


def field_column(kind: Kind) -> CollectedColumn:
    """Return a column for values of a kind."""
    if kind == "float":
        return _FloatColumn()
    if kind == "boolean":
        return _MaskedColumn("bool", pd.arrays.BooleanArray)
    if kind in ("integer", "unsigned"):
        return _MaskedColumn("int64" if kind == "integer" else "uint64", pd.arrays.IntegerArray)
    return _TextColumn()
