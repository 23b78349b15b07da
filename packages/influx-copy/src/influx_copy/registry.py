"""Finds sources and sinks by URL; only this module uses pluggy's manager."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pluggy

from influx_copy import hookspecs
from influx_copy.interfaces import CopySink, CopySource
from influx_core import ConfigError

__all__ = ["open_sink", "open_source"]

ENTRY_POINT_GROUP = "influx_copy"
BLOCK_VARIABLE = "INFLUX_BLOCK_PLUGINS"

_SUFFIXES = {
    ".lp": "lp",
    ".lp.gz": "lp",
    ".lp.zst": "lp",
    ".txt": "lp",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".jsonl.zst": "jsonl",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".csv.zst": "csv",
    ".parquet": "parquet",
}
"""The schemes of files by the ends of their names."""

_PartT = TypeVar("_PartT")


def open_source(url: str) -> CopySource:
    """Return the source of a URL: a server, or files.

    Args:
        url: `http://user:password@host:8086/db?rp=week`, `parquet:DIR`, `lp:DIR`, `jsonl:DIR`,
            `annotated-csv:FILE`, or the path of a file whose name ends with `.lp`, `.lp.gz`,
            `.lp.zst`, `.jsonl`, `.csv` or `.parquet`. Options follow a `?`.

    Raises:
        ConfigError: no source has this URL, or the URL is invalid.
    """
    offered: list[Mapping[str, Callable[[str], CopySource]]] = _manager().hook.influx_copy_sources()
    return _opened("source", url, offered)


def open_sink(url: str) -> CopySink:
    """Return the sink of a URL: a server, or files; see `open_source`.

    Args:
        url: `questdb://host:9000` in addition; annotated CSV and CSV are not sinks.

    Raises:
        ConfigError: no sink has this URL, or the URL is invalid.
    """
    offered: list[Mapping[str, Callable[[str], CopySink]]] = _manager().hook.influx_copy_sinks()
    return _opened("sink", url, offered)


def _opened(kind: str, url: str, offered: list[Mapping[str, Callable[[str], _PartT]]]) -> _PartT:
    factories: dict[str, Callable[[str], _PartT]] = {}
    for found in offered:
        for name, factory in found.items():
            if name in factories:
                raise ConfigError(
                    f"two plugins offer the {kind} {name!r}; block one of them with "
                    f"{BLOCK_VARIABLE}"
                )
            factories[name] = factory
    scheme = _scheme(url)
    if scheme not in factories:
        endings = [suffix for suffix, named in _SUFFIXES.items() if named in factories]
        raise ConfigError(
            f"there is no {kind} {scheme!r}; known: {', '.join(sorted(factories))}, and files that "
            f"end with {', '.join(endings)}"
        )
    return factories[scheme](url)


def _scheme(url: str) -> str:
    """The scheme of a URL, or the one of a file by its name."""
    scheme, colon, _ = url.partition(":")
    if colon and len(scheme) > 1 and scheme != "file" and "?" not in scheme:
        return scheme  # one letter is a drive of Windows
    path = urlsplit(url).path if colon and scheme == "file" else url
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    for ending in (name, name.partition("?")[0]):
        for suffix, known in sorted(_SUFFIXES.items(), key=lambda pair: -len(pair[0])):
            if ending.endswith(suffix):
                return known
    return name


@functools.cache
def _manager() -> Any:
    manager = pluggy.PluginManager("influx_copy")
    manager.add_hookspecs(hookspecs)
    blocked = {name.strip() for name in os.environ.get(BLOCK_VARIABLE, "").split(",")}
    for entry_point in entry_points(group=ENTRY_POINT_GROUP):
        if entry_point.name not in blocked:
            manager.register(entry_point.load(), entry_point.name)
    manager.check_pending()
    return manager
