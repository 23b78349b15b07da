"""Writes the table of the letters that names of Flux may have.

    python tools/letters_table.py DIRECTORY

DIRECTORY is the unpacked npm package @influxdata/flux-lsp-node: each character of Unicode is put
into a name, and libflux says whether it is one. They are the alphabetic characters of Unicode 5.1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src/influx_flux/_text/letters.txt"
SCRIPT = Path(__file__).parents[1] / "tests/differential/libflux.js"
SURROGATES = range(0xD800, 0xE000)
BATCH = 3000


def questions() -> Iterator[str]:
    """Yield texts that have a name with each character on a line of its own."""
    codes = [code for code in range(0x80, 0x30000) if code not in SURROGATES]
    for start in range(0, len(codes), BATCH):
        yield "\n".join(f"x{chr(code)}" for code in codes[start : start + BATCH])


def letters(trees: Iterable[dict]) -> Iterator[int]:
    """Yield the characters that libflux took into a name."""
    for tree in trees:
        for statement in tree["body"]:
            name = statement.get("expression", {}).get("name", "")
            if len(name) == 2:
                yield ord(name[1])


def ranges(codes: Iterable[int]) -> Iterator[str]:
    """Yield first and last of each run of codes, in hexadecimal."""
    first = last = -1
    for code in codes:
        if code != last + 1:
            if first >= 0:
                yield f"{first:x}-{last:x}"
            first = code
        last = code
    yield f"{first:x}-{last:x}"


def main() -> None:
    """Ask libflux, and write the table."""
    asked = "".join(json.dumps({"op": "parse", "text": text}) + "\n" for text in questions())
    run = subprocess.run(
        ["node", SCRIPT, sys.argv[1]], input=asked, capture_output=True, text=True, check=True
    )
    trees = (json.loads(line)["ok"] for line in run.stdout.split("\n") if line)
    TABLE.write_text("\n".join(ranges(letters(trees))) + "\n")


if __name__ == "__main__":
    main()
