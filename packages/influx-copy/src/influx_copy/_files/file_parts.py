"""What sources and sinks of files have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from influx_copy._files.hive_names import policy_folder_of
from influx_copy._files.owned_folder import OwnedFolder
from influx_copy._object_outcomes import FILE_OUTCOMES
from influx_copy.interfaces import CopyRange, PointSchema, Selection, SourceObject, Target
from influx_copy.limits import SinkLimits

__all__ = ["FileSink", "FileSource", "with_outcomes"]

_COPYING = ".copying"


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

    async def claim(self, owner: str, plan: Path, targets: Sequence[Target]) -> None:
        """Keep other copies from the folders of databases and policies, until this is complete.

        Raises:
            ConfigError: another copy has one of them.
        """
        await asyncio.to_thread(self._claim, owner, plan, targets)

    async def release(self, owner: str, targets: Sequence[Target]) -> None:
        """Let other copies have the folders."""
        await asyncio.to_thread(self._release, owner, map(self._mark, targets))

    def _claim(self, owner: str, plan: Path, targets: Sequence[Target]) -> None:
        made: list[OwnedFolder] = []
        try:
            for target in targets:
                mark = self._mark(target)
                if mark.claim(owner, plan):
                    made.append(mark)
        except BaseException:
            self._release(owner, made)
            raise

    def _release(self, owner: str, marks: Iterable[OwnedFolder]) -> None:
        for mark in marks:
            mark.release(owner)
            for folder in mark.path.parents[:2]:
                with suppress(OSError):  # there are files, or it is not there
                    folder.rmdir()

    def _mark(self, target: Target) -> OwnedFolder:
        """The folder that exists while a copy to a policy is not complete."""
        path = self._folder / policy_folder_of(target) / _COPYING
        return OwnedFolder(path, "is of another copy to the same folder")

    def _has(self, range_: CopyRange, target: Target) -> bool:
        """Whether there is a file of a range."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Do nothing: no file is open."""


def with_outcomes(objects: Sequence[tuple[Target, SourceObject]]) -> list[SourceObject]:
    """What becomes of the objects of a source that is copied to files."""
    return [replace(found, outcome=FILE_OUTCOMES[found.kind]) for _, found in objects]
