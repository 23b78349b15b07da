"""Packages that write values in other ways: hexadecimal numbers, hashes, SQL intervals.

Sources: https://docs.influxdata.com/flux/v0/stdlib/contrib/bonitoo-io/hex/,
https://docs.influxdata.com/flux/v0/stdlib/contrib/qxip/hash/ and
https://docs.influxdata.com/flux/v0/stdlib/experimental/iox/sqlinterval/
"""

from __future__ import annotations

import base64
import hashlib
import hmac as hmac_module
import re
from collections.abc import Callable, Mapping
from typing import Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.scalars.conversions import to_string
from influx_testing._engine.flux.functions.scalars.value_texts import quoted, type_text
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.values.flux_text import text_of
from influx_testing._engine.flux.values.flux_types import (
    MAX_INT,
    MIN_INT,
    Value,
    type_name,
    wrapped_unsigned,
)

__all__: list[str] = []

_HEX: Final = "contrib/bonitoo-io/hex"
_HASH: Final = "contrib/qxip/hash"
_DIGITS: Final = re.compile(r"[0-9a-f]+", re.ASCII | re.IGNORECASE)
_SIGNED: Final = re.compile(r"(0x|[+-](?:0x)?)?([0-9a-f]+)", re.ASCII | re.IGNORECASE)
_UNITS: Final[Mapping[str, str]] = {
    "y": "years",
    "mo": "months",
    "w": "weeks",
    "d": "days",
    "h": "hours",
    "m": "minutes",
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
}


@flux_function(_HEX, "string")
def hex_string(v: Value) -> Value:
    """Convert a value to a string; integers and bytes are hexadecimal."""
    if type_name(v) in ("int", "uint"):
        return f"{int(v):x}"
    return v.hex() if type_name(v) == "bytes" else to_string(v)


@flux_function(_HEX, "int", nulls=True)
def hex_int(v: str | None) -> Value:
    """Read a hexadecimal integer, which may have a sign and the prefix 0x."""
    if v is None:
        return None
    found = _SIGNED.fullmatch(v)
    number = int(found[2], 16) * (-1 if v.startswith("-") else 1) if found else MAX_INT + 1
    if not MIN_INT <= number <= MAX_INT:
        raise FluxError(f"cannot convert string {quoted(v)} to int due to invalid syntax")
    return number


@flux_function(_HEX, "uint", nulls=True)
def hex_uint(v: str | None) -> Value:
    """Read a hexadecimal unsigned integer, which may have the prefix 0x."""
    if v is None:
        return None
    digits = v.removeprefix("0x")
    if not _DIGITS.fullmatch(digits) or int(digits, 16) >= 2**64:
        raise FluxError(f"cannot convert string {quoted(v)} to uint due to invalid syntax")
    return wrapped_unsigned(int(digits, 16))


@flux_function(_HEX, "bytes")
def hex_bytes(v: str) -> bytes:
    """Read bytes of two hexadecimal digits each."""
    if len(v) % 2 == 0 and (not v or _DIGITS.fullmatch(v)):
        return bytes.fromhex(v)
    wrong = next((character for character in v if not _DIGITS.fullmatch(character)), None)
    reason = "odd length hex string" if wrong is None else f"invalid byte: {_rune(wrong)}"
    raise FluxError(
        f"cannot convert string {quoted(v)} to bytes due to hex decoding error: "
        f"encoding/hex: {reason}"
    )


def _rune(character: str) -> str:
    """A character as Go's %#U writes its first byte."""
    byte = character.encode()[0]
    return f"U+{byte:04X} '{chr(byte)}'" if chr(byte).isprintable() else f"U+{byte:04X}"


def _hashed(v: Value, name: str, write: Callable[[bytes], str]) -> str | None:
    """Return what a function makes of the bytes of a string; null stays null."""
    if v is None:
        return None
    if type_name(v) != "string":
        raise FluxError(f"hash cannot convert {type_text(v)} to {name}")
    return write(v.encode())


@flux_function(_HASH, "sha256")
def sha256(v: Value) -> Value:
    """Return the hash SHA-256 in hexadecimal digits."""
    return _hashed(v, "sha256", lambda data: hashlib.sha256(data).hexdigest())


@flux_function(_HASH, "sha1")
def sha1(v: Value) -> Value:
    """Return the hash SHA-1 in hexadecimal digits."""
    return _hashed(v, "sha1", lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest())


@flux_function(_HASH, "md5")
def md5(v: Value) -> Value:
    """Return the hash MD5 in hexadecimal digits."""
    return _hashed(v, "md5", lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest())


@flux_function(_HASH, "b64")
def b64(v: Value) -> Value:
    """Return Base64 in the alphabet of URLs."""
    return _hashed(v, "b64", lambda data: base64.urlsafe_b64encode(data).decode())


@flux_function(_HASH, "hmac")
def hmac(v: Value, k: Value) -> Value:
    """Return the SHA-1 of a string signed with a key, in Base64."""
    if k is None:
        return None
    if type_name(k) != "string":
        raise FluxError(f"hash cannot convert {type_text(k)} to hmac")
    key = k.encode()

    def write(data: bytes) -> str:
        return base64.b64encode(hmac_module.digest(key, data, "sha1")).decode()

    return _hashed(v, "hmac", write)


@flux_function("experimental/iox", "sqlInterval")
def sql_interval(d: Value) -> str:
    """Return a duration as SQL writes an interval: `1 days 12 hours`.

    Raises:
        FluxError: the argument is no duration, or a negative one.
    """
    if not isinstance(d, FluxDuration):
        raise FluxError(f"expected duration but found {type_text(d)} (argument d)")
    if d.negative:
        raise FluxError("a SQL interval must be positive")
    parts = re.findall(r"(\d+)([a-z]+)", text_of(d))
    return " ".join(f"{count} {_UNITS[unit]}" for count, unit in parts)
