"""Reads JSON as serde does, the library of 3.x: no NaN, integers of 64 bits, its error texts.

Source: https://docs.rs/serde_json/latest/serde_json/
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

__all__ = ["SerdeError", "read_json"]

_SYNTAX_ERRORS = {
    "Expecting ',' delimiter": "expected `,` or `}`",
    "Expecting ':' delimiter": "expected `:`",
    "Expecting property name enclosed in double quotes": "key must be a string",
    "Expecting value": "expected value",
    "Extra data": "trailing characters",
    "Illegal trailing comma before end of object": "trailing comma",
    "Invalid control character at": (
        "control character (\\u0000-\\u001F) found while parsing a string"
    ),
}
_ENDS = {
    "Expecting ',' delimiter": "an object",
    "Expecting ':' delimiter": "an object",
    "Expecting property name enclosed in double quotes": "an object",
    "Unterminated string starting at": "a string",
}

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|-?(?:NaN|Infinity)|-?[0-9][0-9.eE+-]*', re.DOTALL)

_MOST_DIGITS = 20


class SerdeError(ValueError):
    """The text is not JSON; the message says what and where."""


def read_json(text: str) -> Any:
    """Read a JSON document.

    An integer that needs more than 64 bits becomes a float.

    Raises:
        SerdeError: it is not one.
    """

    def refused(token: str, reason: str) -> json.JSONDecodeError:
        places = (found.start() for found in _TOKEN.finditer(text) if found[0] == token)
        return json.JSONDecodeError(reason, text, next(places, 0))

    def constant(name: str) -> Any:
        raise refused(name, "Invalid number" if name[0] == "-" else "Expecting value")

    def number(token: str) -> float:
        value = float(token)
        if math.isinf(value):
            raise refused(token, "Number out of range")
        return value

    def integer(token: str) -> int | float:
        if len(token) > _MOST_DIGITS or not -(2**63) <= int(token) < 2**64:
            return number(token)
        return int(token)

    try:
        return json.loads(text, parse_constant=constant, parse_float=number, parse_int=integer)
    except json.JSONDecodeError as error:
        raise SerdeError(_text(error)) from error
    except RecursionError as error:
        raise SerdeError("recursion limit exceeded") from error


def _text(error: json.JSONDecodeError) -> str:
    text = error.doc
    reason = _SYNTAX_ERRORS.get(error.msg, error.msg[:1].lower() + error.msg[1:])
    column = error.colno
    if error.pos >= len(text) or error.msg.startswith("Unterminated"):
        reason = f"EOF while parsing {_ENDS.get(error.msg, 'a value')}"
        column = len(text.rpartition("\n")[2].encode())
    return f"{reason} at line {error.lineno} column {column}"
