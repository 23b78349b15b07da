"""Column: values in the memory layout of Apache Arrow.

Serializers and deserializers that support columns use it, to avoid a Python object for each value.
The layout is that of the Arrow columnar format
(https://arrow.apache.org/docs/format/Columnar.html), so Arrow, NumPy and others can use the buffers
without a copy; this module needs none of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Literal, TypeAlias

__all__ = ["Buffer", "Column", "Kind", "pack_bits", "typed_view", "unpack_bits"]

Kind: TypeAlias = Literal[
    "null", "boolean", "integer", "unsigned", "float", "string", "time", "object"
]
"""The kind of a column's values; see `Column`."""

Buffer: TypeAlias = "bytes | bytearray | memoryview | array[Any]"
"""The memory of a column: any object with the buffer protocol."""

_FORMATS: dict[Kind, Any] = {"integer": "q", "time": "q", "unsigned": "Q", "float": "d"}
_DIGITS = bytes.maketrans(b"\0\1", b"01")
_ZEROS: dict[Kind, Any] = {"integer": 0, "time": 0, "unsigned": 0, "float": 0.0, "string": ""}

_VIEW_BYTES = 16
_LONGEST_INSIDE = 12
"""The size of the longest text that is in its view."""

_OUTSIDE = "a view refers to memory outside of the texts"


@dataclass(frozen=True, slots=True)
class Column:
    """Values of one kind.

    Attributes:
        kind: `float` (64 bits), `integer` and `unsigned` (64 bits), `boolean` (a bit each, the
            lowest one first), `string` (UTF-8), `time` (nanoseconds since 1970, as integers);
            `null` has no values, and `object` a list of Python objects.
        length: the number of values, including missing ones.
        values: numbers or bits; for strings, their text end to end, with a dictionary their
            positions in it, 32 bits each, or with `texts` a view of each.
        offsets: for strings end to end: the offset in bytes at which each string begins, and the
            end of the last one, 64 bits each.
        valid: a bit for each value, the lowest one first, set if the value is present; None if no
            value is missing.
        offset: the number of values to skip in all buffers, so that slices share them.
        dictionary: for strings: the distinct strings; `values` then has positions in it.
        texts: for strings as views, as pyarrow's `string_view` and polars have them: the buffers
            that views refer to; there may be none. A view has 16 bytes: the size of the text in 32
            bits, then the text if it has at most 12 bytes, else its first 4 bytes, the number of
            its buffer and its offset there, in 32 bits each.
    """

    kind: Kind
    length: int
    values: Buffer | Sequence[Any] = b""
    offsets: Buffer | None = None
    valid: Buffer | None = None
    offset: int = 0
    dictionary: Column | None = None
    texts: Sequence[Buffer] | None = None

    @classmethod
    def of(cls, values: Iterable[Any], kind: Kind, *, complete: bool = False) -> Column:
        """Create a column from Python values; None is a missing value.

        Args:
            values: of the kind: int, float, bool, str; for times int, in nanoseconds.
            kind: the kind of the values.
            complete: whether no value is missing; this saves a check.

        Raises:
            OverflowError: an integer has more than 64 bits.
            TypeError: a value is not of the kind.
        """
        items = list(values)
        complete = complete or None not in items
        valid = None if complete else _bits(item is not None for item in items)
        if kind == "null":
            return cls(kind, len(items))
        if kind == "object":
            return cls(kind, len(items), items, valid=valid)
        if kind == "boolean":
            return cls(kind, len(items), _bits(items), valid=valid)
        zero = _ZEROS[kind]
        filled = items if valid is None else [zero if item is None else item for item in items]
        if kind == "string":
            text = "".join(filled)
            sized = filled if text.isascii() else [item.encode() for item in filled]
            # A list, because creating an array from an iterator is slower.
            offsets = array("q", list(accumulate(map(len, sized), initial=0)))
            return cls(kind, len(items), text.encode(), offsets, valid)
        numbers = array(_FORMATS[kind], filled)  # pyright: ignore[reportDeprecated] - not of code u
        return cls(kind, len(items), numbers, valid=valid)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy with copied buffers, because a memoryview cannot be pickled."""
        buffers = [_owned(buffer) for buffer in (self.values, self.offsets, self.valid)]
        texts = None if self.texts is None else tuple(map(_owned, self.texts))
        return Column, (self.kind, self.length, *buffers, self.offset, self.dictionary, texts)

    @property
    def nulls(self) -> int:
        """The number of missing values."""
        if self.kind == "null":
            return self.length
        return 0 if self.valid is None else self.length - sum(self.presence())

    def slice(self, start: int, stop: int) -> Column:
        """The values from `start` up to, but not including, `stop`; they share the memory.

        Raises:
            IndexError: the column has fewer values.
        """
        if not 0 <= start <= stop <= self.length:
            raise IndexError(f"no slice {start}:{stop} of {self.length} values")
        return Column(
            self.kind,
            stop - start,
            self.values,
            self.offsets,
            self.valid,
            self.offset + start,
            self.dictionary,
            self.texts,
        )

    def presence(self) -> list[bool]:
        """Whether each value is present."""
        if self.kind == "null":
            return [False] * self.length
        if self.valid is None:
            return [True] * self.length
        return _booleans(self.valid, self.offset, self.length)

    def to_list(self) -> list[Any]:
        """The values as Python objects; None for missing ones.

        Raises:
            IndexError: a view refers to memory outside of the texts.
        """
        if self.kind == "null":
            return [None] * self.length
        found = self._present()
        if self.valid is None:
            return found
        return [
            value if there else None for value, there in zip(found, self.presence(), strict=True)
        ]

    def _present(self) -> list[Any]:
        """The values as Python objects; missing values are arbitrary objects."""
        end = self.offset + self.length
        if isinstance(self.values, list):
            return self.values[self.offset : end]
        if self.kind == "boolean":
            return _booleans(self.values, self.offset, self.length)
        if self.dictionary is not None:
            known = self.dictionary.to_list() or [""]
            positions = typed_view(self.values, "i")[self.offset : end].tolist()
            if self.valid is not None:
                there = self.presence()
                positions = [at if ok else 0 for at, ok in zip(positions, there, strict=True)]
            return [known[position] for position in positions]
        if self.kind == "string":
            return self._strings()
        return typed_view(self.values, _FORMATS[self.kind])[self.offset : end].tolist()

    def _strings(self) -> list[str]:
        if self.texts is not None:
            return [str(text, "utf-8") for text in _view_texts(self)]
        if self.offsets is None:
            raise ValueError("a column of strings needs offsets, a dictionary, or texts of views")
        ends = typed_view(self.offsets, "q")[self.offset : self.offset + self.length + 1].tolist()
        text = typed_view(self.values, "B")
        return [str(text[start:end], "utf-8") for start, end in pairwise(ends)]


def _view_texts(column: Column) -> list[Any]:
    """The text of each view of a column as UTF-8, empty for missing values.

    Raises:
        IndexError: a view refers to memory outside of the texts.
    """
    first = column.offset * _VIEW_BYTES
    views = typed_view(column.values, "B")[first : first + column.length * _VIEW_BYTES].tobytes()
    texts = _Texts(column.texts or ())
    words = typed_view(views, "I")
    sizes, numbers, starts = (words[part::4].tolist() for part in (0, 2, 3))
    if column.valid is not None:
        pairs = zip(sizes, column.presence(), strict=True)
        sizes = [size if there else 0 for size, there in pairs]
    places = range(_VIEW_BYTES // 4, len(views), _VIEW_BYTES)
    found: list[Any] = [
        views[place : place + size]
        if size <= _LONGEST_INSIDE
        else texts[number][start : start + size]
        for place, size, number, start in zip(places, sizes, numbers, starts, strict=True)
    ]
    if sum(map(len, found)) != sum(sizes):  # slices end where the memory does
        raise IndexError(_OUTSIDE)
    return found


class _Texts(dict[int, "memoryview[Any]"]):
    """Buffers by their number, viewed as bytes when they are first used: there may be thousands."""

    def __init__(self, buffers: Sequence[Buffer]) -> None:
        self._buffers = buffers

    def __missing__(self, number: int) -> memoryview[Any]:
        if number >= len(self._buffers):
            raise IndexError(_OUTSIDE)
        view = self[number] = typed_view(self._buffers[number], "B")
        return view


def typed_view(buffer: Any, code: Any) -> memoryview[Any]:
    """View a buffer as numbers, without a copy.

    Args:
        buffer: an object with the buffer protocol, such as the `values` of a column.
        code: the format of a number as in the module `struct`: `q`, `Q`, `d`, `i` or `B`.
    """
    return memoryview(buffer).cast("B").cast(code)


def pack_bits(text: str) -> bytes:
    """Pack a text of zeros and ones into bits, the lowest bit of each byte first."""
    return int(text[::-1] or "0", 2).to_bytes((len(text) + 7) // 8, "little")


def unpack_bits(bits: Any, offset: int, length: int) -> str:
    """Unpack `length` bits from the position `offset` into a text of zeros and ones."""
    first, last = offset // 8, (offset + length + 7) // 8
    whole = int.from_bytes(memoryview(bits).cast("B")[first:last], "little") >> offset % 8
    return f"{whole & ((1 << length) - 1):0{length}b}"[::-1] if length else ""


def _owned(buffer: Any) -> Any:
    """A buffer that can be pickled."""
    return bytes(buffer) if isinstance(buffer, memoryview) else buffer


def _bits(flags: Iterable[Any]) -> bytes:
    return pack_bits(bytes(map(bool, flags)).translate(_DIGITS).decode("ascii"))


def _booleans(bits: Any, offset: int, length: int) -> list[bool]:
    return [flag == "1" for flag in unpack_bits(bits, offset, length)]
