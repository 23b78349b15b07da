"""Reads the fields of a request to 3.x, with the errors that serde has for wrong ones.

Those of a URL are texts. Those of a JSON object have types, and errors tell where in the body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from influx_core.interfaces import Request
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.v3.serde_json import SerdeError, read_json
from influx_testing._flavors.v3.v3_replies import ErrorReply, plain_error

__all__ = ["JSONFields", "RequestFields", "unknown_variant"]

_BLANK = re.compile(r"[ \t\n\r]*+")


def unknown_variant(name: str, known: Sequence[str]) -> str:
    """The reason why a word is refused that is none of some known words."""
    return f"unknown variant `{name}`, expected one of " + ", ".join(f"`{one}`" for one in known)


class RequestFields:
    """The parameters of a URL.

    Args:
        values: the values by name.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    @classmethod
    def of_url(cls, request: Request) -> RequestFields:
        """The parameters of the URL of a request."""
        return cls(dict(Parameters(request).items()))

    def refusal(self, reason: str, name: str = "") -> ErrorReply:
        """The error for a field, or for the whole request."""
        return plain_error(400, f"serde error: {reason}")

    def given(self, name: str) -> Any:
        """The value of a field; None if it is missing."""
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        """Read an optional text.

        Raises:
            Reply: the value is not text.
        """
        value = self.given(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong_type(name, "a string")
        return value

    def required_text(self, name: str) -> str:
        """Read a required text.

        Raises:
            Reply: the value is missing or not text.
        """
        if name not in self._values:
            raise self.refusal(f"missing field `{name}`")
        value = self.text(name)
        if value is None:
            raise self.wrong_type(name, "a string")
        return value

    def choice(self, name: str, known: Sequence[str]) -> str | None:
        """Read an optional text that is one of some words.

        Raises:
            Reply: the value is another one.
        """
        value = self.text(name)
        if value is not None and value not in known:
            raise self.refusal(unknown_variant(value, known), name)
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        """Read `true` or `false`.

        Raises:
            Reply: the value is neither.
        """
        value = self.given(name)
        if value not in {None, "false", "true"}:
            raise self.refusal("provided string was not `true` or `false`", name)
        return default if value is None else value == "true"

    def mapping(self, name: str) -> dict[str, Any]:
        """Read an optional JSON object, given as text; it is empty if it is missing.

        Raises:
            Reply: the value is not a JSON object.
        """
        value = self.text(name)
        return {} if value is None else JSONFields(value.encode(), "a map").as_dict()

    def wrong_type(self, name: str, expected: str) -> ErrorReply:
        """The error for a value of another type."""
        return self.refusal(f"invalid type: {_shown(self.given(name))}, expected {expected}", name)

    def as_dict(self) -> dict[str, Any]:
        """All fields."""
        return dict(self._values)


class JSONFields(RequestFields):
    """The fields of a JSON object.

    Args:
        body: the object.
        expected: the server's name for what it expects, for the error about another value.

    Raises:
        Reply: the body is not a JSON object.
    """

    def __init__(self, body: bytes, expected: str) -> None:
        self._text = body.decode("utf-8", "replace")
        try:
            value = read_json(self._text)
        except SerdeError as error:
            raise plain_error(400, f"serde json error: {error}") from error
        super().__init__(cast(dict[str, Any], value) if isinstance(value, dict) else {})
        if not isinstance(value, dict):
            raise self.refusal(f"invalid type: {_shown(value)}, expected {expected}")

    def refusal(self, reason: str, name: str = "") -> ErrorReply:
        """The error for a field, or for the whole object."""
        read = self._text[: self._end_of(name)]
        line, column = read.count("\n") + 1, len(read.rpartition("\n")[2].encode())
        return plain_error(400, f"serde json error: {reason} at line {line} column {column}")

    def mapping(self, name: str) -> dict[str, Any]:
        """Read an optional JSON object; it is empty if it is missing.

        Raises:
            Reply: the value is not a JSON object.
        """
        value = self.given(name)
        if value is not None and not isinstance(value, dict):
            raise self.wrong_type(name, "a map")
        return cast(dict[str, Any], value or {})

    def wrong_item(self, name: str, value: Any, expected: str) -> ErrorReply:
        """The error for a value of another type in a list."""
        return self.refusal(f"invalid type: {_shown(value)}, expected {expected}", name)

    def _end_of(self, name: str) -> int:
        """Where the value of a field ends; the end of the object without a name."""
        text, decoder = self._text, json.JSONDecoder()
        at = text.find("{") + 1
        while name and (at := _after_blank(text, at)) < len(text) and text[at] == '"':
            key, at = decoder.raw_decode(text, at)
            at = _after_blank(text, _after_blank(text, at) + 1)
            _, at = decoder.raw_decode(text, at)
            if key == name:
                return at
            at = _after_blank(text, at) + 1
        return len(text.rstrip())


def _after_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None  # there may be no blanks
    return found.end()


def _shown(value: Any) -> str:
    """A value as errors about its type show it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boolean `{str(value).lower()}`"
    if isinstance(value, int):
        return f"integer `{value}`"
    if isinstance(value, float):
        return f"floating point `{value}`"
    if isinstance(value, str):
        return f"string {json.dumps(value, ensure_ascii=False)}"
    return "map" if isinstance(value, dict) else "sequence"
