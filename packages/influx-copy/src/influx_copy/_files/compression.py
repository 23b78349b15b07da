"""Opens plain, gzip and Zstandard files for reading and writing, by the ends of their names."""

from __future__ import annotations

import gzip
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast

from influx_core import ConfigError

__all__ = ["decompressed", "open_reader", "open_writer"]

_GZIP_LEVEL = 4


def open_reader(path: Path) -> IO[bytes]:
    """Open a file for reading; several compressed streams end to end are read as one."""
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    raw = path.open("rb")
    try:
        return decompressed(raw, path.name)
    except ConfigError:
        raw.close()
        raise


def decompressed(raw: IO[bytes], name: str) -> IO[bytes]:
    """Return the content of an open file, decompressed by the end of its name.

    Raises:
        ConfigError: its compression needs a library.
    """
    if name.endswith(".gz"):
        return cast(IO[bytes], gzip.open(raw))
    if name.endswith(".zst"):
        reader = _zstandard().ZstdDecompressor()
        return cast(IO[bytes], reader.stream_reader(raw, read_across_frames=True, closefd=True))
    return raw


def open_writer(raw: IO[bytes], suffix: str) -> IO[bytes]:
    """Return a writer that compresses into an open file, which it does not close."""
    if suffix.endswith(".gz"):
        return cast(
            IO[bytes],
            gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=_GZIP_LEVEL, mtime=0),
        )
    if suffix.endswith(".zst"):
        return cast(IO[bytes], _zstandard().ZstdCompressor().stream_writer(raw, closefd=False))
    return raw


def _zstandard() -> Any:
    try:
        return import_module("zstandard")
    except ImportError as error:
        raise ConfigError(
            "files that end with .zst need zstandard: pip install 'influx-copy[zstd]'"
        ) from error
