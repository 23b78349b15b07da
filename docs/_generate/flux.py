"""Writes the reference page of Flux's functions, from the table of the standard library.

Run: python docs/_generate/flux.py docs/reference
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from influx_flux.stdlib import packages, signature

__all__ = ["PAGES", "write_pages"]

_HEAD: Final = (
    "<!-- Written by `python docs/_generate/flux.py docs/reference`; change the table instead. -->"
)
_INTRODUCTION: Final = (
    "The types of all functions and values of the standard library, as libflux reports them. "
    "`<-` marks the piped parameter, `?` an optional one. The functions that take tables and "
    "need no import are methods of the builder, with names in snake_case."
)


def functions_page() -> str:
    """Return the page about the functions of all packages."""
    parts = [f"{_HEAD}\n\n# Flux: functions\n\n{_INTRODUCTION}"]
    parts += (_package(path, names) for path, names in packages().items() if names)
    return "\n\n".join(parts) + "\n"


def _package(path: str, names: Mapping[str, str]) -> str:
    title = f"## {path or 'universe'}"
    functions = [name for name in names if signature(path, name)]
    values = [name for name in names if name not in functions]
    return "\n\n".join([title, "\n".join(_entry(name, names[name]) for name in functions + values)])


def _entry(name: str, type_text: str) -> str:
    return f"* `{name}`: `{type_text}`"


PAGES: Final = {"flux-functions.md": functions_page}
"""The function that writes each page."""


def write_pages(folder: Path) -> None:
    """Write every page into a folder."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
