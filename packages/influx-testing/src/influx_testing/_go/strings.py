"""The functions of Go's package strings that differ from Python's `str`.

Go maps character by character (Python's "ß".upper() has two letters), and counts in bytes of UTF-8.
Source: https://pkg.go.dev/strings
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

__all__ = [
    "SPACES",
    "compare",
    "equal_fold",
    "index",
    "index_any",
    "last_index",
    "last_index_any",
    "lower",
    "split",
    "split_after",
    "title",
    "title_case",
    "upper",
]

SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters that Go's unicode.IsSpace takes for space; Python's `isspace` has more."""

_NOT_FOLDED = frozenset("İı")
"""Letters that fold only to themselves; Python has mappings for them."""


def _one(mapped: str, character: str) -> str:
    """Return a mapping of one character, or the character if it is mapped to several."""
    return mapped if len(mapped) == 1 else character


def _upper(character: str) -> str:
    mapped = character.upper()
    return mapped if len(mapped) == 1 else _one(character.title(), character)


def _lower(character: str) -> str:
    return "i" if character == "İ" else _one(character.lower(), character)


def _title(character: str) -> str:
    return _one(character.title(), character)


def _mapped(text: str, ascii_case: Callable[[str], str], case: Callable[[str], str]) -> str:
    return ascii_case(text) if text.isascii() else "".join(map(case, text))


def upper(text: str) -> str:
    """Return a text in upper case."""
    return _mapped(text, str.upper, _upper)


def lower(text: str) -> str:
    """Return a text in lower case."""
    return _mapped(text, str.lower, _lower)


def title_case(text: str) -> str:
    """Return a text with all letters in title case, which for most is the upper case."""
    return _mapped(text, str.upper, _title)


def title(text: str) -> str:
    """Return a text with the first letter of each word in title case."""
    before = " "
    changed: list[str] = []
    for character in text:
        changed.append(_title(character) if _separates(before) else character)
        before = character
    return "".join(changed)


def _separates(character: str) -> bool:
    """Whether a character ends a word: ASCII signs but the underscore, and spaces."""
    if character.isascii():
        return not (character.isalnum() or character == "_")
    if unicodedata.category(character)[0] == "L" or unicodedata.category(character) == "Nd":
        return False
    return character in SPACES


def equal_fold(left: str, right: str) -> bool:
    """Whether two texts are equal but for the case of letters."""
    return len(left) == len(right) and all(map(_equal_letters, left, right))


def _equal_letters(left: str, right: str) -> bool:
    return left == right or _folded(left) == _folded(right)


def _folded(character: str) -> str:
    return character if character in _NOT_FOLDED else _lower(_upper(character))


def compare(left: str, right: str) -> int:
    """Return -1, 0 or 1; texts are ordered by their bytes."""
    return (left > right) - (left < right)


def index(text: str, part: str) -> int:
    """Return the position in bytes of the first occurrence; -1 without one."""
    return _bytes_before(text, text.find(part))


def last_index(text: str, part: str) -> int:
    """Return the position in bytes of the last occurrence; -1 without one."""
    return _bytes_before(text, text.rfind(part))


def index_any(text: str, characters: str) -> int:
    """Return the position in bytes of the first of some characters; -1 without one."""
    wanted = frozenset(characters)
    found = next((at for at, character in enumerate(text) if character in wanted), -1)
    return _bytes_before(text, found)


def last_index_any(text: str, characters: str) -> int:
    """Return the position in bytes of the last of some characters; -1 without one."""
    return _bytes_before(text, max(map(text.rfind, characters), default=-1))


def _bytes_before(text: str, position: int) -> int:
    return position if position <= 0 else len(text[:position].encode("utf-8", "surrogatepass"))


def split(text: str, separator: str, limit: int = -1) -> list[str]:
    """Divide a text at a separator; without one, into its characters.

    Args:
        text: the text.
        separator: what stands between two parts.
        limit: the highest number of parts, the last of which has the rest; -1 for all, 0 for none.
    """
    if limit == 0:
        return []
    if separator:
        return text.split(separator, limit - 1 if limit > 0 else -1)
    if limit < 0 or limit >= len(text):
        return list(text)
    return [*text[: limit - 1], text[limit - 1 :]]


def split_after(text: str, separator: str, limit: int = -1) -> list[str]:
    """Divide a text after each separator; the arguments are those of `split`."""
    parts = split(text, separator, limit)
    return [part + separator for part in parts[:-1]] + parts[-1:]
