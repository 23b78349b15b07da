"""When faults strike: on which requests, from which on, how often; and in what order."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Self

from influx_testing import faults
from influx_testing.faults import Fault
from influx_testing.log import LoggedRequest

__all__ = ["ArmedFault", "Chaos", "FaultPlan", "Where"]


@dataclass(frozen=True, slots=True)
class Where:
    """Which requests are meant; all of them where nothing is said.

    Attributes:
        path: the path, as `/write`.
        method: the method, as `GET`.
        line: a regular expression, found in a line of a write.
        query: a regular expression, found in the InfluxQL of a query.
    """

    path: str | None = None
    method: str | None = None
    line: str | None = None
    query: str | None = None

    def means(self, entry: LoggedRequest) -> bool:
        """Whether a request is meant."""
        return (
            (self.path is None or self.path == entry.path)
            and (self.method is None or self.method.upper() == entry.method)
            and (self.line is None or (entry.is_write and _found(self.line, entry.body)))
            and (self.query is None or _found(self.query, entry.query))
        )

    def __str__(self) -> str:
        said = {name: getattr(self, name) for name in ("method", "path", "line", "query")}
        return "".join(f", {name}={value!r}" for name, value in said.items() if value is not None)


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.MULTILINE) is not None


class ArmedFault:
    """A fault that waits for its requests; strikes once unless told otherwise.

    Attributes:
        used: how often it has struck.
    """

    def __init__(self, fault: Fault, where: Where, nth: int) -> None:
        if nth < 1:
            raise ValueError(f"nth={nth}: the first request is 1")
        self.fault = fault
        self.used = 0
        self._where = where
        self._nth = nth
        self._seen = 0
        self._limit: int | None = 1
        self._optional = False

    def times(self, count: int) -> Self:
        """Strike this many requests, one after the other."""
        if count < 1:
            raise ValueError(f"times({count}): a fault strikes at least once, or is not armed")
        self._limit = count
        return self

    def always(self) -> Self:
        """Strike every request that is meant."""
        self._limit = None
        return self

    def optional(self) -> Self:
        """Do not fail the test if it never strikes."""
        self._optional = True
        return self

    @property
    def is_missed(self) -> bool:
        """Whether it should have struck and never did."""
        return not self.used and not self._optional

    def meets(self, entry: LoggedRequest) -> bool:
        """See a request; returns whether it may strike. Called once for each request."""
        if not self.fault.can_befall(entry) or not self._where.means(entry):
            return False
        self._seen += 1
        return self._seen >= self._nth and (self._limit is None or self.used < self._limit)

    def __str__(self) -> str:
        nth = f", nth={self._nth}" if self._nth > 1 else ""
        return f"{self.fault.name}{self._where}{nth}"


@dataclass(slots=True)
class Chaos:
    """Faults by chance, the same for the same seed and the same requests.

    Attributes:
        seed: begins the chance.
        rate: the part of requests that fail, from 0 to 1.
        choices: what can happen; what befalls the network and an overloaded server unless given.
    """

    seed: int
    rate: float = 0.2
    choices: tuple[Fault, ...] = (
        faults.status(503, retry_after=0),
        faults.status(500),
        faults.drop(),
        faults.drop(stored=True),
        faults.reset(),
        faults.slow_headers(0.05),
        faults.truncate(),
    )
    _chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate={self.rate}: from 0, never, to 1, always")
        self._chance = random.Random(self.seed)

    def choose(self, entry: LoggedRequest) -> Fault | None:
        """Roll the dice for a request."""
        roll, fault = self._chance.random(), self._chance.choice(self.choices)
        return fault if roll < self.rate and fault.can_befall(entry) else None


@dataclass(slots=True)
class FaultPlan:
    """All that is to go wrong with one server.

    Attributes:
        armed: the faults of the test, in the order in which they were armed.
        chaos: what happens to the requests that none of them strikes.
    """

    armed: list[ArmedFault] = field(default_factory=list[ArmedFault])
    chaos: Chaos | None = None

    def choose(self, entry: LoggedRequest) -> Fault | None:
        """Find what strikes a request: the fault armed first among those that may."""
        ready = [armed for armed in self.armed if armed.meets(entry)]
        if ready:
            ready[0].used += 1
            return ready[0].fault
        return self.chaos.choose(entry) if self.chaos else None

    def missed(self) -> list[ArmedFault]:
        """The faults that should have struck and never did."""
        return [armed for armed in self.armed if armed.is_missed]
