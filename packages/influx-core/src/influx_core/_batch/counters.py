"""Counters of a batch writer."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Counters"]


@dataclass(slots=True)
class Counters:
    """Counters of a batch writer; they never decrease, and count points unless stated otherwise.

    After a writer is closed, accepted + replayed = written + spooled + rejected + dropped.

    Attributes:
        accepted: points accepted by `put`, `put_nowait`, `put_many` and `put_lines`.
        written: points that the server acknowledged.
        spooled: points made durable in the spool.
        replayed: points read back from the spool.
        rejected: points that the server refused.
        dropped: points given up because the queue was full, or because the writer was closed.
        dead_letters_dropped: rejected or dropped points that are missing in the dead-letter file,
            because writing it failed or was too slow.
        batches: batches that are settled: delivered, spooled or given up.
        retried: failed requests that are repeated.
        split: requests that were split into halves.
        bytes: bytes of line protocol that the server acknowledged.
        seconds_queued: seconds from `put` to the response, summed over batches.
    """

    accepted: int = 0
    written: int = 0
    spooled: int = 0
    replayed: int = 0
    rejected: int = 0
    dropped: int = 0
    dead_letters_dropped: int = 0
    batches: int = 0
    retried: int = 0
    split: int = 0
    bytes: int = 0
    seconds_queued: float = 0.0
