"""Encodes the text of a request, and refuses text that would not arrive unchanged.

A lone surrogate is not valid Unicode, and is dropped or replaced in a URL. A NUL truncates a name,
and a CR or LF truncates a header; in a URL, a newline is escaped. Errors name the invalid part, but
never its value, which may be a credential.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import cast

from influx_core.errors import ConfigError
from influx_core.interfaces import Request

__all__ = ["check_header", "check_request", "checked_headers", "lines_as_bytes", "parts_as_bytes"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSAFE_IN_URL = re.compile("[\x00\ud800-\udfff]")
_UNSAFE = re.compile("[\x00\r\n\ud800-\udfff]")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def check_request(request: Request) -> None:
    """Check that every text of a request, signed or not, can be sent unchanged.

    Raises:
        ConfigError: a text cannot; the error names the parameter or the header.
    """
    if _UNSAFE.search(request.path):
        raise ConfigError("the path of a request holds a lone surrogate, CR, LF or NUL")
    for name, value in request.params:
        if _UNSAFE.search(name) or _UNSAFE_IN_URL.search(value):
            raise ConfigError(
                f"the value of the parameter {name!r} holds a lone surrogate or a NUL, and cannot "
                "be sent"
            )
    for name, value in request.headers.items():
        if not (_is_token(name) and value.isascii() and value.isprintable()):
            check_header(name, value)


@lru_cache(maxsize=256)
def _is_token(name: str) -> bool:
    return _TOKEN.fullmatch(name) is not None


def check_header(name: object, value: object) -> None:
    """Check that a header can be sent unchanged.

    Raises:
        ConfigError: it cannot be sent unchanged.
    """
    if not isinstance(name, str) or _TOKEN.fullmatch(name) is None:
        raise ConfigError(f"headers: {name!r} is not the name of a header")
    if not isinstance(value, str) or _UNSAFE.search(value):
        raise ConfigError(
            f"headers: the value of {name!r} is not text without lone surrogates, CR, LF and NUL"
        )


def checked_headers(headers: object) -> Mapping[str, str]:
    """Check the headers of a configuration, and return them.

    Raises:
        ConfigError: a header cannot be sent.
    """
    if not isinstance(headers, Mapping):
        raise ConfigError(f"headers are names and values, not {type(headers).__name__}")
    given = cast("Mapping[str, str]", headers)
    for name, value in given.items():
        check_header(name, value)
    return given


def lines_as_bytes(lines: object) -> bytes:
    """Encode line protocol as bytes.

    Raises:
        ConfigError: it is neither bytes nor text that can be encoded as UTF-8.
    """
    if isinstance(lines, bytes):
        return lines
    if isinstance(lines, (bytearray, memoryview)):
        return bytes(cast("bytearray | memoryview", lines))
    if not isinstance(lines, str):
        hint = "; join several lines with line ends" if isinstance(lines, Iterable) else ""
        raise ConfigError(f"line protocol is bytes or text, not {type(lines).__name__}{hint}")  # pyright: ignore[reportUnknownArgumentType]
    if _SURROGATE.search(lines):
        raise ConfigError("line protocol with lone surrogates has no UTF-8 form")
    return lines.encode()


def parts_as_bytes(lines: object) -> Iterator[bytes]:
    """Encode line protocol, one text or several, lazily as bytes.

    Raises:
        ConfigError: a part is neither bytes nor text that can be encoded as UTF-8.
    """
    if isinstance(lines, Iterable) and not isinstance(lines, (str, bytes, bytearray, memoryview)):
        yield from map(lines_as_bytes, cast("Iterable[object]", lines))
    else:
        yield lines_as_bytes(lines)
