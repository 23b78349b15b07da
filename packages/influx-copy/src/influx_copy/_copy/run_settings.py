"""RunSettings: how the ranges of a plan are copied."""

from __future__ import annotations

from dataclasses import dataclass

from influx_core import ConfigError

__all__ = ["RunSettings"]


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How the ranges of a plan are copied.

    Attributes:
        parallel: the ranges that are copied at the same time.
        newest_first: whether later times come first; ranges that grow come last in any case.
        points_per_second: the most points per second; None for no limit.
        bytes_per_second: the most bytes per second, in the format of the sink; None for no limit.
        attempts: how often a range is copied while the server is busy or unreachable.
        first_pause: the longest pause in seconds before the second attempt; it doubles then.
        longest_pause: the longest pause in seconds; Retry-After of the server is added.
        smallest_range: a range is not halved if its halves would be shorter, in nanoseconds.
        stop_after: the number of ranges that fail one after another after which the copy stops, and
            leaves the rest pending.
    """

    parallel: int = 2
    newest_first: bool = False
    points_per_second: float | None = None
    bytes_per_second: float | None = None
    attempts: int = 6
    first_pause: float = 0.5
    longest_pause: float = 60.0
    smallest_range: int = 1_000_000
    stop_after: int = 20

    def __post_init__(self) -> None:
        if self.parallel < 1 or self.attempts < 1 or self.stop_after < 1:
            raise ConfigError("parallel, attempts and stop_after are numbers from 1")
