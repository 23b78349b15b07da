"""Reads and writes messages in the wire format of Protocol Buffers, by tables of their fields.

A message is a dataclass whose fields say their numbers. Only the kinds of fields that Flight uses
are known: integers, text, bytes, other messages, and several of one of these. Unknown fields are
skipped.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Self, TypeVar, cast

__all__ = ["ProtobufError", "ProtobufMessage", "data", "many", "number", "optional", "sub", "text"]

_VARINT, _FIXED64, _DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED32: 4, _FIXED64: 8}
_MASK = 2**64 - 1
_SIGN = 2**63
_VARINT_BYTES = 10
_M = TypeVar("_M", bound="ProtobufMessage")


class ProtobufError(ValueError):
    """The bytes are not a message of the expected kind."""


@dataclass(frozen=True, slots=True)
class _FieldSpec:
    """How a field is written.

    Attributes:
        number: its number.
        wire: its wire type.
        write: converts a value to an integer for a varint, otherwise to bytes.
        read: converts it back.
        repeated: whether it holds a tuple of values.
        explicit: whether its default is not left out; None is.
    """

    number: int
    wire: int
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    repeated: bool = False
    explicit: bool = False


def number(place: int) -> int:
    """An integer or a boolean; 0 by default."""
    return cast(int, _field(_FieldSpec(place, _VARINT, _unsigned, _signed), 0))


def text(place: int) -> str:
    """Text; empty by default."""
    return cast(str, _field(_text_spec(place), ""))


def data(place: int) -> bytes:
    """Bytes; empty by default."""
    return cast(bytes, _field(_FieldSpec(place, _DELIMITED, bytes, bytes), b""))


def optional(place: int, kind: type[Any]) -> Any:
    """A value of a kind, text or an integer, that may be missing; None by default."""
    spec = _text_spec(place) if kind is str else _FieldSpec(place, _VARINT, _unsigned, _signed)
    return _field(_explicit(spec), None)


def sub(place: int, kind: type[_M]) -> _M | None:
    """Another message; None by default."""
    return cast("_M | None", _field(_explicit(_message_spec(place, kind)), None))


def many(place: int, kind: type[Any]) -> Any:
    """A tuple of texts, integers, bytes or messages; empty by default."""
    if issubclass(kind, ProtobufMessage):
        spec = _message_spec(place, kind)
    elif kind is str:
        spec = _text_spec(place)
    elif kind is int:
        spec = _FieldSpec(place, _VARINT, _unsigned, _signed)
    else:
        spec = _FieldSpec(place, _DELIMITED, bytes, bytes)
    return _field(_FieldSpec(place, spec.wire, spec.write, spec.read, repeated=True), ())


def _field(spec: _FieldSpec, default: Any) -> Any:
    return field(default=default, metadata={"proto": spec})


def _explicit(spec: _FieldSpec) -> _FieldSpec:
    return _FieldSpec(spec.number, spec.wire, spec.write, spec.read, explicit=True)


def _text_spec(place: int) -> _FieldSpec:
    return _FieldSpec(place, _DELIMITED, _encoded_text, _decoded_text)


def _message_spec(place: int, kind: type[ProtobufMessage]) -> _FieldSpec:
    return _FieldSpec(place, _DELIMITED, kind.encode, kind.decode)


class ProtobufMessage:
    """The base of messages, which are frozen dataclasses."""

    def encode(self) -> bytes:
        """Write the message; fields with their default values are left out."""
        out = bytearray()
        for name, spec in _specs(type(self)).items():
            value = getattr(self, name)
            if spec.repeated:
                for item in value:
                    _put(out, spec, item)
            elif value is not None and (spec.explicit or value):
                _put(out, spec, value)
        return bytes(out)

    @classmethod
    def decode(cls, data: bytes | memoryview) -> Self:
        """Read a message.

        Raises:
            ProtobufError: the bytes are not a message of this kind.
        """
        by_number = {spec.number: (name, spec) for name, spec in _specs(cls).items()}
        found: dict[str, Any] = {}
        for place, wire, raw in _raw_fields(memoryview(data)):
            if place not in by_number:
                continue
            name, spec = by_number[place]
            for value in _values(spec, wire, raw):
                found[name] = (*found.get(name, ()), value) if spec.repeated else value
        return cls(**found)


_SPECS: dict[type[ProtobufMessage], dict[str, _FieldSpec]] = {}


def _specs(kind: type[ProtobufMessage]) -> dict[str, _FieldSpec]:
    """The fields of a kind of message, by name."""
    if kind not in _SPECS:
        _SPECS[kind] = {each.name: each.metadata["proto"] for each in fields(cast(Any, kind))}
    return _SPECS[kind]


def _values(spec: _FieldSpec, wire: int, raw: Any) -> Iterator[Any]:
    """The values of a field; several integers may be packed."""
    if wire == spec.wire:
        yield spec.read(raw)
    elif spec.repeated and spec.wire == _VARINT and wire == _DELIMITED:
        position = 0
        while position < len(raw):
            value, position = _varint(raw, position)
            yield spec.read(value)
    else:
        raise ProtobufError(f"field {spec.number} has the wire type {wire}, not {spec.wire}")


def _put(out: bytearray, spec: _FieldSpec, value: Any) -> None:
    out += _written_varint(spec.number << 3 | spec.wire)
    written = spec.write(value)
    if spec.wire == _VARINT:
        out += _written_varint(written)
    else:
        out += _written_varint(len(written)) + written


def _raw_fields(view: memoryview) -> Iterator[tuple[int, int, Any]]:
    """The number, the wire type and the value of each field."""
    position = 0
    while position < len(view):
        key, position = _varint(view, position)
        place, wire = key >> 3, key & 7
        if not place:
            raise ProtobufError("a field has the number 0")
        if wire == _VARINT:
            value, position = _varint(view, position)
            yield place, wire, value
            continue
        if wire == _DELIMITED:
            size, position = _varint(view, position)
        elif wire in _FIXED_BYTES:
            size = _FIXED_BYTES[wire]
        else:
            raise ProtobufError(f"field {place} has the unknown wire type {wire}")
        end = position + size
        if end > len(view):
            raise ProtobufError(f"field {place} ends after the message")
        yield place, wire, view[position:end]
        position = end


def _varint(view: memoryview, position: int) -> tuple[int, int]:
    """The integer at a position, and the position after it."""
    value = shift = 0
    for place in range(position, min(position + _VARINT_BYTES, len(view))):
        byte = view[place]
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value & _MASK, place + 1
    raise ProtobufError("an integer has no end")


def _written_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _unsigned(value: int) -> int:
    return int(value) & _MASK


def _signed(value: int) -> int:
    return value - 2**64 if value >= _SIGN else value


def _encoded_text(value: str) -> bytes:
    return value.encode("utf-8", "replace")


def _decoded_text(value: memoryview) -> str:
    try:
        return bytes(value).decode()
    except UnicodeDecodeError as error:
        raise ProtobufError(f"text is not valid UTF-8: {error.reason}") from None
