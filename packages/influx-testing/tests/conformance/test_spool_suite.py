"""The suite of spools catches every one of these wrong parts."""

from __future__ import annotations

import fcntl
import os
import pickle
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from influx_core.errors import SpoolError, SpoolFull, SpoolInUse
from influx_core.interfaces import SpooledBatch, Target
from influx_testing.conformance import SpoolSuite

Failing = Callable[[type], list[str]]


class Right:
    """Each batch is a file in a folder, which is locked by a file of its own."""

    def __init__(self, path: Path, limit: int | None = None) -> None:
        self._path = path
        self._limit = limit
        self._lock: int | None = None

    def open(self) -> list[SpooledBatch]:
        self._path.mkdir(exist_ok=True)
        self.lock()
        found = [self.load(file) for file in self._path.glob("*.batch")]
        return [replace(each, lines=b"") for each in sorted(found, key=lambda each: each.number)]

    def lock(self) -> None:
        lock = os.open(self._path / "lock", os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise SpoolInUse("another writer has it open") from None
        self._lock = lock

    def append(self, batch: SpooledBatch) -> None:
        size = sum(len(self.load(file).lines) for file in self._path.glob("*.batch"))
        if self._limit is not None and size + len(batch.lines) > self._limit:
            raise SpoolFull("no room")
        self.file(batch.number).write_bytes(self.dump(batch))

    def dump(self, batch: SpooledBatch) -> bytes:
        return pickle.dumps(batch)

    def load(self, file: Path) -> SpooledBatch:
        loaded: SpooledBatch = pickle.loads(file.read_bytes())
        return loaded

    def read(self, number: int) -> SpooledBatch:
        try:
            return self.load(self.file(number))
        except OSError:
            raise SpoolError(f"no batch {number}") from None

    def remove(self, number: int) -> None:
        self.file(number).unlink(missing_ok=True)

    def file(self, number: int) -> Path:
        return self._path / f"{number}.batch"

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


class Forgets(Right):
    def open(self) -> list[SpooledBatch]:
        super().open()
        return []


class WithLines(Right):
    def open(self) -> list[SpooledBatch]:
        return [self.read(each.number) for each in super().open()]


class Unsorted(Right):
    def open(self) -> list[SpooledBatch]:
        return sorted(super().open(), key=lambda each: str(each.number))


class KeepsInMemory(Right):
    """Writes when it is closed."""

    def open(self) -> list[SpooledBatch]:
        self.kept: dict[int, SpooledBatch] = {}
        return super().open()

    def append(self, batch: SpooledBatch) -> None:
        self.kept[batch.number] = batch

    def read(self, number: int) -> SpooledBatch:
        return self.kept.get(number) or super().read(number)

    def remove(self, number: int) -> None:
        self.kept.pop(number, None)
        super().remove(number)

    def close(self) -> None:
        for batch in getattr(self, "kept", {}).values():
            super().append(batch)
        self.kept = {}
        super().close()


class RemovesInMemory(Right):
    def __init__(self, path: Path, limit: int | None = None) -> None:
        super().__init__(path, limit)
        self.removed: set[int] = set()

    def remove(self, number: int) -> None:
        self.removed.add(number)

    def read(self, number: int) -> SpooledBatch:
        if number in self.removed:
            raise SpoolError("removed")
        return super().read(number)


class NoLock(Right):
    def lock(self) -> None:
        pass


class LockOfTheProcess(Right):
    """As POSIX has it: closing any file of the process ends the lock."""

    opened: set[tuple[int, Path]] = set()  # noqa: RUF012

    def lock(self) -> None:
        lock = os.open(self._path / "lock", os.O_CREAT | os.O_RDWR)
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise SpoolInUse("another writer has it open") from None
        if (os.getpid(), self._path) in self.opened:
            os.close(lock)
            raise SpoolInUse("another writer has it open")
        self.opened.add((os.getpid(), self._path))
        self._lock = lock

    def close(self) -> None:
        if self._lock is not None:
            self.opened.discard((os.getpid(), self._path))
        super().close()


class LockThatStays(Right):
    def lock(self) -> None:
        try:
            (self._path / "lock").touch(exist_ok=False)
        except FileExistsError:
            raise SpoolInUse("another writer has it open") from None

    def close(self) -> None:
        pass


class ForeignErrors(Right):
    def read(self, number: int) -> SpooledBatch:
        return self.load(self.file(number))


class AnswersNone(Right):
    def read(self, number: int) -> Any:
        return self.load(self.file(number)) if self.file(number).exists() else None


class ChangesLines(Right):
    def dump(self, batch: SpooledBatch) -> bytes:
        return pickle.dumps(replace(batch, lines=batch.lines.replace(b"\r\n", b"\n")))


class TextOnly(Right):
    def dump(self, batch: SpooledBatch) -> bytes:
        text = batch.lines.decode("utf-8", "replace").encode()
        return pickle.dumps(replace(batch, lines=text))


class LosesTheTarget(Right):
    def dump(self, batch: SpooledBatch) -> bytes:
        return pickle.dumps(replace(batch, target=Target(batch.target.db)))


class LosesTheSpan(Right):
    def dump(self, batch: SpooledBatch) -> bytes:
        return pickle.dumps(replace(batch, span=None))


class SmallNumbers(Right):
    def file(self, number: int) -> Path:
        return super().file(number % 2**32)


class ClosesOnce(Right):
    def close(self) -> None:
        assert self._lock is not None
        super().close()


class OpensWhenMade(Right):
    def __init__(self, path: Path, limit: int | None = None) -> None:
        super().__init__(path, limit)
        path.mkdir(exist_ok=True)
        self.lock()

    def open(self) -> list[SpooledBatch]:
        found = [self.load(file) for file in self._path.glob("*.batch")]
        return [replace(each, lines=b"") for each in sorted(found, key=lambda each: each.number)]


class OneThread(Right):
    def __init__(self, path: Path, limit: int | None = None) -> None:
        super().__init__(path, limit)
        self.thread = threading.get_ident()

    def append(self, batch: SpooledBatch) -> None:
        assert threading.get_ident() == self.thread
        super().append(batch)


class WithoutLimit(Right):
    def append(self, batch: SpooledBatch) -> None:
        self._limit = None
        super().append(batch)


class StaysFull(Right):
    taken = 0

    def append(self, batch: SpooledBatch) -> None:
        self.taken += len(batch.lines)
        if self._limit is not None and self.taken > self._limit:
            raise SpoolFull("no room")
        super().append(batch)


class EmptiesWhenFull(Right):
    def append(self, batch: SpooledBatch) -> None:
        try:
            super().append(batch)
        except SpoolFull:
            for file in self._path.glob("*.batch"):
                file.unlink()
            raise


class ForgetsItsSize(Right):
    def open(self) -> list[SpooledBatch]:
        found = super().open()
        if self._limit is not None:
            self._limit += sum(len(self.read(each.number).lines) for each in found)
        return found


class RemovesForEver(Right):
    def open(self) -> list[SpooledBatch]:
        return [each for each in super().open() if not self.mark(each.number).exists()]

    def read(self, number: int) -> SpooledBatch:
        if self.mark(number).exists():
            raise SpoolError(f"no batch {number}")
        return super().read(number)

    def remove(self, number: int) -> None:
        super().remove(number)
        self.mark(number).touch()

    def mark(self, number: int) -> Path:
        return self._path / f"{number}.removed"


class RefusesUnknownNumbers(Right):
    def remove(self, number: int) -> None:
        try:
            self.file(number).unlink()
        except OSError as error:
            raise SpoolError(str(error)) from error


BROKEN = {
    part.__name__: part
    for part in (
        Forgets,
        WithLines,
        Unsorted,
        KeepsInMemory,
        RemovesInMemory,
        NoLock,
        LockOfTheProcess,
        LockThatStays,
        ForeignErrors,
        AnswersNone,
        ChangesLines,
        TextOnly,
        LosesTheTarget,
        LosesTheSpan,
        SmallNumbers,
        ClosesOnce,
        OpensWhenMade,
        OneThread,
        WithoutLimit,
        StaysFull,
        EmptiesWhenFull,
        ForgetsItsSize,
        RemovesForEver,
        RefusesUnknownNumbers,
    )
}


def suite(part: Any) -> type:
    members = {
        "make": lambda self, path: part(path),
        "make_small": lambda self, path: part(path, 25),
    }
    return type("Suite", (SpoolSuite,), members)


def test_a_right_part_passes(failing: Failing) -> None:
    assert failing(suite(Right)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_part_is_caught(failing: Failing, name: str) -> None:
    assert failing(suite(BROKEN[name])) != []
