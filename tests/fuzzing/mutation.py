"""Changes texts: pieces lost, doubled, exchanged, repeated, mixed with those of other texts."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
"""Recorded texts beside this checkout; without them there are fewer to begin with."""

LONGEST = 4_000
DEEP = 3_000
"""How often a piece is repeated to nest deeply."""

ODD = [*" \t\n\r\0\\'\"/*.,;:()[]{}=~!<>+-%^&|$#@_aZ09", "é", "日", "\u2028", "\U0001f600"]
ODD += [
    "\ufeff",
    "\ud800",
    "\x7f",
    "\x85",
    "9" * 20,
    "1e999",
    "--",
    "//",
    "/*",
    "*/",
    "\\u{110000}",
]

_PIECES = re.compile(r"\w+|\s+|.", re.DOTALL)


def recorded(path: str, key: str) -> list[str]:
    """One text of each recorded case of the corpus; none where it is missing."""
    file = CORPUS / path
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [text for line in lines if len(text := json.loads(line)[key]) < LONGEST]


def mutated(texts: Sequence[str], words: Sequence[str], source: random.Random) -> str:
    """One of the texts, most often with up to four changes.

    Args:
        texts: what to begin with; pieces of them are mixed into each other.
        words: what is inserted besides odd characters.
        source: what chooses.
    """
    pieces = _PIECES.findall(source.choice(texts))
    for _ in range(source.choice((0, 1, 1, 1, 2, 2, 3, 4))):
        _change(pieces, texts, words, source)
    return "".join(pieces)


def _change(
    pieces: list[str], texts: Sequence[str], words: Sequence[str], source: random.Random
) -> None:
    at = source.randrange(len(pieces) + 1)
    end = min(len(pieces), at + source.choice((1, 1, 1, 2, 5)))
    match source.randrange(40):
        case 0:
            pieces[at:end] = pieces[at:end] * DEEP
        case choice if choice < 8:
            del pieces[at:end]
        case choice if choice < 16:
            pieces.insert(at, source.choice(words))
        case choice if choice < 22:
            pieces[at:end] = [source.choice(words)]
        case choice if choice < 27:
            pieces[at:at] = pieces[at:end]
        case choice if choice < 32:
            other = _PIECES.findall(source.choice(texts))
            begin = source.randrange(len(other) + 1)
            pieces[at:end] = other[begin : begin + source.randrange(8)]
        case choice if choice < 36:
            pieces.insert(at, source.choice(ODD))
        case _:
            pieces[at:end] = pieces[at:end][::-1]


def damaged(data: bytes, pieces: Sequence[bytes], source: random.Random) -> bytes:
    """Bytes, most often with up to five of them lost or exchanged for pieces or random bytes."""
    changed = bytearray(data)
    for _ in range(source.choice((0, 1, 1, 2, 3, 5))):
        at = source.randrange(len(changed) + 1)
        new = source.choice(pieces) if source.random() < 0.8 else source.randbytes(3)
        changed[at : at + source.choice((0, 0, 1, 2, 30))] = new
    return bytes(changed)
