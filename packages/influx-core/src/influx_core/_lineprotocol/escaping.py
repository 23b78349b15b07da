"""Escapes names, and refuses names that line protocol cannot represent.

A backslash escapes only a special character after it, and cannot be escaped itself. So a name with
a backslash before a special character is decoded again by the rules of the servers, and refused if
the result differs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import cast

from influx_core._known_words import check_word
from influx_core._lineprotocol.decode.line_parts import LineError, LineParser, ParsedLine, Rules

__all__ = ["NameEscaper", "UnwritableError", "escaper", "needs_no_escape"]

_SPECIAL = bytes(range(0x21)) + b"\x7f#,=\\"
_CONTROL = re.compile("[\x00-\x1f\x7f]")
# By all rules, a backslash before any other character is an ordinary character.
_AMBIGUOUS = re.compile(r'\\(?:[,= "]|\Z)')
# Whether a parser reads a name as another one depends on these characters alone. A tag without them
# has no part in it, so the result is the same for all its values.
_TELLING = re.compile(r'[\\"\x00-\x1f\x7f]')
_MEASUREMENT_ESCAPES = str.maketrans({",": "\\,", " ": "\\ "})
_KEY_ESCAPES = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ "})

_KNOWN = 1 << 16
"""For how many combinations of unusual names it is remembered whether they can be written."""

_RULES: Sequence[Rules | None] = (None, "1.x", "v2")
_UNREADABLE = "its backslashes or control characters would be read differently; no line can hold it"

Tags = tuple[tuple[str, str], ...]


class UnwritableError(ValueError):
    """A name or a tag value that line protocol cannot represent.

    Attributes:
        key: the tag or field key; None for the measurement.
    """

    def __init__(self, reason: str, key: object = None) -> None:
        super().__init__(reason)
        self.key = key


@functools.cache
def escaper(rules: Rules | None = None) -> NameEscaper:
    """Return the escaper for the rules of a server; None allows only names valid for all servers.

    Raises:
        ConfigError: the rules are unknown.
    """
    check_word("rules", rules, _RULES)
    return NameEscaper(rules)


class NameEscaper:
    """Escapes names for the rules of a server.

    InfluxDB 1.x stores names with control characters; the specification forbids them.

    Args:
        rules: see `escaper`.
    """

    def __init__(self, rules: Rules | None) -> None:
        self._rules: Rules | None = rules
        self._forbids_control = rules != "1.x"
        self.field_key = functools.lru_cache(maxsize=1024)(self._field_key)
        self._unreadable = functools.lru_cache(maxsize=_KNOWN)(self._find_unreadable)

    def series_key(self, measurement: str, tags: Iterable[tuple[str, str]]) -> str:
        """Escape a measurement and its tags; the space before the fields is not included.

        Args:
            measurement: the name of the measurement.
            tags: keys and values; no value is empty. They are written sorted by key.

        Raises:
            UnwritableError: the measurement or a tag cannot be written.
        """
        tags = list(tags)
        texts = [measurement, *chain.from_iterable(tags)]
        if needs_no_escape(texts) and all(key != "time" for key, _ in tags):
            tags.sort()
            return ",".join([measurement, *map("=".join, tags)])
        self._check(measurement, "the measurement", None)
        if measurement.startswith("#"):
            raise UnwritableError("a line that starts with # is a comment")
        for key, value in tags:
            self._check(key, "a tag key", key)
            self._check_text(value, "a tag value", key)
            if key == "time":
                raise UnwritableError("no tag can be called time", key)
        tags.sort()
        if any(map(self._is_ambiguous, texts)):
            told = tuple(tag for tag in tags if _TELLING.search("".join(tag)))
            unreadable = self._unreadable(measurement, told)
            if unreadable is not None:
                raise UnwritableError(*unreadable)
        return _escaped(measurement, tags)

    def _field_key(self, key: str) -> str:
        """Escape a field's key.

        Raises:
            UnwritableError: it cannot be written.
        """
        self._check(key, "a field key", key)
        if key == "time":
            raise UnwritableError("no field can be called time", key)
        escaped = key.translate(_KEY_ESCAPES)
        if self._is_ambiguous(key) and not self._reads_back(_with_field(escaped, key)):
            raise UnwritableError(_UNREADABLE, key)
        return escaped

    def _check(self, name: object, what: str, key: object) -> None:
        if not isinstance(name, str):
            raise UnwritableError(f"{what} is text, not {type(name).__name__}", key)
        if not name:
            raise UnwritableError(f"{what} cannot be empty", key)
        self._check_text(name, what, key)

    def _check_text(self, text: str, what: str, key: object) -> None:
        match = _CONTROL.search(text) if self._forbids_control else None
        if match is not None:
            raise UnwritableError(f"{what} cannot hold the control character {match[0]!r}", key)

    def _is_ambiguous(self, text: str) -> bool:
        """Whether a text must be decoded again to check that servers read it unchanged."""
        if "\\" in text and _AMBIGUOUS.search(text):
            return True
        return not self._forbids_control and _CONTROL.search(text) is not None

    def _find_unreadable(self, measurement: str, tags: Tags) -> tuple[str, str | None] | None:
        """Decode a series key; if it changes, return the reason and the key of the wrong tag.

        Returns None if the series key stays unchanged; a key of None means the measurement or the
        whole series key.
        """
        if self._is_ambiguous(measurement) and not self._reads_back(
            _with_series_key(measurement, ())
        ):
            return _UNREADABLE, None
        for tag in tags:
            if any(map(self._is_ambiguous, tag)) and not self._reads_back(
                _with_series_key("m", (tag,))
            ):
                return _UNREADABLE, tag[0]
        if not self._reads_back(_with_series_key(measurement, tags)):
            return _UNREADABLE, None
        return None

    def _reads_back(self, lines: Sequence[tuple[str, ParsedLine]]) -> bool:
        data = "\n".join(text for text, _ in lines).encode()
        wanted = [line for _, line in lines]
        return all(_read_all(parser(data)) == wanted for parser in _parsers(self._rules))


def _parsers(rules: Rules | None) -> Sequence[Callable[[bytes], LineParser]]:
    """Return the parsers that have to read a name unchanged; few programs need them."""
    from influx_core._lineprotocol.decode.rules_1x import V1LineParser
    from influx_core._lineprotocol.decode.rules_v2 import V2LineParser

    if rules is None:
        return V1LineParser, V2LineParser
    return (V1LineParser,) if rules == "1.x" else (V2LineParser,)


def needs_no_escape(texts: Sequence[object]) -> bool:
    """Whether all items are non-empty text without characters to escape or refuse."""
    if not all(texts):
        return False
    try:
        raw = "".join(cast("Sequence[str]", texts)).encode()
    except (TypeError, UnicodeEncodeError):
        return False
    return len(raw.translate(None, _SPECIAL)) == len(raw)


def _escaped(measurement: str, tags: Iterable[tuple[str, str]]) -> str:
    return ",".join([measurement.translate(_MEASUREMENT_ESCAPES), *map(_escape_tag, tags)])


def _escape_tag(tag: tuple[str, str]) -> str:
    key, value = tag
    return f"{key.translate(_KEY_ESCAPES)}={value.translate(_KEY_ESCAPES)}"


def _with_series_key(measurement: str, tags: Tags) -> list[tuple[str, ParsedLine]]:
    """Make lines with this series key, with and without quotes in their fields, to decode them."""
    key = _escaped(measurement, tags)
    plain = f"{key} f=0i 0", ParsedLine(measurement, dict(tags), {"f": 0}, 0)
    quoted = f'{key} "="\n" 0', ParsedLine(measurement, dict(tags), {'"': "\n"}, 0)
    return [plain, quoted, plain]


def _with_field(escaped: str, key: str) -> list[tuple[str, ParsedLine]]:
    """Make lines with a field of this key, alone and among others, to decode them."""
    plain = f"m {escaped}=0i 0", ParsedLine("m", {}, {key: 0}, 0)
    fields = {key: "\n", 'q"': "\n", 'r"': "\n"}
    quoted = f'm {escaped}="\n",q"="\n",{escaped}="\n",r"="\n" 0', ParsedLine("m", {}, fields, 0)
    return [plain, quoted, plain]


def _read_all(parser: LineParser) -> list[ParsedLine]:
    lines: list[ParsedLine] = []
    try:
        while parser.next_line():
            lines.append(parser.read())
    except LineError:
        return []
    return lines
