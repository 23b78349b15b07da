"""Values for the placeholders of a query, from `NAME=VALUE`."""

from __future__ import annotations

from influx_shell._cli.exit_codes import UsageError

__all__ = ["bind_value"]

_WORDS = {"true": True, "false": False}


def bind_value(argument: str) -> tuple[str, object]:
    """Return the name and the value of `NAME=VALUE`.

    `true` and `false` are booleans, numbers are numbers; a value in double quotes is text.

    Raises:
        UsageError: the argument has no name or no equals sign.
    """
    name, equals, text = argument.partition("=")
    if not name or not equals:
        raise UsageError(f"--param takes NAME=VALUE, not {argument!r}")
    return name, _value(text)


def _value(text: str) -> object:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text in _WORDS:
        return _WORDS[text]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
