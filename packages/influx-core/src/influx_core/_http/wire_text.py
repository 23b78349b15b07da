"""The one place where text becomes bytes of a request: refuses what would not arrive unchanged.

A lone surrogate is no Unicode text, and is dropped or replaced on its way into a URL; a CR, LF or
NUL in a header or a name ends it early. Errors name the part that is wrong, and never its value:
it may be a credential.
"""

from __future__ import annotations

import re

from influx_core.errors import ConfigError
from influx_core.interfaces import Request

__all__ = ["check_header", "check_request"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSAFE = re.compile("[\x00\r\n\ud800-\udfff]")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

_TEXTS = frozenset({"q", "params"})
"""Parameters whose value may have several lines."""


def check_request(request: Request) -> None:
    """Make sure that every text of a request, signed or not, can be sent unchanged.

    Raises:
        ConfigError: names the parameter or the header that cannot.
    """
    if _UNSAFE.search(request.path):
        raise ConfigError("the path of a request holds a lone surrogate, CR, LF or NUL")
    for name, value in request.params:
        unsafe = _SURROGATE if name in _TEXTS else _UNSAFE
        if _UNSAFE.search(name) or unsafe.search(value) or "\x00" in value:
            raise ConfigError(
                f"the value of the parameter {name!r} holds a lone surrogate, CR, LF or NUL, and "
                "cannot be sent"
            )
    for name, value in request.headers.items():
        check_header(name, value)


def check_header(name: object, value: object) -> None:
    """Make sure that a header can be sent.

    Raises:
        ConfigError: it cannot.
    """
    if not isinstance(name, str) or _TOKEN.fullmatch(name) is None:
        raise ConfigError(f"headers: {name!r} is not the name of a header")
    if not isinstance(value, str) or _UNSAFE.search(value):
        raise ConfigError(
            f"headers: the value of {name!r} is not text without lone surrogates, CR, LF and NUL"
        )
