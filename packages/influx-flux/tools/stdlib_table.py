"""Writes the table of the Flux standard library, which the checker and the builder know it by.

    node tools/dump_stdlib.js DIRECTORY | python tools/stdlib_table.py

DIRECTORY is the unpacked npm package @influxdata/flux-lsp-node: the types are libflux's. The table
has a line `@path` for each package, then a line a name with its type; universe comes first.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src/influx_flux/stdlib/signatures.txt"
# Options of universe that libflux's completion leaves out.
OPTIONS = {"location": "{offset: duration, zone: string}"}
# Functions of universe that completion leaves out, because another package has the name too.
LEFT_OUT = ("toString",)


def one_line(type_text: str) -> str:
    """Return a type on one line, as it stands in a builtin statement."""
    text = re.sub(r"\s+", " ", type_text)
    text = re.sub(r"\bv\[", "vector[", text)  # libflux shows vectors by a short name
    return re.sub(r",? ([)}])", r"\1", text).replace("( ", "(").replace("{ ", "{")


def lines(library: dict[str, dict[str, str]]) -> list[str]:
    """Return the lines of the table."""
    written: list[str] = []
    for path, names in sorted(library.items()):
        written.append(f"@{path}")
        written.extend(f"{name} {one_line(names[name])}" for name in sorted(names))
    return written


def main() -> None:
    """Read what dump_stdlib.js printed, and write the table."""
    printed = sys.stdin.read()
    library = json.loads(printed[printed.index("{") :])
    library[""] |= OPTIONS | {name: library["universe"][name] for name in LEFT_OUT}
    TABLE.write_text("\n".join(lines(library)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
