"""Exports columns through the Arrow C stream interface, without a copy.

Each exported structure has a number in its `private_data`. The objects that it needs are kept under
that number until the consumer calls `release`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from influx_core._columns.arrow_c_structs import ArrowArray, ArrowArrayStream, ArrowSchema
from influx_core._columns.arrow_layout import Column, Kind
from influx_core._columns.column_types import plain_strings

__all__ = ["export_table"]

_FORMATS: dict[Kind, bytes] = {
    "null": b"n",
    "boolean": b"b",
    "integer": b"l",
    "unsigned": b"L",
    "float": b"g",
    "string": b"U",
    "time": b"tsn:UTC",
}
_POSITIONS = b"i"
_STRUCT = b"+s"
_NULLABLE = 2
_STREAM_NAME = b"arrow_array_stream"


class _PyBuffer(ctypes.Structure):
    """CPython's Py_buffer: https://docs.python.org/3/c-api/buffer.html#c.Py_buffer."""

    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    )


_api = ctypes.pythonapi
_get_buffer = ctypes.PYFUNCTYPE(
    ctypes.c_int, ctypes.py_object, ctypes.POINTER(_PyBuffer), ctypes.c_int
)(("PyObject_GetBuffer", _api))
_release_buffer = ctypes.PYFUNCTYPE(None, ctypes.POINTER(_PyBuffer))(("PyBuffer_Release", _api))
_Destructor = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
_new_capsule = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, _Destructor)(
    ("PyCapsule_New", _api)
)
# A capsule that is being destroyed must not become a Python object again, so it is passed as an
# address.
_capsule_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", _api)
)

_kept: dict[int, object] = {}
_numbers = count(1)


class _Memory:
    """Keeps the memory of a Python buffer in place.

    Attributes:
        address: the address of the memory.
    """

    def __init__(self, source: Any) -> None:
        self._view = _PyBuffer()
        _get_buffer(source, ctypes.byref(self._view), 0)
        self.address: int | None = self._view.buf

    def __del__(self) -> None:
        _release_buffer(ctypes.byref(self._view))


def export_table(columns: Mapping[str, Column]) -> object:
    """Create a capsule with an Arrow stream of one record batch.

    Args:
        columns: the columns by name, of equal length; not of kind `object`.

    Returns:
        A PyCapsule named `arrow_array_stream`. The consumer releases the stream; an unused capsule
        releases it itself.
    """
    stream = ArrowArrayStream()
    stream.get_schema = _GET_SCHEMA
    stream.get_next = _GET_NEXT
    stream.get_last_error = _GET_LAST_ERROR
    stream.release = _RELEASE_STREAM
    stream.private_data = _keep(_Source(dict(columns)))
    capsule = _new_capsule(ctypes.addressof(stream), _STREAM_NAME, _DESTROY_CAPSULE)
    _kept[ctypes.addressof(stream)] = stream  # its memory, until the capsule is destroyed
    return capsule


class _Source:
    """The columns of a stream; `columns` is None after the consumer has received the batch."""

    def __init__(self, columns: dict[str, Column]) -> None:
        self.names = {name: _schema_of(column) for name, column in columns.items()}
        self.columns: dict[str, Column] | None = columns
        self.error = b""


def _schema_of(column: Column) -> bytes:
    return _POSITIONS if column.dictionary is not None else _FORMATS[column.kind]


def _keep(what: object) -> int:
    number = next(_numbers)
    _kept[-number] = what  # positive keys are addresses
    return number


def _kept_at(number: int | None) -> Any:
    return _kept[-(number or 0)]


def _schema(name: str, form: bytes, children: list[ArrowSchema] | None = None) -> ArrowSchema:
    schema = ArrowSchema(format=form, name=name.encode(), flags=0 if children else _NULLABLE)
    if form == _POSITIONS:
        dictionary = _schema("", _FORMATS["string"])
        schema.dictionary = ctypes.pointer(dictionary)
    schema.children, below = _pointers(ArrowSchema, children or [])
    schema.n_children = len(children or [])
    schema.release = _RELEASE_SCHEMA
    schema.private_data = _keep((schema.format, schema.name, below, children, schema.dictionary))
    return schema


def _array(column: Column) -> ArrowArray:
    buffers: list[Any] = [column.valid, column.values]
    if column.kind == "null":
        buffers = []
    elif column.kind == "string" and column.dictionary is None:
        column = plain_strings(column)
        buffers = [column.valid, column.offsets, column.values]
    array = _filled(column.length, buffers, [])
    array.offset = column.offset
    array.null_count = column.nulls
    if column.dictionary is not None:
        dictionary = _array(column.dictionary)
        array.dictionary = ctypes.pointer(dictionary)
        array.private_data = _keep((_kept.pop(-array.private_data), dictionary))
    return array


def _filled(length: int, buffers: list[Any], children: list[ArrowArray]) -> ArrowArray:
    memories = [None if buffer is None else _Memory(buffer) for buffer in buffers]
    addresses = (ctypes.c_void_p * max(len(memories), 1))(
        *(None if memory is None else memory.address for memory in memories)
    )
    array = ArrowArray(length=length, n_buffers=len(buffers), n_children=len(children))
    array.buffers = ctypes.cast(addresses, ctypes.POINTER(ctypes.c_void_p))
    array.children, below = _pointers(ArrowArray, children)
    array.release = _RELEASE_ARRAY
    array.private_data = _keep((memories, addresses, below, children))
    return array


def _pointers(kind: Any, structures: list[Any]) -> tuple[Any, Any]:
    """Return an array of pointers to structures: cast to a pointer, and as an object to keep."""
    pointers = (ctypes.POINTER(kind) * max(len(structures), 1))(*map(ctypes.pointer, structures))
    return ctypes.cast(pointers, ctypes.POINTER(ctypes.POINTER(kind))), pointers


def _release_structure(structure: Any) -> None:
    """Release an exported structure, and those of its children that the consumer did not move."""
    below = [structure.children[index].contents for index in range(structure.n_children)]
    if structure.dictionary:
        below.append(structure.dictionary.contents)
    for one in below:
        if one.release:
            one.release(ctypes.byref(one))
    structure.release = type(structure.release)()
    _kept.pop(-structure.private_data, None)


def _release_schema(pointer: Any) -> None:
    _release_structure(pointer.contents)


def _release_array(pointer: Any) -> None:
    _release_structure(pointer.contents)


def _release_stream(pointer: Any) -> None:
    stream = pointer.contents
    stream.release = type(stream.release)()
    _kept.pop(-stream.private_data, None)


def _get_schema(pointer: Any, out: Any) -> int:
    source: _Source = _kept_at(pointer.contents.private_data)
    children = [_schema(name, form) for name, form in source.names.items()]
    _give(out, _schema("", _STRUCT, children))
    return 0


def _get_next(pointer: Any, out: Any) -> int:
    source: _Source = _kept_at(pointer.contents.private_data)
    columns, source.columns = source.columns, None
    if columns is None:
        _give(out, ArrowArray())  # a released array means the end of the stream
        return 0
    length = next((column.length for column in columns.values()), 0)
    _give(out, _filled(length, [None], list(map(_array, columns.values()))))
    return 0


def _get_last_error(pointer: Any) -> None:
    return None


def _destroy_capsule(capsule: int) -> None:
    address = _capsule_pointer(capsule, _STREAM_NAME)
    stream = ArrowArrayStream.from_address(address)
    if stream.release:
        stream.release(ctypes.byref(stream))
    _kept.pop(address, None)


def _give(out: Any, structure: Any) -> None:
    ctypes.memmove(out, ctypes.byref(structure), ctypes.sizeof(structure))


def _callback(structure: Any, field: str, function: Callable[..., Any]) -> Any:
    """Make a C callback that calls a Python function."""
    return dict(structure._fields_)[field](function)


_RELEASE_SCHEMA = _callback(ArrowSchema, "release", _release_schema)
_RELEASE_ARRAY = _callback(ArrowArray, "release", _release_array)
_RELEASE_STREAM = _callback(ArrowArrayStream, "release", _release_stream)
_GET_SCHEMA = _callback(ArrowArrayStream, "get_schema", _get_schema)
_GET_NEXT = _callback(ArrowArrayStream, "get_next", _get_next)
_GET_LAST_ERROR = _callback(ArrowArrayStream, "get_last_error", _get_last_error)
_DESTROY_CAPSULE = _Destructor(_destroy_capsule)
