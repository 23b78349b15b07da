"""Timeouts: the longest silence of a server, and the time limit for all attempts of a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from influx_core._options.option_types import NONE, any_of, duration
from influx_core._options.validator import check_options, check_value, refuse_unknown
from influx_core.errors import ConfigError

__all__ = ["TIMEOUT", "Timeout", "Timeouts"]

TIMEOUT = any_of(duration(above=True), NONE)

_TYPES = {"attempt": TIMEOUT, "total": TIMEOUT}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Time limits in seconds; None for no limit.

    Attributes:
        attempt: how long the server may be silent: until a response begins, and between its pieces.
        total: how long all attempts may take, including the delays between them, but not the time
            that the reader of a stream takes.
    """

    attempt: float | None = None
    total: float | None = None

    @staticmethod
    def of(given: Timeout) -> Timeouts:
        """Convert an option to timeouts; a duration is the time limit of one attempt.

        Raises:
            ConfigError: it is neither a duration nor a mapping of `attempt` and `total`.
        """
        if isinstance(given, Timeouts):
            return given
        if isinstance(given, Mapping):
            refuse_unknown("timeout", _TYPES, given)
            if not given:
                raise ConfigError("client: timeout takes a duration, or attempt and total, not {}")
            return Timeouts(**check_options("timeout", _TYPES, given))
        return Timeouts(check_value("client", "timeout", TIMEOUT, given))

    def left(self, elapsed: float) -> float | None:
        """The seconds that the server may be silent, `elapsed` seconds after the call began."""
        if self.total is None:
            return self.attempt
        rest = max(0.0, self.total - elapsed)
        return rest if self.attempt is None else min(self.attempt, rest)


Timeout: TypeAlias = float | str | timedelta | Mapping[str, Any] | Timeouts | None
"""The option `timeout`: a duration, `{attempt: ..., total: ...}`, or `Timeouts`."""
