"""Counters: what a writer has done so far."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Counters"]


@dataclass(slots=True)
class Counters:
    """Counters of a batch writer, which only increase. They count points unless stated otherwise.

    When the writer is closed, accepted + replayed = written + spooled + rejected + dropped.

    Attributes:
        accepted: queued by `put`, `put_many`, `put_lines` and their variants.
        written: acknowledged by the server.
        spooled: made durable in the spool.
        replayed: read back from the spool.
        rejected: refused by the server.
        dropped: given up because the queue was full or the time to close was over.
        dead_letters_dropped: rejected or dropped, but missing in the dead-letter file, because it
            could not be written, or not fast enough.
        batches: batches that are settled: delivered, spooled or given up.
        retried: failed requests that are repeated.
        split: requests that were split in two.
        bytes: bytes acknowledged by the server.
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
