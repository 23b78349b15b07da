"""Spools: the durable queues behind batch writers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from influx_core.interfaces.targets import Target

__all__ = ["Spool", "SpooledBatch"]


@dataclass(frozen=True, slots=True)
class SpooledBatch:
    """A batch as it is stored in a spool.

    Attributes:
        number: its position in the order of delivery; unique in a spool.
        target: the target of the points.
        lines: the points as line protocol; empty in the result of `open`.
        points: the number of points.
        span: the earliest and the latest time, in units of the target's precision; None if unknown.
    """

    number: int
    target: Target
    lines: bytes
    points: int
    span: tuple[int, int] | None = None


class Spool(Protocol):
    """A durable queue of batches behind a batch writer.

    All methods may block; they are called from one thread, which is not that of the event loop. The
    factory is called earlier and must not access the disk.
    """

    def open(self) -> Sequence[SpooledBatch]:
        """Open and lock the store; return its batches in order, without the lines.

        Raises:
            SpoolInUse: another writer has it open.
            SpoolError: the store cannot be used.
        """
        ...

    def append(self, batch: SpooledBatch) -> None:
        """Store a batch; after the return it survives the death of the process.

        Raises:
            SpoolFull: there is no room for the batch.
            SpoolError: the batch could not be stored.
        """
        ...

    def read(self, number: int) -> SpooledBatch:
        """Return a batch with its lines.

        Raises:
            SpoolDamaged: the batch does not exist or is damaged; it is not read again.
            SpoolError: it cannot be read now; it is tried again.
        """
        ...

    def remove(self, number: int) -> None:
        """Delete a batch; no error if it does not exist.

        Raises:
            SpoolError: the batch could not be deleted, and may be delivered again.
        """
        ...

    def close(self) -> None:
        """Close and unlock the store; safe to call twice, and if `open` failed."""
        ...
