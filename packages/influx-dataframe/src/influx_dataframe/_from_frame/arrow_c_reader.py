"""Reads the Arrow C data interface with ctypes: streams of arrays, and the memory of each.

https://arrow.apache.org/docs/format/CDataInterface.html and, for the capsules,
https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html. The memory is read
without a copy; it is not released while a view of it exists.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from influx_core.columns import ArrowArray, ArrowArrayStream, ArrowSchema

__all__ = ["ImportedArray", "ImportedField", "read_batches"]

_PyCapsule_GetPointer = ctypes.pythonapi.PyCapsule_GetPointer
_PyCapsule_GetPointer.restype = ctypes.c_void_p
_PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


@dataclass(frozen=True, slots=True)
class ImportedField:
    """The type of an array.

    Attributes:
        name: of the column.
        format: its type as a format string.
        children: the types of its parts.
        dictionary: the type of what its positions mean.
    """

    name: str
    format: str
    children: tuple[ImportedField, ...] = ()
    dictionary: ImportedField | None = None


class ImportedArray:
    """One array, and those below it.

    Args:
        owner: keeps the memory.
        raw: where the array is described.
        field: its type.
    """

    def __init__(self, owner: object, raw: Any, field: ImportedField) -> None:
        self._owner = owner
        self._raw = raw
        self.field = field
        self.length: int = raw.length
        self.offset: int = raw.offset

    def children(self) -> list[ImportedArray]:
        """The arrays it has."""
        return [
            ImportedArray(self._owner, self._raw.children[index].contents, field)
            for index, field in enumerate(self.field.children)
        ]

    def dictionary(self) -> ImportedArray | None:
        """What its positions mean."""
        if self.field.dictionary is None:
            return None
        return ImportedArray(self._owner, self._raw.dictionary.contents, self.field.dictionary)

    @property
    def buffers(self) -> int:
        """How many buffers it has."""
        return int(self._raw.n_buffers)

    @property
    def nulls(self) -> bool:
        """Whether values may be missing."""
        return bool(self._raw.null_count != 0 and self._raw.buffers[0])

    def buffer(self, index: int, size: int) -> memoryview:
        """The memory of a buffer: `size` bytes."""
        address = self._raw.buffers[index]
        if not size or not address:
            return memoryview(b"")
        memory = (ctypes.c_char * size).from_address(address)
        memory.owner = self._owner  # type: ignore[attr-defined]
        return memoryview(memory).cast("B")


class _Owner:
    """Holds an array until nobody reads it any more; then it is released."""

    def __init__(self) -> None:
        self.raw = ArrowArray()
        weakref.finalize(self, _release, self.raw)


def _release(raw: Any) -> None:
    if raw.release:
        raw.release(ctypes.byref(raw))


def read_batches(frame: Any) -> Iterator[ImportedArray]:
    """The record batches of what has the Arrow PyCapsule interface, as arrays of structs.

    Raises:
        OSError: the stream failed; the text is its own.
    """
    if not hasattr(frame, "__arrow_c_stream__"):
        yield _single(frame)
        return
    capsule = frame.__arrow_c_stream__()
    stream = ArrowArrayStream.from_address(_PyCapsule_GetPointer(capsule, b"arrow_array_stream"))
    schema = ArrowSchema()
    _check(stream, stream.get_schema(ctypes.byref(stream), ctypes.byref(schema)))
    field = _taken(schema)
    while True:
        owner = _Owner()
        _check(stream, stream.get_next(ctypes.byref(stream), ctypes.byref(owner.raw)))
        if not owner.raw.release:
            break
        yield ImportedArray(owner, owner.raw, field)
    del capsule  # it holds the stream


def _single(frame: Any) -> ImportedArray:
    schema_capsule, array_capsule = frame.__arrow_c_array__()
    schema = ArrowSchema.from_address(_PyCapsule_GetPointer(schema_capsule, b"arrow_schema"))
    array = ArrowArray.from_address(_PyCapsule_GetPointer(array_capsule, b"arrow_array"))
    return ImportedArray(array_capsule, array, _field(schema))


def _check(stream: Any, status: int) -> None:
    if status:
        text = stream.get_last_error(ctypes.byref(stream))
        raise OSError(status, text.decode("utf-8", "replace") if text else "the stream failed")


def _taken(schema: Any) -> ImportedField:
    try:
        return _field(schema)
    finally:
        schema.release(ctypes.byref(schema))


def _field(schema: Any) -> ImportedField:
    return ImportedField(
        (schema.name or b"").decode(),
        schema.format.decode(),
        tuple(_field(schema.children[index].contents) for index in range(schema.n_children)),
        _field(schema.dictionary.contents) if schema.dictionary else None,
    )
