"""How long a call may take: each of its tries, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from influx_core.errors import ConfigError

__all__ = ["Timeout", "Timeouts"]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds; None waits for ever.

    Attributes:
        attempt: until the whole answer of one try must be there.
        total: until the last try must have ended, the pauses between tries included.
    """

    attempt: float | None = None
    total: float | None = None

    def __post_init__(self) -> None:
        for name, seconds in (("attempt", self.attempt), ("total", self.total)):
            if seconds is not None and not seconds > 0:
                raise ConfigError(f"timeout: {name} needs more than 0 seconds, not {seconds!r}")

    @staticmethod
    def of(given: Timeout) -> Timeouts:
        """Read what a caller says: a number is the time of one try.

        Raises:
            ConfigError: it is neither a number of seconds nor a mapping of `attempt`, `total`.
        """
        try:
            if isinstance(given, Timeouts):
                return given
            return Timeouts(**given) if isinstance(given, Mapping) else Timeouts(given)
        except TypeError:
            raise ConfigError(
                f"timeout {given!r} is neither seconds nor {{attempt: seconds, total: seconds}}"
            ) from None

    def left(self, elapsed: float) -> float | None:
        """Seconds the next try may take, when a call has been under way for `elapsed`."""
        if self.total is None:
            return self.attempt
        rest = max(0.0, self.total - elapsed)
        return rest if self.attempt is None else min(self.attempt, rest)


Timeout: TypeAlias = float | Mapping[str, Any] | Timeouts | None
"""How a timeout is given: seconds of a try, `{attempt: ..., total: ...}`, or ready."""
