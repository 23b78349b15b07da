"""Schedules faults: the requests to which they apply, their number, and their order."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Self

from influx_testing._faults import response_faults
from influx_testing._faults.response_faults import Fault
from influx_testing._inspection.request_log import LoggedRequest

__all__ = ["Chaos", "FaultPlan", "RequestMatcher", "ScheduledFault"]


@dataclass(frozen=True, slots=True)
class RequestMatcher:
    """Selects requests; all given attributes must match.

    Attributes:
        path: the path, such as `/write`.
        method: the method, such as `GET`.
        line: a regular expression, searched in each line of a write.
        query: a regular expression, searched in the InfluxQL of a query.

    Raises:
        ValueError: `line` or `query` is not a regular expression, or `path` is not a path.
    """

    path: str | None = None
    method: str | None = None
    line: str | None = None
    query: str | None = None

    def __post_init__(self) -> None:
        for name in ("line", "query"):
            response_faults.compiled_pattern(name, getattr(self, name) or "")
        if self.path is not None and (self.path[:1] != "/" or "?" in self.path):
            raise ValueError(
                f"path={self.path!r}: a path begins with / and has no parameters, such as /write"
            )

    def matches(self, entry: LoggedRequest) -> bool:
        """Whether a request is selected."""
        return (
            (self.path is None or self.path == entry.path)
            and (self.method is None or self.method.upper() == entry.method)
            and (self.line is None or (entry.is_write and _found(self.line, entry.body)))
            and (self.query is None or _found(self.query, entry.query))
        )

    def __str__(self) -> str:
        given = {name: getattr(self, name) for name in ("method", "path", "line", "query")}
        return "".join(f", {name}={value!r}" for name, value in given.items() if value is not None)


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.MULTILINE) is not None


class ScheduledFault:
    """A fault and the requests to which it applies; once by default.

    Attributes:
        used: the number of times it was applied.
    """

    def __init__(self, fault: Fault, matcher: RequestMatcher, nth: int) -> None:
        if nth < 1:
            raise ValueError(f"nth={nth}: counting starts at 1, the first matching request")
        self.fault = fault
        self.used = 0
        self._matcher = matcher
        self._nth = nth
        self._seen = 0
        self._limit: int | None = 1
        self._optional = False

    def times(self, count: int) -> Self:
        """Apply to this number of matching requests."""
        if count < 1:
            raise ValueError(f"times({count}): a fault applies at least once")
        self._limit = count
        return self

    def always(self) -> Self:
        """Apply to every matching request."""
        self._limit = None
        return self

    def optional(self) -> Self:
        """Do not fail the test if it is never applied."""
        self._optional = True
        return self

    @property
    def is_unused(self) -> bool:
        """Whether it was never applied, though it is not optional."""
        return not self.used and not self._optional

    def is_due(self, entry: LoggedRequest) -> bool:
        """Count a request, and return whether the fault applies to it; call it once per request."""
        if not self.fault.applies_to(entry) or not self._matcher.matches(entry):
            return False
        self._seen += 1
        return self._seen >= self._nth and (self._limit is None or self.used < self._limit)

    def __str__(self) -> str:
        nth = f", nth={self._nth}" if self._nth > 1 else ""
        return f"{self.fault.name}{self._matcher}{nth}"


@dataclass(slots=True)
class Chaos:
    """Faults at random, the same for the same seed and the same requests.

    Attributes:
        seed: the seed of the random numbers.
        rate: the share of requests that fail, from 0 to 1.
        choices: the faults to choose from; by default network faults and errors of an overloaded
            server.
    """

    seed: int
    rate: float = 0.2
    choices: tuple[Fault, ...] = (
        response_faults.status(503, retry_after=0),
        response_faults.status(500),
        response_faults.drop(),
        response_faults.drop(stored=True),
        response_faults.reset(),
        response_faults.slow_headers(0.05),
        response_faults.truncate(),
    )
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate={self.rate}: give a number from 0, never, to 1, always")
        if not isinstance(self.seed, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"seed={self.seed!r}: give an integer, so that failures repeat")
        self._random = random.Random(self.seed)

    def choose(self, entry: LoggedRequest) -> Fault | None:
        """Choose a fault for a request, or none."""
        roll, fault = self._random.random(), self._random.choice(self.choices)
        return fault if roll < self.rate and fault.applies_to(entry) else None


@dataclass(slots=True)
class FaultPlan:
    """All faults of one server.

    Attributes:
        scheduled: the faults of the test, in the order in which they were added.
        chaos: random faults for the requests that no scheduled fault applies to.
    """

    scheduled: list[ScheduledFault] = field(default_factory=list[ScheduledFault])
    chaos: Chaos | None = None

    def choose(self, entry: LoggedRequest) -> Fault | None:
        """The fault for a request: the first scheduled one that is due."""
        due = [scheduled for scheduled in self.scheduled if scheduled.is_due(entry)]
        if due:
            due[0].used += 1
            return due[0].fault
        return self.chaos.choose(entry) if self.chaos else None

    def unused(self) -> list[ScheduledFault]:
        """The faults that should have been applied and never were."""
        return [scheduled for scheduled in self.scheduled if scheduled.is_unused]
