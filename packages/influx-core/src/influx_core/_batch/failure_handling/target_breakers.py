"""Places that do not let us in, while others do: databases to which the user may not write."""

from __future__ import annotations

from typing import NamedTuple

from influx_core._batch.failure_handling.circuit_breaker import CircuitBreaker
from influx_core.interfaces import Target

__all__ = ["Place", "TargetBreakers"]


class Place(NamedTuple):
    """What privileges are about: a database to 1.x, to 2.x a bucket.

    Attributes:
        db: the database.
        retention_policy: the policy; with the database it names a bucket.
        org: the organization.
    """

    db: str | None
    retention_policy: str | None
    org: str | None

    @classmethod
    def of(cls, target: Target) -> Place:
        """Where a target is."""
        return cls(target.db, target.retention_policy, target.org)


class TargetBreakers:
    """A gate for each place that refused us; it opens when a request gets through."""

    def __init__(self) -> None:
        self._gates: dict[Place, CircuitBreaker] = {}
        self._asking: set[Place] = set()

    def lets(self, target: Target, now: float) -> bool:
        """Whether a batch may leave for a target; to a barred one, only to ask again."""
        place = Place.of(target)
        gate = self._gates.get(place)
        return gate is None or (place not in self._asking and gate.slots(now, 1) > 0)

    def bars(self, target: Target) -> bool:
        """Whether a target has refused us, and nothing got through since."""
        return bool(self._gates) and Place.of(target) in self._gates

    def leaves(self, target: Target) -> None:
        """A batch is on its way: for a barred place no second one will be until it is back."""
        if self.bars(target):
            self._asking.add(Place.of(target))

    def is_back(self, target: Target) -> None:
        """The batch is not on its way any more."""
        self._asking.discard(Place.of(target))

    def shut(self, target: Target, now: float, seconds: float) -> bool:
        """Let nothing through to a target for so long; whether that is new."""
        gate = self._gates.setdefault(Place.of(target), CircuitBreaker())
        return gate.shut("paused", now, seconds)

    def open(self, target: Target, now: float) -> float | None:
        """Let all through to a target; how many seconds it was barred, None if it was not."""
        gate = self._gates.pop(Place.of(target), None)
        return None if gate is None else gate.open(now)

    def next_at(self, now: float) -> float | None:
        """When a place will be asked again."""
        times = [gate.opens_at for gate in self._gates.values()]
        return min((at for at in times if at > now), default=None)
