"""The programs of the corpus beside this checkout, and texts mutated from them."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

CORPUS = Path(__file__).parents[5] / "shared" / "corpus" / "flux" / "cases.jsonl"
WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*\n|\w+|\s+|[=<>!~|]+|.', re.DOTALL)
INSERTED = ["(", ")", "[", "]", "{", "}", ",", ":", '"', "|>", "=>", "=", "not ", "if ", "a", "."]
INSERTED += ["/", "//x\n", "1", "@a ", "${", "\\", "é", "~", "-", " and ", " with "]


def queries() -> list[str]:
    """Return the queries of the corpus; none where it is missing."""
    if not CORPUS.exists():
        return []
    return [json.loads(line)["query"] for line in CORPUS.read_text().splitlines()]


def mutated(texts: list[str], count: int, seed: int) -> list[str]:
    """Return texts with one or two words or characters changed."""
    chance = random.Random(seed)
    short = [text for text in texts if len(text) < 1500]
    return [_mutate(_mutate(chance.choice(short), chance), chance, 0.3) for _ in range(count)]


def _mutate(text: str, chance: random.Random, probability: float = 1) -> str:
    if chance.random() >= probability:
        return text
    words = WORDS.findall(text)
    at = chance.randrange(len(words))
    match chance.randrange(6):
        case 0:
            del words[at]
        case 1:
            words.insert(at, words[at])
        case 2:
            other = chance.randrange(len(words))
            words[at], words[other] = words[other], words[at]
        case 3:
            words.insert(at, chance.choice(INSERTED))
        case 4:
            del words[at + 1 :]
        case _:
            place = chance.randrange(len(text))
            return text[:place] + chance.choice('()[]{},:"|>=/.\\@$ \nax1é') + text[place + 1 :]
    return "".join(words)
