"""Per-database circuit breakers for 403 responses, and for options that the server lacks."""

from __future__ import annotations

from typing import NamedTuple

from influx_core._batch.failure_handling.circuit_breaker import CircuitBreaker
from influx_core.interfaces import Target

__all__ = ["TargetBreakers", "WriteScope"]


class WriteScope(NamedTuple):
    """The scope of a write permission: a database of InfluxDB 1.x, a bucket of 2.x.

    Attributes:
        db: the database.
        retention_policy: the retention policy; with the database it names a bucket.
        org: the organization.
    """

    db: str | None
    retention_policy: str | None
    org: str | None

    @classmethod
    def of(cls, target: Target) -> WriteScope:
        """Return the scope of a target."""
        return cls(target.db, target.retention_policy, target.org)


class TargetBreakers:
    """A circuit breaker for each scope that refused a write; a successful request removes it."""

    def __init__(self) -> None:
        self._breakers: dict[WriteScope, CircuitBreaker] = {}
        self._testing: set[WriteScope] = set()

    def allows(self, target: Target, now: float) -> bool:
        """Return whether a batch may be sent; after a 403 and its pause, only one at a time."""
        if not self._breakers:
            return True
        scope = WriteScope.of(target)
        breaker = self._breakers.get(scope)
        return breaker is None or (scope not in self._testing and breaker.slots(now, 1) > 0)

    def request_started(self, target: Target) -> None:
        """Record that a batch is in flight."""
        if self._breakers and WriteScope.of(target) in self._breakers:
            self._testing.add(WriteScope.of(target))

    def request_ended(self, target: Target) -> None:
        """Record that a batch is no longer in flight."""
        if self._testing:
            self._testing.discard(WriteScope.of(target))

    def block(self, target: Target, now: float, seconds: float) -> bool:
        """Send nothing to a scope for some seconds; return whether it was not blocked before."""
        breaker = self._breakers.setdefault(WriteScope.of(target), CircuitBreaker())
        return breaker.block("paused", now, seconds)

    def close(self, target: Target, now: float) -> float | None:
        """Unblock a scope; return the seconds for which it was blocked, None if it was not."""
        breaker = self._breakers.pop(WriteScope.of(target), None)
        return None if breaker is None else breaker.close(now)

    def next_at(self, now: float) -> float | None:
        """Return when a scope is tried again next; None if none waits."""
        times = [breaker.retry_at for breaker in self._breakers.values()]
        return min((at for at in times if at > now), default=None)
