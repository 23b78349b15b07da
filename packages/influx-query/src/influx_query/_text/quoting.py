"""Quotes names, strings and regular expressions.

Each function returns exactly one token for any input.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#literals
"""

from __future__ import annotations

import re
from typing import Final

from influx_query._text.keywords import KEYWORDS

_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_IDENT_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
_STRING_ESCAPES: Final = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n"})
_UNWRITABLE: Final = re.compile("[\0\r\ud800-\udfff]")


def is_bare(name: str) -> bool:
    """Return whether a name is valid without quotes."""
    return _BARE.match(name) is not None and name.upper() not in KEYWORDS


def quote_ident(name: str) -> str:
    """Return a name in double quotes, even if they are not necessary.

    Raises:
        ValueError: The name contains a character that InfluxQL can't write.
    """
    _refuse_unwritable(name, "name")
    return f'"{name.translate(_IDENT_ESCAPES)}"'


def quote_if_needed(name: str) -> str:
    """Return a name, in double quotes only if necessary, as in the canonical text."""
    try:
        return name if is_bare(name) else quote_ident(name)
    except TypeError:
        raise TypeError(f"a name is text, not {name!r}") from None


def quote_string(text: str) -> str:
    """Return text in single quotes.

    Raises:
        ValueError: The text contains a character that InfluxQL can't write.
    """
    _refuse_unwritable(text, "string")
    return f"'{text.translate(_STRING_ESCAPES)}'"


def quote_regex(pattern: str) -> str:
    r"""Return a regular expression (Go's RE2 syntax) between slashes.

    InfluxQL reads ``\/`` as a slash and leaves every other backslash unchanged, so only slashes
    are escaped.

    Raises:
        ValueError: The pattern can't be written: it has a line break, or it ends in a backslash,
            which would escape the delimiter.
    """
    _refuse_unwritable(pattern, "regular expression")
    if "\n" in pattern:
        raise ValueError(
            f"the regular expression {pattern!r} has a line break, which InfluxQL can't write "
            r"between slashes; write it as \n"
        )
    if pattern.endswith("\\"):
        raise ValueError(
            f"the regular expression {pattern!r} ends with a backslash, which would escape the "
            r"slash behind it; write \x5c for a backslash"
        )
    return f"/{pattern.replace('/', chr(92) + '/')}/"


def _refuse_unwritable(text: str, what: str) -> None:
    r"""Raise an error for a value that is not a string, or has characters that are not kept."""
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a {what} is text, not {text!r}")
    found = _UNWRITABLE.search(text)
    if found:
        raise ValueError(
            f"the {what} {text!r} holds {found[0]!r}, which InfluxQL has no escape for; "
            "leave the character out"
        )
