"""Counters: what a writer has done so far."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Counters"]


@dataclass(slots=True)
class Counters:
    """Numbers that only grow; points unless said otherwise.

    Once a writer was left, accepted + replayed = written + spooled + rejected + dropped.

    Attributes:
        accepted: taken by `put` and the like.
        written: acknowledged by the server.
        spooled: made durable in the spool.
        replayed: taken up again from the spool.
        rejected: refused by the server.
        dropped: given up because the queue was full, or because time was up.
        dead_letters_dropped: rejected or dropped, but not in the file of dead
            letters: it could not be written, or not as fast.
        batches: batches that came to an end: delivered, spooled or given up.
        retried: requests that will be repeated.
        split: requests that were cut in halves.
        bytes: acknowledged by the server.
        seconds_queued: from `put` to the answer, summed over batches.
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
