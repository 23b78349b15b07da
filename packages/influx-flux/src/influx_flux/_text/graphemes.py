"""Counts grapheme clusters, in which libflux measures lines.

The rules are those of Unicode's UAX 29 for the classes that Python's character database provides:
marks, joiners, Hangul syllables, flags and emoji. The rare class Prepend is not supported.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_MARKS: Final = frozenset({"Mn", "Me", "Mc"})
_JOINER: Final = "\u200d"
# Characters of Extend and SpacingMark that are letters, symbols or formats in the database.
_EXTENDING: Final = frozenset(
    "\u200c\u200d\u0e33\u0eb3\uff9e\uff9f"
    + "".join(map(chr, range(0x1F3FB, 0x1F400)))
    + "".join(map(chr, range(0xE0020, 0xE0080)))
)


def count_graphemes(text: str) -> int:
    """Return the number of grapheme clusters of a text."""
    count = 0
    before = ""
    flags = 0
    for character in text:
        flag = _is_flag(character)
        joined = bool(before) and (
            (flag and flags % 2 == 1) or (not flag and _joins(before, character))
        )
        flags = flags + 1 if flag else 0
        count += not joined
        before = character
    return count


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _joins(before: str, character: str) -> bool:
    """Return whether two characters are in the same cluster, without a boundary between them."""
    if character.isascii():
        return before == "\r" and character == "\n"
    kind = unicodedata.category(before)
    if kind in ("Cc", "Zl", "Zp"):
        return False
    if character in _EXTENDING or unicodedata.category(character) in _MARKS:
        return True
    if before == _JOINER:
        return unicodedata.category(character) == "So"
    return _hangul_joins(_hangul(before), _hangul(character))


def _hangul(character: str) -> str:
    """Return the class of a Hangul character: L, V, T, LV or LVT; empty for others."""
    code = ord(character)
    if 0xAC00 <= code <= 0xD7A3:
        return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    return "T" if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB else ""


def _hangul_joins(before: str, after: str) -> bool:
    match before:
        case "L":
            return after in ("L", "V", "LV", "LVT")
        case "LV" | "V":
            return after in ("V", "T")
        case "LVT" | "T":
            return after == "T"
        case _:
            return False
