"""Opens plain, gzip and Zstandard files for reading and writing, by the ends of their names."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from influx_copy.errors import RangeIncomplete
from influx_core import ConfigError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["decompressed", "open_reader", "open_writer"]

_GZIP_LEVEL = 4

_BUFFER_BYTES = 131_072

_ZSTANDARD_BYTES = 2_048
"""The compressed bytes that are decompressed at once: a block of 4 bytes may become 128 KB."""


def open_reader(path: Path) -> IO[bytes]:
    """Open a file for reading; several compressed streams end to end are read as one.

    Reading raises RangeIncomplete where the compressed data is damaged, or ends too early.
    """
    raw = path.open("rb")
    try:
        return decompressed(raw, path.name)
    except ConfigError:
        raw.close()
        raise


def decompressed(raw: IO[bytes], name: str) -> IO[bytes]:
    """Return the content of an open file, decompressed by the end of its name.

    Reading raises RangeIncomplete where the compressed data is damaged, or ends too early.

    Raises:
        ConfigError: its compression needs a library.
    """
    if name.endswith(".gz"):
        content: Any = gzip.GzipFile(fileobj=raw)
        failures: tuple[type[Exception], ...] = (EOFError, gzip.BadGzipFile, zlib.error)
    elif name.endswith(".zst"):
        zstandard = _zstandard()
        content = _ZstandardFrames(raw, zstandard.ZstdDecompressor().decompressobj)
        failures = (EOFError, zstandard.ZstdError)
    else:
        return raw
    return io.BufferedReader(_Decompressed(content, raw, name, failures), _BUFFER_BYTES)


class _Decompressed(io.RawIOBase):
    """The content of a compressed file, which names the file where it is damaged."""

    def __init__(
        self, content: Any, raw: IO[bytes], name: str, failures: tuple[type[Exception], ...]
    ) -> None:
        self._content = content
        self._raw = raw
        self._name = name
        self._failures = failures

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        try:
            return cast(int, self._content.readinto(buffer))
        except self._failures as error:
            raise RangeIncomplete(
                f"{self._name}: the compressed data is damaged or cut off: {error}"
            ) from error

    def close(self) -> None:
        self._raw.close()
        super().close()


class _ZstandardFrames:
    """Decompresses frames end to end.

    A frame that is cut off raises an EOFError. zstandard's `stream_reader` takes it for the end.
    """

    def __init__(self, raw: IO[bytes], new_frame: Callable[[], Any]) -> None:
        self._raw = raw
        self._new_frame = new_frame
        self._frame: Any = None
        self._compressed = b""
        self._content = memoryview(b"")

    def readinto(self, buffer: WriteableBuffer) -> int:
        while not self._content:
            data = self._compressed or self._raw.read(_ZSTANDARD_BYTES)
            if not data:
                if self._frame is not None:
                    raise EOFError("the last frame has no end")
                return 0
            self._frame = self._frame or self._new_frame()
            self._content = memoryview(self._frame.decompress(data))
            self._compressed = b""
            if self._frame.eof:
                self._frame, self._compressed = None, self._frame.unused_data
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._content))
        target[:count] = self._content[:count]
        self._content = self._content[count:]
        return count


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
