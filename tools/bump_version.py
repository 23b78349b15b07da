"""Sets the version of all distributions: in VERSION.py, and where they pin each other.

Run: hatch run release:bump 0.2.0
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path

from packaging.version import InvalidVersion, Version

__all__ = ["BumpError", "bump", "changed_files", "main"]

ROOT = Path(__file__).parents[1]

ASSIGNMENT = re.compile(r'(?<=^__version__ = ")[^"]+(?="$)', re.MULTILINE)


class BumpError(Exception):
    """The version cannot be set; nothing was written."""


def bump(root: Path, new: str) -> list[Path]:
    """Set the version of all distributions under a folder; return the files that changed.

    Args:
        root: The folder with `VERSION.py` and `packages`.
        new: The version, in the canonical form of PEP 440: `0.2.0`, `0.2.0rc1`.

    Raises:
        BumpError: The version is not canonical or not newer, or a pin has another version than
            `VERSION.py`. No file is changed then.
    """
    changed = changed_files(root, new)
    for path, text in changed.items():
        path.write_text(text)
    return list(changed)


def changed_files(root: Path, new: str) -> Mapping[Path, str]:
    """The files that have to change, and their new text.

    Raises:
        BumpError: As in `bump`.
    """
    file = root / "VERSION.py"
    old = _current(file)
    _check_newer(old, new)
    members = sorted(root.glob("packages/*/pyproject.toml"))
    pins = re.compile(rf'({_names(members)})(\[[\w,-]+\])?==([^"]+)')
    changed = {file: ASSIGNMENT.sub(new, file.read_text())}
    for path in members:
        text = path.read_text()
        _check_pins(path, pins, text, old)
        replaced = pins.sub(rf"\g<1>\g<2>=={new}", text)
        if replaced != text:
            changed[path] = replaced
    return changed


def _names(members: list[Path]) -> str:
    names = sorted((path.parent.name for path in members), key=len, reverse=True)
    return "|".join(map(re.escape, names))


def _current(file: Path) -> str:
    found: list[str] = ASSIGNMENT.findall(file.read_text())
    if len(found) != 1:
        raise BumpError(f'{file.name} has {len(found)} lines `__version__ = "..."` instead of 1')
    return found[0]


def _check_newer(old: str, new: str) -> None:
    try:
        version = Version(new)
    except InvalidVersion as error:
        raise BumpError(f"{new!r} is not a version; write it like 0.2.0 or 0.2.0rc1") from error
    if str(version) != new:
        raise BumpError(f"{new!r} is not canonical; write {str(version)!r}")
    if version <= Version(old):
        raise BumpError(f"{new} is not newer than {old}, which VERSION.py has")


def _check_pins(path: Path, pins: re.Pattern[str], text: str, old: str) -> None:
    wrong = [found[0] for found in pins.finditer(text) if found[3] != old]
    if wrong:
        place = f"{path.parent.name}/{path.name}"
        raise BumpError(f"{place} pins {', '.join(wrong)}, but VERSION.py has {old}")


def main() -> None:
    """Set the version that the command line names, and list the changed files."""
    parser = argparse.ArgumentParser(description="Set the version of all distributions.")
    parser.add_argument("version", help="the new version, such as 0.2.0 or 0.2.0rc1")
    try:
        changed = bump(ROOT, parser.parse_args().version)
    except BumpError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    for path in changed:
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
