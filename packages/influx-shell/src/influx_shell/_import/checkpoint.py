"""The progress of an import in a file, from which a killed import continues."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from influx_shell._cli.exit_codes import UsageError
from influx_shell._import.line_bodies import Place

__all__ = ["Checkpoint", "load", "save"]

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far an import has come.

    Attributes:
        files: the paths of the import, in order.
        index: the number of complete files.
        place: where the next body of the current file begins.
        written: the lines stored so far.
        rejected: the lines refused so far.
        rejects: the path of the rejects file.
        rejects_size: the bytes of the rejects file that belong to the refused lines.
        now: when the import began, in nanoseconds: the times of lines without one follow it.
        lines: the lines of the complete files, those that are no points included.
        version: the version of the format of the file.
    """

    files: tuple[str, ...]
    now: int
    lines: int = 0
    index: int = 0
    place: Place = field(default_factory=Place)
    written: int = 0
    rejected: int = 0
    rejects: str = ""
    rejects_size: int = 0
    version: int = _VERSION

    @property
    def read(self) -> int:
        """The lines read so far."""
        return self.written + self.rejected


def load(path: Path, files: tuple[str, ...]) -> Checkpoint | None:
    """Return the checkpoint of a file; None if there is no file.

    Raises:
        UsageError: the file is no checkpoint, or that of another import.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Checkpoint)
        if found.version != _VERSION:
            raise ValueError("it is of another version")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is not the progress of an import: {error}") from None
    if found.files != files:
        raise UsageError(f"{path} is the progress of another import: {', '.join(found.files)}")
    return found


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; a reader sees the old one or the new one, whole."""
    unfinished = path.with_name(f"{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(msgspec.json.encode(checkpoint))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
