"""Names escaped for a line, and which names no line can hold.

A backslash escapes only a special character after it; a backslash itself cannot be escaped. So a
name with backslashes is read back by both sets of rules, and refused where it comes out different.
"""

from __future__ import annotations

import functools
import re
from itertools import chain
from typing import TYPE_CHECKING, cast

from influx_core._lineprotocol.decode.line_parts import LineError, LineParser, ParsedLine
from influx_core._lineprotocol.decode.rules_1x import V1LineParser
from influx_core._lineprotocol.decode.rules_v2 import V2LineParser

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["UnwritableError", "escape_field_key", "escape_series_key", "needs_no_escape"]

_SPECIAL = bytes(range(0x21)) + b"\x7f#,=\\"
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_MEASUREMENT_ESCAPES = str.maketrans({",": "\\,", " ": "\\ "})
_KEY_ESCAPES = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ "})

_PARSERS = (V1LineParser, V2LineParser)
_UNREADABLE = "its backslashes would be read as escapes; no line can hold it"


class UnwritableError(ValueError):
    """A name, or the value of a key, that no line can hold.

    Attributes:
        key: the tag or field key concerned; None for the measurement.
    """

    def __init__(self, reason: str, key: object = None) -> None:
        super().__init__(reason)
        self.key = key


def escape_series_key(measurement: str, tags: Iterable[tuple[str, str]]) -> str:
    """Escape a measurement and its tags, up to the blank before the fields.

    Args:
        measurement: the name of the measurement.
        tags: keys and values, no value empty; they are written sorted by key.

    Raises:
        UnwritableError: one of them cannot be written.
    """
    tags = list(tags)
    if needs_no_escape([measurement, *chain.from_iterable(tags)]) and all(
        key != "time" for key, _ in tags
    ):
        tags.sort()
        return ",".join([measurement, *map("=".join, tags)])
    _check(measurement, "the measurement", None)
    if measurement.startswith("#"):
        raise UnwritableError("a line that starts with # is a comment")
    for key, value in tags:
        _check(key, "a tag key", key)
        _check_text(value, "a tag value", key)
        if key == "time":
            raise UnwritableError("no tag can be called time", key)
    tags.sort()
    series_key = ",".join([measurement.translate(_MEASUREMENT_ESCAPES), *map(_escape_tag, tags)])
    if "\\" in measurement or any("\\" in key or "\\" in value for key, value in tags):
        _check_series_key(measurement, tags, series_key)
    return series_key


def needs_no_escape(texts: Sequence[object]) -> bool:
    """Whether these are texts, none empty, in which nothing has to be escaped or refused."""
    if not all(texts):
        return False
    try:
        raw = "".join(cast("Sequence[str]", texts)).encode()
    except (TypeError, UnicodeEncodeError):
        return False
    return len(raw.translate(None, _SPECIAL)) == len(raw)


@functools.lru_cache(maxsize=1024)
def escape_field_key(key: str) -> str:
    """Escape a field's key.

    Raises:
        UnwritableError: it cannot be written.
    """
    _check(key, "a field key", key)
    if key == "time":
        raise UnwritableError("no field can be called time", key)
    escaped = key.translate(_KEY_ESCAPES)
    if "\\" in key and not _key_reads_back(escaped, key):
        raise UnwritableError(_UNREADABLE, key)
    return escaped


def _escape_tag(tag: tuple[str, str]) -> str:
    key, value = tag
    return f"{key.translate(_KEY_ESCAPES)}={value.translate(_KEY_ESCAPES)}"


def _check(name: object, what: str, key: object) -> None:
    if not isinstance(name, str):
        raise UnwritableError(f"{what} is text, not {type(name).__name__}", key)
    if not name:
        raise UnwritableError(f"{what} cannot be empty", key)
    _check_text(name, what, key)


def _check_text(text: str, what: str, key: object) -> None:
    match = _CONTROL.search(text)
    if match is not None:
        raise UnwritableError(f"{what} cannot hold the control character {match[0]!r}", key)


def _check_series_key(measurement: str, tags: list[tuple[str, str]], series_key: str) -> None:
    """Find what of a series key is read back differently: one name, or all of it."""
    if not _series_key_reads_back(measurement.translate(_MEASUREMENT_ESCAPES), measurement, []):
        raise UnwritableError(_UNREADABLE)
    for key, value in tags:
        if not _series_key_reads_back(f"m,{_escape_tag((key, value))}", "m", [(key, value)]):
            raise UnwritableError(_UNREADABLE, key)
    if not _series_key_reads_back(series_key, measurement, tags):
        raise UnwritableError(_UNREADABLE)


def _series_key_reads_back(series_key: str, measurement: str, tags: list[tuple[str, str]]) -> bool:
    """Whether lines with this series key are read back, with and without quotes in their fields."""
    plain = f"{series_key} f=0i 0", ParsedLine(measurement, dict(tags), {"f": 0}, 0)
    quoted = f'{series_key} "="\n" 0', ParsedLine(measurement, dict(tags), {'"': "\n"}, 0)
    return _read_back(plain, quoted, plain)


def _key_reads_back(escaped: str, key: str) -> bool:
    """Whether fields of this key come back, whatever stands around them."""
    plain = f"m {escaped}=0i 0", ParsedLine("m", {}, {key: 0}, 0)
    fields = {key: "\n", 'q"': "\n", 'r"': "\n"}
    quoted = f'm {escaped}="\n",q"="\n",{escaped}="\n",r"="\n" 0', ParsedLine("m", {}, fields, 0)
    return _read_back(plain, quoted, plain)


def _read_back(*lines: tuple[str, ParsedLine]) -> bool:
    data = "\n".join(text for text, _ in lines).encode()
    wanted = [line for _, line in lines]
    return all(_read_all(parser(data)) == wanted for parser in _PARSERS)


def _read_all(reader: LineParser) -> list[ParsedLine]:
    lines: list[ParsedLine] = []
    try:
        while reader.next_line():
            lines.append(reader.read())
    except LineError:
        return []
    return lines
