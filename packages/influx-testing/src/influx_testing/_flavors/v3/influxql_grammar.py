"""What the InfluxQL parser of 3.x says of text that begins with none of its statements.

Source: https://docs.influxdata.com/influxdb3/core/reference/influxql/feature-support/
"""

from __future__ import annotations

import json
import re

__all__ = ["statement_refusal"]

_START = re.compile(r"\s*")
_WORD = re.compile(r"\s*([A-Za-z_]*)")
_OBJECTS: dict[str, tuple[tuple[str, ...], str]] = {
    "CREATE": (("DATABASE",), "DATABASE"),
    "DROP": (("MEASUREMENT",), "MEASUREMENT"),
    "SHOW": (
        (
            "DATABASES",
            "FIELD KEYS",
            "MEASUREMENTS",
            "TAG KEYS",
            "TAG VALUES",
            "RETENTION POLICIES",
        ),
        "DATABASES, FIELD KEYS, MEASUREMENTS, TAG KEYS, TAG VALUES, or RETENTION POLICIES",
    ),
}
"""What may follow a first word, and how an error names it."""

_ALONE = frozenset({"DELETE", "EXPLAIN", "SELECT"})


def statement_refusal(text: str) -> str:
    """Why the parser refuses the beginning of a statement; empty if it knows the statement."""
    start = _end(_START, text, 0)
    if start == len(text) or text[start] in ";-/":  # no statement, or a comment
        return ""
    first, at = _word(text, start)
    if first in _ALONE:
        return ""
    if first not in _OBJECTS:
        rest = json.dumps(text[start:], ensure_ascii=False)
        return f"invalid InfluxQL statement at pos {start}. Parsing Error: Nom({rest}, Tag)"
    known, names = _OBJECTS[first]
    second, end = _word(text, at)
    third, _ = _word(text, end)
    if second in known or f"{second} {third}" in known:
        return ""
    place = len(text[: _end(_START, text, at)].encode())
    return f"invalid {first} statement, expected {names} following {first} at pos {place}"


def _word(text: str, at: int) -> tuple[str, int]:
    """The next word in capitals, and where it ends."""
    found = _WORD.match(text, at)
    assert found is not None  # a word may be empty
    return found[1].upper(), found.end()


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    assert found is not None  # the pattern matches nothing, too
    return found.end()
