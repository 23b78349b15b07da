"""What sources and sinks of files have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from influx_copy._object_outcomes import FILE_OUTCOMES
from influx_copy.interfaces import CopyRange, PointSchema, Selection, SourceObject, Target
from influx_copy.limits import SinkLimits

__all__ = ["FileSink", "FileSource", "with_outcomes"]


class FileSource:
    """A source that has nothing but points, and no file open between calls."""

    async def schema(self, range_: CopyRange) -> PointSchema:
        """Nothing is known before the file is read."""
        return PointSchema()

    async def objects(self, selection: Selection) -> Sequence[SourceObject]:
        """Files have nothing but points."""
        return []

    async def aclose(self) -> None:
        """Do nothing: no file is open."""


class FileSink:
    """A sink that keeps everything, under the names of the source, in files below a folder.

    Args:
        folder: created before the first range.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def limits(self) -> SinkLimits:
        """It keeps everything."""
        return SinkLimits()

    def target(self, database: str, policy: str) -> Target:
        """The names of the source."""
        return Target(database, policy)

    async def prepare(
        self, targets: Sequence[Target], objects: Sequence[tuple[Target, SourceObject]]
    ) -> Sequence[SourceObject]:
        """Create the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return with_outcomes(objects)

    async def lost(
        self, ranges: Sequence[tuple[CopyRange, Target]], *, more: bool
    ) -> Sequence[CopyRange]:
        """The ranges whose files are gone."""
        return await asyncio.to_thread(
            lambda: [range_ for range_, target in ranges if not self._has(range_, target)]
        )

    def _has(self, range_: CopyRange, target: Target) -> bool:
        """Whether there is a file of a range."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Do nothing: no file is open."""


def with_outcomes(objects: Sequence[tuple[Target, SourceObject]]) -> list[SourceObject]:
    """What becomes of the objects of a source that is copied to files."""
    return [replace(found, outcome=FILE_OUTCOMES[found.kind]) for _, found in objects]
