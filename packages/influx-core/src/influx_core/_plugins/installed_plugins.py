"""Finds the plugins of installed distributions: their entry points.

importlib.metadata finds them too. Importing and running it would take a sixth of the time of a
program that sends one query, so directories are read here, and it is asked only about a path with
anything else, such as an archive. Source:
https://packaging.python.org/en/latest/specifications/entry-points/
"""

# pathlib takes as long to import as this module to run:
# ruff: noqa: PTH110, PTH112, PTH118, PTH123, PTH208

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from typing import NamedTuple

__all__ = ["InstalledPlugin", "installed_plugins"]

_METADATA = (".dist-info", ".egg-info")
"""What the names of directories with the metadata of a distribution end with."""


class InstalledPlugin(NamedTuple):
    """An entry point: its name, and the import path of the object it names."""

    name: str
    path: str


def installed_plugins(group: str) -> tuple[InstalledPlugin, ...]:
    """Return the entry points of a group; a distribution that another one hides has none.

    Args:
        group: the name of the group.
    """
    paths = [path or "." for path in sys.path]
    if not all(map(_is_plain, paths)) or any(map(_finds_distributions, sys.meta_path)):
        return _asked_of_importlib(group)
    texts = map(_entry_points_of, _metadata_directories(paths))
    return tuple(plugin for text in texts for plugin in entries(text, group))


def entries(text: str, group: str) -> Iterator[InstalledPlugin]:
    """Yield the entries of a group in the text of an `entry_points.txt`."""
    if f"[{group}]" not in text:  # most have other groups only
        return
    section = ""
    for line in map(str.strip, text.splitlines()):
        name, equals, value = line.partition("=")
        if line.startswith("["):
            section = line.strip("[]")
        elif equals and section == group and not line.startswith("#"):
            yield _plugin(name.strip(), value)


def _plugin(name: str, value: str) -> InstalledPlugin:
    """The plugin of an entry point, without its spaces, and without extras, which nobody uses."""
    return InstalledPlugin(name, value.partition("[")[0].replace(" ", ""))


def _is_plain(path: str) -> bool:
    """Whether a path is a directory, or does not exist."""
    return not path.endswith(".egg") and (os.path.isdir(path) or not os.path.exists(path))


def _finds_distributions(finder: object) -> bool:
    """Whether distributions come from elsewhere, as in an application made of one file."""
    return hasattr(finder, "find_distributions") and finder is not PathFinder


def _metadata_directories(paths: Iterable[str]) -> Iterator[str]:
    """Yield the directories with metadata; of two with the same name, the first."""
    seen: set[str] = set()
    for path in paths:
        for entry in _listed(path):
            name = entry.partition("-")[0].lower().replace(".", "_")
            if entry.lower().endswith(_METADATA) and name not in seen:
                seen.add(name)
                yield os.path.join(path, entry)


def _listed(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


def _entry_points_of(directory: str) -> str:
    try:
        with open(os.path.join(directory, "entry_points.txt"), encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def _asked_of_importlib(group: str) -> tuple[InstalledPlugin, ...]:
    from importlib.metadata import entry_points

    return tuple(_plugin(each.name, each.value) for each in entry_points(group=group))
